package outputs

import (
	"cmp"
	"fmt"
	"slices"

	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

// Severity says what a finding does to the verdict.
type Severity string

// Severities, worst first.
const (
	Failed    Severity = "fail"
	ForReview Severity = "review"
	Told      Severity = "info"
)

// Finding is one thing that a person should know about a file.
type Finding struct {
	Check       string   `json:"check"`
	Severity    Severity `json:"severity"`
	File        string   `json:"file"`
	Table       string   `json:"table,omitempty"` // when the file has several
	Line        int      `json:"line,omitempty"`  // 0 when the format has none
	Row         string   `json:"row,omitempty"`
	Column      string   `json:"column,omitempty"`
	Message     string   `json:"message"`
	Certificate string   `json:"certificate,omitempty"`
	Fix         string   `json:"fix"`
}

// CheckInfo tells what a check is for.
type CheckInfo struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Fix   string `json:"fix"` // how such a finding is mended
}

// Checks lists every check, in the order of their ids.
func Checks() []CheckInfo { return slices.Clone(checks) }

var checks = []CheckInfo{
	{"AUD001", "A hidden number can be worked out", "Mask one more cell in the same row and in the same column, or leave masked cells out of the totals."},
	{"AUD002", "A hidden number can be narrowed down", "Mask one more cell, or leave masked cells out of the totals."},
	{"AUD003", "Totals and marks contradict each other", "Check the totals and what the marks mean; one of them is wrong."},
	{"AUD004", "Whether a hidden number can be worked out was not settled", "Split the table, or ask a statistician: the check stopped before an answer."},
	{"CLS001", "Everybody or nobody of a group falls into one class", "Merge classes, or leave the row or column out."},
	{"CTX001", "Nothing says whom the tables count", "Say in a title, a note or a README whose data it is."},
	{"CTX002", "A name that nothing explains", "Say in a note what the abbreviation stands for."},
	{"CTX003", "Records are counted, and the rules count people", "Give the number of people beside the number of records."},
	{"DIF001", "A count that changed by a few people since an earlier release", "Round the counts, or do not release both."},
	{"DIF002", "A number that is masked now and was shown before, or otherwise", "Keep what was shown as it was, or mask what would give it away."},
	{"DIF003", "Two tables differ by a few people", "Check whether one table is a part of the other; if it is, release one of them."},
	{"DIF004", "The same table with slightly different numbers", "Release one of the two, or say why they differ."},
	{"DOM001", "A few contributors make up nearly all of a value", "Merge the cell with others, or mask it."},
	{"DOM002", "One contributor can estimate another too closely", "Merge the cell with others, or mask it."},
	{"FIL001", "A kind of file that is not read", "Give the numbers as CSV, Markdown, JSON or an HTML table."},
	{"FIL002", "A file that was not read fully", "Mend the file, or split it, and check it again."},
	{"FIL003", "A column that identifies people", "Rows about people do not leave; release counts of them."},
	{"FIL004", "A number that has the form of an NHS number", "Take the identifier out."},
	{"FIL005", "A cell that a spreadsheet would run", "Write the cell as text: no =, +, -, @ or tab in front."},
	{"FIL006", "A link or a special file", "Put the file itself in the folder."},
	{"FIL007", "Characters that cannot be seen", "Remove invisible and direction-changing characters."},
	{"FIL008", "Something in the file is not seen when it is opened", "Take it out, or give the numbers as CSV."},
	{"FIL009", "Metadata names a person, a place or a path", "Remove the file's properties and metadata."},
	{"FIL010", "A file that is not what its name says", "Give the file its true ending, or leave it out."},
	{"FIL011", "A file of data, or a program", "Data files and programs do not leave; release tables of counts."},
	{"FIL012", "An archive", "Put the files themselves in the folder, so that each can be checked."},
	{"FIL013", "A file of keys or passwords", "Leave the file out, and change what it held."},
	{"FIL014", "Something in a text that may identify a person", "Take the identifier out."},
	{"FIL015", "A path, an address of a machine, or a password in a text", "Take it out; write relative paths."},
	{"FIL030", "A kind of file that the rules keep in", "Give the numbers in a kind of file that the rules let leave."},
	{"FIL031", "A file larger than the rules allow", "Release a summary in its place."},
	{"FIL032", "A table longer than the rules allow", "Release a summary in its place."},
	{"FIL033", "A supporting file, which is not released", "Keep the file in when the others leave."},
	{"FIL034", "A declaration that does not fit the files", "Mend the declaration: its paths and columns must be those of the files."},
	{"LNK001", "A number hidden here is given away by other tables", "Mask it in every table, or in none; leave masked cells out of totals."},
	{"LOW001", "A count below the threshold", "Mask the count."},
	{"LOW002", "A zero, where zeros are low counts", "Mask the zero."},
	{"LOW003", "A statistic of too few people", "Mask the statistic together with its count."},
	{"MEA001", "Published measures that add up to others", "Release one kind of period, one level, and either the figures of all or one variable."},
	{"MSK001", "A mark that the rules do not know", "Use one of the marks that the rules list."},
	{"MSK002", "A mark that nothing explains", "Say in the file what the mark means, for example: counts below the threshold."},
	{"MSK003", "A blank or a word that can be taken for a value stands for a hidden number", "Use a distinctive mark that the rules list."},
	{"MSK004", "A different mark for cells hidden to protect others", "Use one mark for all hidden cells."},
	{"PCT001", "The percentage of a masked count is shown", "Mask the percentage together with its count."},
	{"PCT002", "A percentage and its denominator give a low count", "Mask the percentage, or give it without its denominator."},
	{"PCT003", "What a count leaves of its whole is a low count", "Mask the count or its whole, or round both."},
	{"PCT004", "A percentage that is not that of its counts", "Work the percentage out from the counts shown, or say what it is of."},
	{"RND001", "A number that is not rounded as the rules ask", "Round every count to the base of the rules."},
	{"RND002", "Numbers rounded in several ways", "Round every count of a table in one way."},
	{"RND003", "Midpoints whose column does not say so", "End the column's name in _midpoint6."},
	{"STA001", "A minimum or a maximum", "Give percentiles of enough people in its place."},
	{"STA002", "A model with too few degrees of freedom", "Fit fewer parameters, or leave the model out."},
	{"STA003", "Statistics that give values of single people away", "Mask the statistics together with their count."},
	{"TOT001", "A total includes masked cells", "Leave masked cells out of the total, or mask the total."},
	{"TOT002", "A total is not the sum of its parts", "Make the total the sum of the cells shown, or say what it counts."},
	{"TOT003", "A total is not the sum of the rounded cells", "Add up the rounded cells; masked ones count nothing."},
}

func fixOf(id string) string {
	for _, info := range checks {
		if info.ID == id {
			return info.Fix
		}
	}
	return ""
}

// plural writes a number of things.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// perCheck is how many findings of one check are listed for one file.
const perCheck = 25

// findings collects, and counts what it no longer lists.
type findings struct {
	list  []Finding
	count map[[2]string]int
}

func (f *findings) add(finding Finding) {
	if f.count == nil {
		f.count = map[[2]string]int{}
	}
	key := [2]string{finding.File, finding.Check}
	f.count[key]++
	if finding.Fix == "" {
		finding.Fix = fixOf(finding.Check)
	}
	finding.File, finding.Row, finding.Column = notation.Printable(finding.File), notation.Printable(finding.Row), notation.Printable(finding.Column)
	finding.Message = notation.Printable(finding.Message)
	switch n := f.count[key]; {
	case n <= perCheck:
		f.list = append(f.list, finding)
	case n == perCheck+1:
		finding.Row, finding.Column, finding.Line, finding.Certificate = "", "", 0, ""
		f.list = append(f.list, finding)
	}
}

// sorted returns the findings worst first, then by file and place. The last of
// a long run says how many more there are.
func (f *findings) sorted() []Finding {
	list := make([]Finding, 0, len(f.list))
	seen := map[[2]string]int{}
	for _, finding := range f.list {
		key := [2]string{finding.File, finding.Check}
		if seen[key]++; seen[key] > perCheck {
			finding.Message = fmt.Sprintf("%d more findings like these in this file are not listed.", f.count[key]-perCheck)
		}
		list = append(list, finding)
	}
	slices.SortStableFunc(list, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.Severity.rank(), b.Severity.rank()),
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Check, b.Check),
		)
	})
	return list
}

func (s Severity) rank() int {
	switch s {
	case Failed:
		return 0
	case ForReview:
		return 1
	}
	return 2
}

// finding starts a finding about one cell.
func findingAt(m *layout.Model, check string, severity Severity, c layout.CellAt) Finding {
	return Finding{
		Check: check, Severity: severity, File: m.File, Table: m.Table.Name,
		Line: m.LineOf(c.Row), Row: m.RowName(c.Row), Column: m.Header[c.Column],
	}
}
