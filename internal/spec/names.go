package spec

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var (
	identifierPattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)
	datasetPattern    = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$`)
	studyPattern      = regexp.MustCompile(`^[A-Z][A-Z0-9_]{1,30}$`)
	projectPattern    = regexp.MustCompile(`^(llc_[0-9]{4})(_[a-z])?$`)
)

// Identifier is a lower-case SQL name: letters, digits and underscores, a
// letter first. It is safe to place in SQL text, which nothing else is.
type Identifier struct{ name string }

// ParseIdentifier returns the identifier for a name, or says why it is none.
func ParseIdentifier(name string) (Identifier, error) {
	if !identifierPattern.MatchString(name) {
		return Identifier{}, fmt.Errorf("%q is not a name: use lower-case letters, digits and underscores, a letter first", name)
	}
	return Identifier{name}, nil
}

// String returns the name.
func (i Identifier) String() string { return i.name }

// UnmarshalText lets a TOML string become an identifier.
func (i *Identifier) UnmarshalText(text []byte) error {
	parsed, err := ParseIdentifier(string(text))
	if err != nil {
		return err
	}
	*i = parsed
	return nil
}

// MarshalText returns the name.
func (i Identifier) MarshalText() ([]byte, error) { return []byte(i.name), nil }

// IsZero reports whether the identifier was never parsed.
func (i Identifier) IsZero() bool { return i.name == "" }

// Study is the code of a longitudinal population study, such as ALSPAC.
type Study string

// ParseStudy returns the study with that code, or says why it is none.
func ParseStudy(code string) (Study, error) {
	if !studyPattern.MatchString(code) {
		return "", fmt.Errorf("%q is not a study code: upper-case letters, digits and underscores", code)
	}
	return Study(code), nil
}

// UnmarshalText lets a TOML string become a study.
func (s *Study) UnmarshalText(text []byte) error {
	parsed, err := ParseStudy(string(text))
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}

// ProjectID names an approved project, such as llc_0042, or an amendment of one
// by its letter, such as llc_0042_b. What the project was given first has no letter,
// or the letter a.
type ProjectID struct {
	number string
	letter string // as in _b; empty when there is none
}

// ParseProjectID returns the project with that number and letter, or says why it
// is none.
func ParseProjectID(id string) (ProjectID, error) {
	parts := projectPattern.FindStringSubmatch(strings.ToLower(id))
	if parts == nil {
		return ProjectID{}, fmt.Errorf("%q is not a project: write llc_ and four digits, as in llc_0042, and an amendment's letter behind, as in llc_0042_b", id)
	}
	return ProjectID{parts[1], parts[2]}, nil
}

// String returns the project's lower-case name, an amendment's with its letter.
func (p ProjectID) String() string { return p.number + p.letter }

// Number returns the project without an amendment's letter: what has one domain of
// pseudonyms, so that a participant keeps an id from amendment to amendment.
func (p ProjectID) Number() ProjectID { return ProjectID{number: p.number} }

// Next returns the amendment that follows: b after the project itself, and then
// letter by letter up to z.
func (p ProjectID) Next() (ProjectID, error) {
	switch p.letter {
	case "":
		return ProjectID{p.number, "_b"}, nil
	case "_z":
		return ProjectID{}, fmt.Errorf("%s is the last amendment that a letter can name: a project that goes on needs a new number", p)
	}
	return ProjectID{p.number, "_" + string(p.letter[1]+1)}, nil
}

// Column returns the name of the column that holds the project's participant ids,
// the same in every amendment.
func (p ProjectID) Column() Identifier { return Identifier{p.number + "_stud_id"} }

// UnmarshalText lets a TOML string become a project id.
func (p *ProjectID) UnmarshalText(text []byte) error {
	parsed, err := ParseProjectID(string(text))
	if err != nil {
		return err
	}
	*p = parsed
	return nil
}

// VersionNumber is the number of one load of a dataset. Numbers sort as
// numbers: 10 follows 9.
type VersionNumber int

// ParseVersionNumber reads "3", "v3" and "v0003".
func ParseVersionNumber(text string) (VersionNumber, error) {
	digits := strings.TrimPrefix(strings.ToLower(text), "v")
	number, err := strconv.Atoi(digits)
	if err != nil || number < 1 || number > 9999 || strings.HasPrefix(digits, "+") {
		return 0, fmt.Errorf("%q is not a version number: write 3, v3 or v0003 (1 to 9999)", text)
	}
	return VersionNumber(number), nil
}

// Suffix returns the number as table names carry it, such as v0003.
func (v VersionNumber) Suffix() string { return fmt.Sprintf("v%04d", int(v)) }

// String returns the number without padding.
func (v VersionNumber) String() string { return strconv.Itoa(int(v)) }

// DatasetVersion names one version of a dataset, such as NHSE_IAPT@3. Lineages
// that run beside each other share numbers: the first version of a number is
// named by it alone, and every other one by its date too, as NHSE_IAPT@2:2022-01-06.
//
// As a reference it may have the date of any version; [Dataset.Named] and the
// register know what the version that is meant is called.
type DatasetVersion struct {
	Dataset string
	Number  VersionNumber
	Lineage Date // zero when the number alone names the version
}

// ParseDatasetVersion reads DATASET@NUMBER and DATASET@NUMBER:DATE, and the
// date also as pages print it: NHSE_IAPT@2 (06 Jan 2022).
func ParseDatasetVersion(text string) (DatasetVersion, error) {
	name, rest, found := strings.Cut(text, "@")
	if !found || !datasetPattern.MatchString(name) {
		return DatasetVersion{}, fmt.Errorf("%q does not name a dataset version: write it as NHSE_IAPT@3", text)
	}
	number, lineage, err := cutLineage(rest)
	if err != nil {
		return DatasetVersion{}, err
	}
	version, err := ParseVersionNumber(number)
	if err != nil {
		return DatasetVersion{}, err
	}
	return DatasetVersion{name, version, lineage}, nil
}

// RegisteredVersion returns the name that a register has in parts: a lineage is
// a date such as 2022-01-06, or nothing.
func RegisteredVersion(dataset string, number int, lineage string) (DatasetVersion, error) {
	version := DatasetVersion{Dataset: dataset, Number: VersionNumber(number)}
	if lineage == "" {
		return version, nil
	}
	var err error
	version.Lineage, err = ParseDate(lineage)
	return version, err
}

// cutLineage takes the date off a number that has one.
func cutLineage(text string) (number string, lineage Date, err error) {
	if number, date, found := strings.Cut(text, ":"); found {
		lineage, err = ParseDate(date)
		return number, lineage, err
	}
	number, date, found := strings.Cut(strings.TrimSuffix(text, ")"), " (")
	if !found {
		return text, Date{}, nil
	}
	if lineage, err = parseLongDate(date); err != nil {
		lineage, err = ParseDate(date)
	}
	return number, lineage, err
}

// String returns DATASET@NUMBER, or DATASET@NUMBER:DATE.
func (v DatasetVersion) String() string {
	if v.Lineage.IsZero() {
		return v.Dataset + "@" + v.Number.String()
	}
	return v.Dataset + "@" + v.Number.String() + ":" + v.Lineage.String()
}

// Suffix returns what table names end with, such as v0003, or v0002_20220106
// in a lineage of its own.
func (v DatasetVersion) Suffix() string {
	if v.Lineage.IsZero() {
		return v.Number.Suffix()
	}
	return v.Number.Suffix() + "_" + v.Lineage.at.Format("20060102")
}

// FileStem returns the name that files about this version begin with, such as
// NHSE_IAPT_v0003.
func (v DatasetVersion) FileStem() string { return v.Dataset + "_" + v.Suffix() }

// MarshalText returns the name as String has it.
func (v DatasetVersion) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText lets a TOML string become a dataset version.
func (v *DatasetVersion) UnmarshalText(text []byte) error {
	parsed, err := ParseDatasetVersion(string(text))
	if err != nil {
		return err
	}
	*v = parsed
	return nil
}
