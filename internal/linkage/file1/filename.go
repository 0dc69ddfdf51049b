package file1

import (
	"regexp"
	"slices"
	"strconv"
	"time"

	"tre-toolkit/internal/identifier"
	"tre-toolkit/internal/spec"
)

var namePattern = regexp.MustCompile(`^(.+)_FILE1_v([0-9]+)_([0-9]+)\.csv$`)

// earlierCodes are codes that UK LLC's checker takes beside those of the manual.
var earlierCodes = []string{"BEEWELL", "EPIC", "UKBB", "NIHRBIO", "MCS_CM", "MCS_Parents", "NCDS", "NSHD", "TRACKCOVID", "LSTYPE"}

// checkName reads what the file's name says, and settles the day that no date
// may lie behind.
func (c *checker) checkName() {
	c.file = identifier.PartialDateOf(c.opts.Today)
	parts := namePattern.FindStringSubmatch(c.opts.Name)
	if parts == nil {
		c.report.add(finding{rule: nameShape, column: wholeRow})
		return
	}
	study, version, day := parts[1], parts[2], parts[3]
	switch {
	case slices.Contains(c.opts.Studies, spec.Study(study)):
		c.report.Study = study
	case slices.Contains(earlierCodes, study):
		c.report.Study = study
		c.report.add(finding{rule: nameOldStudy, column: wholeRow})
	default:
		c.report.add(finding{rule: nameStudy, column: wholeRow})
	}
	c.report.Version, _ = strconv.Atoi(version) // digits; one past the largest number is 0
	date, err := time.Parse("20060102", day)
	switch {
	case err != nil:
		c.report.add(finding{rule: nameDate, column: wholeRow})
		return
	case date.After(c.opts.Today):
		c.report.add(finding{rule: nameFuture, column: wholeRow})
	}
	c.report.Date = date.Format(time.DateOnly)
	c.file = identifier.PartialDateOf(date)
}
