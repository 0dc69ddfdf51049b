// Package report writes the interactive report of a dataset's measures: one HTML
// file that needs nothing else, in which a reader picks an organisation, a period
// and a breakdown and sees charts, with the numbers behind every one of them.
//
// What it promises: only published cells are in the file, since nothing else comes
// in: figures are disclosure.Cell from Results and Grids. There is one copy of them,
// tables in noscript elements. Without a script a browser shows these tables and the
// charts of the default view; with one it keeps them as text, from which the script
// draws. The same input gives the same bytes.
package report

import (
	"bufio"
	"errors"
	"io"
	"strings"

	"tre-toolkit/internal/measures"
	"tre-toolkit/internal/metrics"
	"tre-toolkit/internal/page/boundaries"
	"tre-toolkit/internal/spec"
)

// Figures are the results of one kind of period.
type Figures struct {
	Kind string            // measures.Month, Quarter or Year; anything else is a window
	All  measures.Results  // the figures of all
	By   *measures.Results // the same by variables; nil when there are none
}

// Table is a table of people by study that stands in the report as it is.
type Table struct {
	ID, Title, Text string
	Grid            metrics.Grid
	ByRow           bool // lengths are compared within a row, as those of a funnel are
}

// Input is what a report is made of.
type Input struct {
	Layout   spec.ReportLayout
	Measures spec.Measures
	Source   measures.Source
	Citation string    // of the version, as plain text
	Figures  []Figures // a kind of period each, the finest first
	Tables   []Table   // of people by study, before the topics; may be empty
	Map      *Map      // nil when there is none
}

// Map is the areas of one level's organisations.
type Map struct {
	Level measures.Level
	boundaries.Map
}

// ErrNothing says that no figure may be shown.
var ErrNothing = errors.New("every figure is masked: there is nothing to report")

// Write writes the report.
func Write(w io.Writer, input Input) error {
	if len(input.Figures) == 0 {
		return errors.New("a report needs figures")
	}
	m := newModel(input)
	if len(m.organisations)+len(m.Tables) == 0 {
		return ErrNothing
	}
	out := bufio.NewWriter(w)
	if err := m.write(out); err != nil {
		return err
	}
	return out.Flush()
}

// Codes lists, by level, the codes of the organisations that show something, as the
// data have them.
func (i Input) Codes() map[measures.Level][]string {
	codes := map[measures.Level][]string{}
	for _, one := range newModel(i).organisations {
		codes[one.level] = append(codes[one.level], plainCode(one))
	}
	return codes
}

// plainCode is an organisation's code without the level that measures put before a
// number.
func plainCode(of *organisation) string { return strings.TrimPrefix(of.code, string(of.level)+" ") }
