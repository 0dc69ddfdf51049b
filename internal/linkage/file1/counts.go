package file1

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Exclusions are the reasons for leaving participants out, in the order of UK
// LLC's form, which numbers them from 1.
var Exclusions = [7]string{
	"died in 2019 or before", "died in 2020 or later", "withdrew from the study", "dissented to UK LLC",
	"dissented to linkage", "no governance yet", "other",
}

// Enrolment is what only the study knows of its participants. A number below
// zero was not given.
type Enrolment struct {
	Participants int64 // enrolled in all
	Excluded     [7]int64
	Upload       string // the day that the file is expected to be sent, DD/MM/YYYY, or nothing
}

// Errors that a caller may test for.
var (
	ErrDoesNotAddUp = errors.New("those included and those excluded do not add up to those enrolled")
	ErrEnrolment    = errors.New("not seven whole numbers with commas between them")
)

// ParseExclusions reads seven numbers with commas between them.
func ParseExclusions(text string) (excluded [7]int64, err error) {
	parts := strings.Split(text, ",")
	if len(parts) != len(excluded) {
		return excluded, ErrEnrolment
	}
	for i, part := range parts {
		if excluded[i], err = strconv.ParseInt(strings.TrimSpace(part), 10, 64); err != nil || excluded[i] < 0 {
			return excluded, ErrEnrolment
		}
	}
	return excluded, nil
}

// CountsName is the name that UK LLC's checker gives a file's counts.
func CountsName(file string) string {
	stem, _, _ := strings.Cut(file, ".")
	return "File1_Doc_" + stem + ".json"
}

// Counts is the file of counts that goes to UK LLC beside File 1, with the keys
// of UK LLC's own checker. All values are text.
//
// Its numbers are exact: they are the study's own denominators, told to the one
// who keeps them, and reconcile with the freeze. They never enter a research
// environment by this tool.
type Counts struct {
	Date         string `json:"Date"`
	File         string `json:"File Name"`
	Study        string `json:"LPS"`
	Rows         string `json:"Row Count"`
	Upload       string `json:"Upload Date"`
	Participants string `json:"Total Participants"`
	Excluded1    string `json:"Exclusions1"`
	Excluded2    string `json:"Exclusions2"`
	Excluded3    string `json:"Exclusions3"`
	Excluded4    string `json:"Exclusions4"`
	Excluded5    string `json:"Exclusions5"`
	Excluded6    string `json:"Exclusions6"`
	Excluded7    string `json:"Exclusions7"`
	Included     string `json:"Total Included"`
	Valid        string `json:"valid file"`
	Output       string `json:"checker_output"`
	Warned       string `json:"saved with warning"`
}

// Counts fills the form for a file: included are the current rows with
// UKLLC_STATUS 1. With numbers that were given and do not add up, it returns
// the form, which says so, and ErrDoesNotAddUp.
func (r Report) Counts(enrolment Enrolment, today time.Time) (Counts, error) {
	counts := Counts{
		Date:         today.Format("02/01/2006"),
		File:         r.File,
		Study:        r.Study,
		Rows:         fmt.Sprint(r.Rows),
		Upload:       enrolment.Upload,
		Participants: given(enrolment.Participants),
		Included:     fmt.Sprint(r.included),
		Valid:        "1",
		Warned:       "0",
	}
	fields := [...]*string{&counts.Excluded1, &counts.Excluded2, &counts.Excluded3, &counts.Excluded4, &counts.Excluded5, &counts.Excluded6, &counts.Excluded7}
	sum := r.included
	for i, field := range fields {
		*field = given(enrolment.Excluded[i])
		sum += max(0, enrolment.Excluded[i])
	}
	if !r.Fits {
		var page strings.Builder
		_ = r.WriteText(&page, false) // a builder takes everything
		counts.Valid, counts.Output = "0", page.String()
	}
	if enrolment.Participants >= 0 && sum != enrolment.Participants {
		counts.Warned = "1"
		return counts, ErrDoesNotAddUp
	}
	return counts, nil
}

func given(n int64) string {
	if n < 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
