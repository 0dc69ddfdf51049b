package spec

import (
	"io/fs"
	"slices"
)

// Purposes of research that a study's data may serve.
const (
	AnyPurpose     = "any"
	COVID19Purpose = "covid-19"
)

// Cohorts lists the studies and what may be done with each.
type Cohorts struct {
	Studies []StudyInfo `toml:"studies"`
}

// StudyInfo is what is known of one study.
type StudyInfo struct {
	Code       Study  `toml:"code"`
	Name       string `toml:"name"`
	NHSLinkage bool   `toml:"nhs_linkage"` // linked to NHS England records at all
	Purpose    string `toml:"purpose"`     // AnyPurpose or COVID19Purpose
}

// Study returns what is known of a study.
func (c Cohorts) Study(code Study) (StudyInfo, bool) {
	at := slices.IndexFunc(c.Studies, func(s StudyInfo) bool { return s.Code == code })
	if at < 0 {
		return StudyInfo{}, false
	}
	return c.Studies[at], true
}

// LoadCohorts reads cohorts.toml.
func LoadCohorts(files fs.FS) (Cohorts, error) {
	var cohorts Cohorts
	faults := decodeFile(files, "cohorts.toml", &cohorts)
	text, _ := fs.ReadFile(files, "cohorts.toml") // if it cannot be read, that is a fault already
	times := map[Study]int{}
	for i, study := range cohorts.Studies {
		times[study.Code]++
		line := lineNaming(text, "code", string(study.Code), times[study.Code])
		if study.Code == "" {
			faults.add("cohorts.toml", 0, "study %d of the list has no code", i+1)
			continue
		}
		if times[study.Code] > 1 {
			faults.add("cohorts.toml", line, "study %s is listed twice", study.Code)
		}
		if study.Purpose != AnyPurpose && study.Purpose != COVID19Purpose {
			faults.add("cohorts.toml", line, "study %s: purpose is %q; it is %q or %q", study.Code, study.Purpose, AnyPurpose, COVID19Purpose)
		}
	}
	return cohorts, faults.err()
}
