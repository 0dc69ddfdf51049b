// Package protection makes a researcher's own table safe to show and leaves its
// layout as it was: it reads the table as an output checker would, guesses what
// it means, has the counts protected, and writes the same rows and columns with
// what may be shown.
//
// What it promises: nothing of the table that it does not understand is printed
// as a number, except in columns that it takes for labels or for numbers that
// count nobody, and those are named; text outside the table is left out, because
// it may hold the very totals that masks protect; and no message holds a count.
// A table whose meaning is in doubt is refused with what would mend it.
package protection

import (
	"fmt"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/disclosure/protect"
	"tre-toolkit/internal/outputs/document"
	"tre-toolkit/internal/outputs/layout"
)

// Table is a protected table.
type Table struct {
	Header []string
	Rows   [][]string
	Notes  []string // what its marks mean, where the rules ask for it
	Guess  Guess
	Low    int  // cells masked for their own count
	Others int  // cells masked for the sake of those
	Least  bool // no other choice of masks costs less
	// TotalsAsShown says that totals add up what is shown.
	TotalsAsShown bool
}

// Guess is what the table was taken to mean, in words.
type Guess struct {
	Labels, Counts, Percentages, Statistics, Others []string
	Totals                                          []string // labels of rows and names of columns that are totals
	Remarks                                         []string // what else a person should know
}

// Make reads a file of one table and protects it. The error is a
// *diagnostic.Input where the table cannot be understood, and a
// *diagnostic.Refusal where it cannot be protected.
func Make(name string, content []byte, profile disclosure.Profile) (Table, error) {
	read := document.Read(name, content, document.Limits{})
	if fault := readable(name, read); fault != nil {
		return Table{}, fault
	}
	m := layout.New(read.Tables[0], layout.NewPolicy(profile))
	w := &work{Model: m, file: name, profile: profile, index: map[layout.CellAt]int{}}
	if len(read.Prose) > 0 {
		w.remark("text outside the table was left out")
	}
	if err := w.understand(); err != nil {
		return Table{}, err
	}
	result, err := protect.Protect(w.table, profile)
	if err != nil {
		return Table{}, w.refuse(err)
	}
	return w.write(result), nil
}

// readable refuses what is not one table, read to its end.
func readable(name string, read document.Document) error {
	problem := ""
	switch {
	case read.Unread != "":
		problem = "it was not read: " + read.Unread
	case len(read.Gaps) > 0:
		problem = "it was not read fully: " + read.Gaps[0]
	case len(read.Tables) == 0:
		problem = "it holds no table"
	case len(read.Tables) > 1:
		problem = "it holds several tables, which could give each other away"
	default:
		return nil
	}
	return &diagnostic.Input{
		Findings: []diagnostic.Finding{{File: name, Code: "PRT001", Message: problem}},
		Hint:     "give one table of true counts, as CSV",
	}
}

// refuse turns what package protect says into an answer for the user.
func (w *work) refuse(err error) error {
	return &diagnostic.Refusal{
		Rule:    "disclosure",
		Message: "the table cannot be protected: " + err.Error(),
		Hint:    "merge small categories, or leave out a margin or a column, and try again",
	}
}

func (w *work) remark(format string, args ...any) {
	w.guess.Remarks = append(w.guess.Remarks, fmt.Sprintf(format, args...))
}

// Marks says what each mark of a profile means.
func Marks(profile disclosure.Profile) []string {
	rules := profile.Rules()
	shown := func(mark string) string {
		if mark == "" {
			return "A blank cell"
		}
		return mark
	}
	first := rules.Marks.Value[0]
	zero := "zero not included"
	if rules.Zero.Value == disclosure.MaskZero {
		zero = "zero included"
	}
	if rules.SecondaryMark.Value == first {
		return []string{fmt.Sprintf("%s: a count below %d, %s, or one that would give such a count away.", shown(first), rules.Threshold.Value, zero)}
	}
	return []string{
		fmt.Sprintf("%s: a count below %d, %s.", shown(first), rules.Threshold.Value, zero),
		fmt.Sprintf("%s: hidden because it would give a masked count away.", shown(rules.SecondaryMark.Value)),
	}
}
