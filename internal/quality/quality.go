// Package quality checks the auxiliary tables of a loaded version as NHS England
// validates submissions, and says what each column holds: how much is empty or
// not in its list of codes, over which months, and which months are missing.
//
// What is checked is data: the rules of a dataset are in its quality.toml, and
// each kind of rule is one SQL file here. No table is named in this package.
//
// A row of these tables is about one person, so a number of rows is masked like a
// number of people, and also where few people are behind many rows. What is
// reported has passed the disclosure profile, is protected against being worked
// out from the numbers beside it, and holds no exact count.
package quality

import (
	"context"
	"embed"
	"fmt"
	"slices"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

var statements = warehouse.MustLoad(sqlFiles)

// Question says which version is looked at, by which rules.
type Question struct {
	Dataset spec.Dataset
	Version spec.DatasetVersion
	Quality spec.Quality
	Labels  spec.Labels
	Freeze  int // whose mapping must know everybody; 0 when none is asked
	Profile disclosure.Profile
}

// Report is what may be shown. Its lists are in the order of the specification.
type Report struct {
	Dataset     string    `json:"dataset"`
	Version     int       `json:"version"`
	VersionDate string    `json:"version_date"`
	DOI         string    `json:"doi"`
	Freeze      int       `json:"freeze,omitempty"`
	Rules       string    `json:"rules"`
	Marks       []Mark    `json:"marks"` // of those that stand in the report
	Note        string    `json:"note"`  // how to read its numbers and marks
	Checks      []Check   `json:"checks"`
	Tables      []Table   `json:"tables"`
	Findings    []Finding `json:"findings"`
}

// Mark explains a sign that stands in place of a number.
type Mark struct {
	Mark    string `json:"mark"`
	Meaning string `json:"meaning"`
}

// What became of a check.
const (
	Held      = "held"       // no row breaks the rule
	Broken    = "broken"     // some do
	NotTold   = "not told"   // whether some do is hidden by the rules
	NotJudged = "not judged" // the version has nothing to judge; Why says what is missing
)

// Check is what became of one rule in one table, of a rule that is asked of each
// of its columns in one column.
type Check struct {
	Code     string           `json:"code"`
	Severity string           `json:"severity"`
	Kind     string           `json:"kind"`
	Table    string           `json:"table"`
	Columns  []string         `json:"columns"`
	State    string           `json:"state"`
	Why      string           `json:"why,omitempty"`
	Rows     *disclosure.Cell `json:"rows,omitempty"`         // that break it; nil where it was not judged, like the next three
	All      *disclosure.Cell `json:"all_rows,omitempty"`     // of the table
	Percent  *disclosure.Cell `json:"rows_percent,omitempty"` // of those
	People   *disclosure.Cell `json:"people,omitempty"`       // who are in those rows
	Reason   string           `json:"reason"`
	Source   string           `json:"source"`
}

// Table is what is shown of one auxiliary table.
type Table struct {
	Name        string           `json:"table"`
	Rows        disclosure.Cell  `json:"rows"`
	MonthColumn string           `json:"month_column,omitempty"`         // by which rows are counted by month
	Months      []Month          `json:"months"`                         // every month of the extract periods, in order
	Outside     *disclosure.Cell `json:"rows_outside_periods,omitempty"` // nil where nothing tells the month, like the next
	NoMonth     *disclosure.Cell `json:"rows_without_month,omitempty"`
	Missing     []string         `json:"missing_months"`
	Columns     []Column         `json:"columns"`
}

// Month is how many rows a month has. It names its table, so that nobody takes the
// months of two tables for two counts of the same.
type Month struct {
	Table string          `json:"table"`
	Month string          `json:"month"` // such as 2022-04
	Rows  disclosure.Cell `json:"rows"`
}

// Column is what is shown of one column. Its numbers are of rows.
type Column struct {
	Name           string           `json:"column"`
	Type           string           `json:"type"`
	All            disclosure.Cell  `json:"all_rows"`
	Empty          disclosure.Cell  `json:"empty"`
	EmptyPercent   disclosure.Cell  `json:"empty_percent"`
	Invalid        *disclosure.Cell `json:"invalid,omitempty"` // nil where no rule judges the values
	InvalidPercent *disclosure.Cell `json:"invalid_percent,omitempty"`
	Codes          *Codes           `json:"codes,omitempty"`       // nil without a list of codes
	FirstMonth     string           `json:"first_month,omitempty"` // of its dates, as far as months are shown
	LastMonth      string           `json:"last_month,omitempty"`
	EmptyMonths    []string         `json:"empty_months,omitempty"` // in which the table has rows and the column no value
}

// Codes says which of the codes of a column's list it has, and which it has
// besides. Only a code of as many rows and people as may be shown is told of.
type Codes struct {
	Listed   int        `json:"in_list"`
	Seen     int        `json:"seen"`
	Unlisted []CodeName `json:"not_in_list,omitempty"`
}

// CodeName is a code by itself.
type CodeName struct {
	Code string `json:"code"`
}

// Finding is something to look at, in words.
type Finding struct {
	Severity string `json:"severity"`
	Table    string `json:"table"`
	Says     string `json:"says"`
}

// HasBroken reports whether a rule of that severity is shown to be broken.
func (r Report) HasBroken(severity string) bool {
	return slices.ContainsFunc(r.Checks, func(c Check) bool { return c.Severity == severity && c.State == Broken })
}

// Assess checks every auxiliary table of the version and describes its columns.
func Assess(ctx context.Context, w *warehouse.Warehouse, question Question) (Report, error) {
	a := assessor{w: w, Question: question, hidden: map[number]bool{}}
	report := Report{
		Dataset: question.Version.Dataset, Version: int(question.Version.Number), Freeze: question.Freeze,
		Rules: question.Profile.Name(), Checks: []Check{}, Findings: []Finding{},
	}
	for _, table := range question.Dataset.Tables {
		shown, checks, err := a.table(ctx, table)
		if err != nil {
			return Report{}, fmt.Errorf("%s: %w", table.Name, err)
		}
		report.Tables = append(report.Tables, shown)
		report.Checks = append(report.Checks, checks...)
	}
	slices.SortStableFunc(report.Checks, func(one, other Check) int { return a.place(one.Code) - a.place(other.Code) })
	report.Findings = findings(report)
	report.Marks = marks(report, question.Profile)
	report.Note = note(report.Marks)
	return report, nil
}

// place is a rule's place in the specification.
func (a *assessor) place(code string) int {
	return slices.IndexFunc(a.Quality.Rules, func(r spec.QualityRule) bool { return r.Code == code })
}

// assessor works through the tables.
type assessor struct {
	w *warehouse.Warehouse
	Question
	unlisted []string // columns of the table in hand with codes that their list lacks
	hidden   map[number]bool
}

// number names a number of rows that two places of the report show: what is
// hidden in one is hidden in the other.
type number struct{ table, column, of string }

// The two numbers of a column.
const (
	emptyRows   = "empty"
	invalidRows = "invalid"
)

// table judges one table by its rules, and then describes its columns.
func (a *assessor) table(ctx context.Context, table spec.Table) (Table, []Check, error) {
	columns := table.ColumnsIn(a.Version.Number)
	if err := a.createCodes(ctx, table, columns); err != nil {
		return Table{}, nil, err
	}
	months, err := a.months(ctx, table)
	if err != nil {
		return Table{}, nil, err
	}
	judged, err := a.judge(ctx, table)
	if err != nil {
		return Table{}, nil, err
	}
	shown, err := months.protect(a.Profile)
	if err != nil {
		return Table{}, nil, err
	}
	if err := a.describe(ctx, table, columns, months, judged, &shown); err != nil {
		return Table{}, nil, err
	}
	checks := make([]Check, len(judged))
	for i, one := range judged {
		checks[i] = one.check(months.rows, shown, a.Profile)
	}
	return shown, checks, nil
}

// args binds the name of a table in the version.
func (a *assessor) args(table spec.Identifier, more warehouse.Args) warehouse.Args {
	more["table"] = a.Dataset.QualifiedTable(table, a.Version)
	return more
}
