package file1

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Report is what a check found: rules, lines and counts of rows, never a cell.
type Report struct {
	File     string    `json:"file"`
	Study    string    `json:"study"`
	Version  int       `json:"version"`
	Date     string    `json:"date"` // of the file's name
	Rows     int64     `json:"rows"`
	Checked  bool      `json:"checked"` // whether every row was looked at
	Fits     bool      `json:"fits"`    // whether there is no error
	Errors   int64     `json:"errors"`
	Warnings int64     `json:"warnings"`
	Findings []Finding `json:"findings"`
	Issuers  []Issuer  `json:"nhs_numbers"`

	groups   map[group]*Finding
	ranges   [len(issuers)]int64
	included int64
	kept     int
}

// Finding is one rule broken in one column, and every row that breaks it.
type Finding struct {
	Rule
	Column  string   `json:"column,omitempty"`
	Detail  string   `json:"detail,omitempty"`
	Count   int64    `json:"count"`
	Lines   []uint32 `json:"lines"`              // of the file, the header being line 1; none when it concerns the file
	LeftOff int64    `json:"left_off,omitempty"` // lines past the most that are kept
}

// Issuer is a range of NHS numbers and how many rows have one of it.
type Issuer struct {
	Range string `json:"range"`
	Rows  int64  `json:"rows"`
}

// mostLines bounds the memory of a report: a file that is wrong everywhere is
// wrong in few ways.
const mostLines = 5_000_000

// finding is a rule broken in a row, while the file is read.
type finding struct {
	rule   ruleID
	column uint8
	line   uint32 // 0 when it concerns the file
}

type group struct {
	rule   ruleID
	column uint8
}

func newReport(name string) Report {
	return Report{File: printable(name), groups: map[group]*Finding{}}
}

// printable returns a file's name without what would steer a terminal.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, name)
}

func (r *Report) add(found finding) { r.addDetail(found, "") }

func (r *Report) addDetail(found finding, detail string) {
	key := group{found.rule, found.column}
	one, known := r.groups[key]
	if !known || detail != "" && one.Detail != "" {
		one = &Finding{Rule: rules[found.rule], Detail: detail}
		if found.column < columnCount {
			one.Column = columns[found.column].name
		}
		if known { // another detail of the same rule
			key.column += columnCount + 1
			for r.groups[key] != nil {
				key.column++
			}
		}
		r.groups[key] = one
	}
	one.Count++
	switch {
	case found.line == 0:
	case r.kept == mostLines:
		one.LeftOff++
	default:
		r.kept++
		one.Lines = append(one.Lines, found.line)
	}
}

func (r *Report) has(rule ruleID) bool {
	return r.groups[group{rule, wholeRow}] != nil
}

// close orders the findings: errors first, then by code, column and detail.
func (r *Report) close() {
	r.Findings = make([]Finding, 0, len(r.groups))
	for _, one := range r.groups {
		r.Findings = append(r.Findings, *one)
		if one.Severity == Error {
			r.Errors += one.Count
		} else {
			r.Warnings += one.Count
		}
	}
	place := map[string]int{}
	for i, column := range columns {
		place[column.name] = i + 1
	}
	slices.SortFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Code, b.Code), cmp.Compare(place[a.Column], place[b.Column]), cmp.Compare(a.Detail, b.Detail))
	})
	for i, issuer := range issuers {
		if i > 0 && r.ranges[i] > 0 {
			r.Issuers = append(r.Issuers, Issuer{string(issuer), r.ranges[i]})
		}
	}
	r.Fits = r.Errors == 0
	r.groups = nil
}

// Sound reports whether every row was read and every participant is one row that
// conflicts with no other: then the current rows can be linked, whatever is
// wrong within cells.
func (r Report) Sound() bool {
	ofCells := []string{"NHS", "TXT", "NAM", "PCD", "DAT", "SEX", "FLG"}
	return r.Checked && !slices.ContainsFunc(r.Findings, func(one Finding) bool {
		return one.Severity == Error && !slices.Contains(ofCells, one.Code[:3])
	})
}

// linesShown is how many lines of a finding the text names.
const linesShown = 10

// WriteText writes the report as a page to read. With every line, it names all
// of a finding's lines and not the first ten.
func (r Report) WriteText(w io.Writer, everyLine bool) error {
	var page strings.Builder
	fmt.Fprintf(&page, "%s: %s\n", r.File, r.summary())
	for _, one := range r.Findings {
		fmt.Fprintf(&page, "\n%s %s", one.Severity, one.Code)
		if one.Column != "" {
			page.WriteString(" " + one.Column)
		}
		fmt.Fprintf(&page, ": %s\n", one.Says)
		if one.Detail != "" {
			fmt.Fprintf(&page, "  %s\n", one.Detail)
		}
		if len(one.Lines) > 0 {
			fmt.Fprintf(&page, "  %s\n", one.where(everyLine))
		}
		fmt.Fprintf(&page, "  fix: %s\n", one.Fix)
		if page.Len() > 1<<16 {
			if _, err := io.WriteString(w, page.String()); err != nil {
				return err
			}
			page.Reset()
		}
	}
	_, err := io.WriteString(w, page.String())
	return err
}

func (r Report) summary() string {
	rows := plural(r.Rows, "row")
	if !r.Checked {
		rows += ", not all of it checked"
	}
	if r.Errors+r.Warnings == 0 {
		return rows + ", fits the specification"
	}
	found := plural(r.Errors, "error") + ", " + plural(r.Warnings, "warning")
	if r.Fits {
		return rows + ", fits the specification; " + found
	}
	return rows + ", does not fit the specification; " + found
}

func plural(n int64, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return strconv.FormatInt(n, 10) + " " + of + "s"
}

// where names a finding's lines.
func (f Finding) where(every bool) string {
	shown := f.Lines
	if !every && len(shown) > linesShown {
		shown = shown[:linesShown]
	}
	var text strings.Builder
	text.WriteString("line ")
	if f.Count > 1 {
		text.Reset()
		text.WriteString("lines ")
	}
	for i, line := range shown {
		if i > 0 {
			text.WriteString(", ")
		}
		text.WriteString(strconv.FormatUint(uint64(line), 10))
	}
	if more := f.Count - int64(len(shown)); more > 0 {
		fmt.Fprintf(&text, " and %d more", more)
	}
	return text.String()
}

// WriteCSV writes one record a line and rule: file, line, column, code,
// severity. What the codes mean is in the page, or in Rules.
func WriteCSV(w io.Writer, reports []Report) error {
	table := csv.NewWriter(w)
	if err := table.Write([]string{"file", "line", "column", "code", "severity", "rule", "fix"}); err != nil {
		return err
	}
	for _, report := range reports {
		for _, one := range report.Findings {
			said := one.Says
			if one.Detail != "" {
				said += ": " + one.Detail
			}
			record := []string{report.File, "", one.Column, one.Code, string(one.Severity), said, one.Fix}
			if len(one.Lines) == 0 {
				_ = table.Write(record) // Flush tells of an error
			}
			for _, line := range one.Lines {
				record[1] = strconv.FormatUint(uint64(line), 10)
				_ = table.Write(record) // the same
			}
		}
	}
	table.Flush()
	return table.Error()
}
