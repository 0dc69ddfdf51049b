package spec

// Transforms that reading a table may apply; docs/transforms.md tells them to
// researchers.
const (
	NoTransform      = "none"
	LatestExtract    = "latest-extract"      // per key and financial year, the latest extract end date
	FinalExtract     = "final-extract"       // per key, the latest extract end date of all years
	LatestSubmission = "latest-submission"   // per row as the table's row key knows it, the latest month
	OneRowPerPathway = "one-row-per-pathway" // per key, one row of the latest extract end date and month
)

var transforms = []string{NoTransform, LatestExtract, FinalExtract, LatestSubmission, OneRowPerPathway}

// SubmissionMonth is the column with the month that a row was submitted for, as a
// number that rises by one a month.
var SubmissionMonth = Identifier{"unique_monthid"}

// GoesByMonth reports whether a transform chooses among submissions.
func GoesByMonth(transform string) bool {
	return transform == LatestSubmission || transform == OneRowPerPathway
}

// checkTransform reports a transform that a table does not have what it needs for.
func (t ProjectTable) checkTransform(dataset Dataset, table Table, version VersionNumber, fault func(near, format string, args ...any)) {
	if !GoesByMonth(t.Transform) {
		return
	}
	near := `"` + t.Transform + `"`
	if month, found := table.Column(SubmissionMonth.name); !found || !month.In(version) {
		fault(near, "table %s: transform %s needs the column %s, which this version has not", t.Name, t.Transform, SubmissionMonth)
	}
	if t.Transform == LatestSubmission && len(table.RowKey) == 0 {
		fault(near, "table %s: transform %s needs to know by what a row is submitted again: the table's specification has no row_key", t.Name, t.Transform)
	}
	if t.Transform == OneRowPerPathway && table.PeriodKey == dataset.Person {
		fault(near, "table %s: it goes by person and has no pathways; did you mean %s?", t.Name, FinalExtract)
	}
}
