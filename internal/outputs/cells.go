package outputs

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"

	"tre-toolkit/internal/disclosure/audit"
	"tre-toolkit/internal/outputs/document"
	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

// Publication is what finished files let a reader see of counts: the cells of
// every table by their labels, and the totals and percentages that tie them.
// It holds nothing that the files do not show, and no rows about single people.
type Publication struct {
	models   []*layout.Model
	measured []Measured
}

// Measured lists the tables of published NHS measures, in the order of the files.
func (p Publication) Measured() []Measured { return p.measured }

// Tables gives the tables in the order of the files. Each is made as it is asked
// for: all of them at once take many times what the files do.
func (p Publication) Tables() iter.Seq[PublishedTable] {
	return func(yield func(PublishedTable) bool) {
		for _, m := range p.models {
			if t := publishedTable(m); len(t.Cells) > 0 && !yield(t) {
				return
			}
		}
	}
}

// PublishedTable is one table of counts. Relations index its own Cells, and are
// those alone that bear on a masked cell.
type PublishedTable struct {
	File      string              `json:"file"`
	Table     string              `json:"table,omitempty"` // when the file has several
	Labels    []string            `json:"labels"`          // names of the columns that label the rows
	Columns   []string            `json:"columns"`         // names of the columns of counts
	Cells     []PublishedCell     `json:"cells"`
	Relations []PublishedRelation `json:"relations,omitempty"`
}

// PublishedRelation says that a sum of a table's cells, each taken so many
// times, lies between two bounds.
type PublishedRelation struct {
	Terms     [][2]int64 `json:"terms"` // cell, and how many times it is taken
	Lower     int64      `json:"lower"`
	Upper     int64      `json:"upper"`
	Statement string     `json:"statement,omitempty"` // as audit.Relation has it
}

// Over returns the relation for the auditor, over the cells that index gives for
// those of the table.
func (r PublishedRelation) Over(index func(cell int) int) audit.Relation {
	relation := audit.Relation{Lower: r.Lower, Upper: r.Upper, Statement: r.Statement}
	for _, term := range r.Terms {
		relation.Terms = append(relation.Terms, audit.Term{Cell: index(int(term[0])), Coefficient: term[1]})
	}
	return relation
}

func publishedRelation(r audit.Relation) PublishedRelation {
	published := PublishedRelation{Lower: r.Lower, Upper: r.Upper, Statement: r.Statement}
	for _, term := range r.Terms {
		published.Terms = append(published.Terms, [2]int64{int64(term.Cell), term.Coefficient})
	}
	return published
}

// PublishedCell is one count as a reader knows it from what is printed.
type PublishedCell struct {
	Place  []string `json:"place,omitempty"` // its labels in any layout, sorted; none when they name no one cell
	Name   string   `json:"name"`            // what a certificate calls it
	Row    string   `json:"row"`
	Column string   `json:"column"`
	Line   int      `json:"line,omitempty"`
	Total  bool     `json:"total,omitempty"`
	Masked bool     `json:"masked,omitempty"`
	Mark   string   `json:"mark,omitempty"`
	Low    bool     `json:"low,omitempty"` // its mark stands for a low number only
	Lower  int64    `json:"lower"`         // equal to Upper when the number is shown as it is
	Upper  int64    `json:"upper"`
	Value  int64    `json:"value,omitempty"` // as printed; rounded, perhaps
}

// Examine checks files as [Check] does and returns also what they publish.
func Examine(ctx context.Context, paths []string, options Options) (Report, Publication, error) {
	run, err := newCheck(ctx, paths, options)
	if err != nil {
		return Report{}, Publication{}, err
	}
	return run.report(), Publication{run.models, run.measured}, nil
}

func publishedTable(m *layout.Model) PublishedTable {
	t := PublishedTable{File: notation.Printable(m.File), Table: m.Table.Name, Labels: []string{}, Columns: []string{}}
	for _, column := range m.KeyColumns {
		t.Labels = append(t.Labels, notation.Printable(m.Header[column]))
	}
	named := map[layout.CellAt]bool{}
	for _, at := range m.Places() {
		named[at] = true
	}
	index := map[layout.CellAt]int{}
	for _, column := range m.CountColumns {
		t.Columns = append(t.Columns, notation.Printable(m.Header[column]))
		for row := range m.Rows() {
			at := layout.CellAt{Row: row, Column: column}
			if cell, counts := publishedCell(m, at, named[at]); counts {
				index[at] = len(t.Cells)
				t.Cells = append(t.Cells, cell)
			}
		}
	}
	t.Relations = relations(m, index)
	return t
}

// publishedCell returns what a cell shows, and false for text and for a blank
// that the rules do not know as a mark.
func publishedCell(m *layout.Model, at layout.CellAt, named bool) (PublishedCell, bool) {
	v := m.At(at)
	n, whole := v.Whole()
	masked := v.Kind == notation.Mark || v.Kind == notation.Blank && m.Policy.BlankMask
	if !m.Counted(at.Row) || !whole && !masked {
		return PublishedCell{}, false
	}
	cell := PublishedCell{
		Name: notation.Printable(m.Name(at)), Row: notation.Printable(m.RowName(at.Row)), Column: notation.Printable(m.Header[at.Column]),
		Line: m.LineOf(at.Row), Total: !named, Masked: masked, Mark: notation.Printable(v.Mark), Value: n,
	}
	cell.Lower, cell.Upper = m.Bounds(at)
	cell.Low = masked && m.Policy.Hides(v)
	if named {
		for _, label := range strings.Split(m.Place(at), "\x1f") {
			cell.Place = append(cell.Place, notation.Printable(label))
		}
	}
	return cell, true
}

// relations returns what ties masked cells to others: true totals over them, and
// percentages of them.
func relations(m *layout.Model, index map[layout.CellAt]int) []PublishedRelation {
	alone := &check{policy: m.Policy}
	var ties []PublishedRelation
	trueTotals := alone.countsMasked(m)
	for _, l := range m.Lines {
		if !alone.ties(m, l, trueTotals) {
			continue
		}
		if total, parts, ok := indexesOf(l, index); ok {
			ties = append(ties, publishedRelation(audit.Sum(total, parts...)))
		}
	}
	for _, s := range alone.percentages(m) {
		part, hasPart := index[s.Part]
		whole, hasWhole := index[s.Whole]
		if s.HasWhole && hasPart && hasWhole {
			for _, relation := range m.Relations(s, part, whole) {
				ties = append(ties, publishedRelation(relation))
			}
		}
	}
	return ties
}

// ties reports whether a total says something of masked cells among its parts.
func (c *check) ties(m *layout.Model, l layout.Line, trueTotals bool) bool {
	if l.Guessed {
		return false
	}
	if v := m.At(l.Total); v.Kind != notation.Number {
		return trueTotals && v.Kind == notation.Mark
	}
	s := m.Sum(l)
	counted := trueTotals || s.Total != s.Shown
	return counted && len(s.Hidden) > 0 && m.Feasible(s, l) && !c.explainedByLow(m, l, s)
}

func indexesOf(l layout.Line, index map[layout.CellAt]int) (total int, parts []int, ok bool) {
	total, ok = index[l.Total]
	for at := range l.Parts.All {
		part, known := index[at]
		ok = ok && known
		parts = append(parts, part)
	}
	return total, parts, ok
}

// With returns the report with findings that were made elsewhere, put in their
// order, and judged again.
func (r Report) With(more []Finding) Report {
	var added findings
	for _, finding := range more {
		added.add(finding)
	}
	r.Findings = slices.Concat(r.Findings, added.sorted())
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Severity.rank(), b.Severity.rank()), cmp.Compare(a.File, b.File), cmp.Compare(a.Check, b.Check))
	})
	for _, finding := range added.list {
		r.Disclosive = r.Disclosive || finding.Certificate != ""
		switch {
		case finding.Severity == Failed:
			r.Verdict = Fail
		case finding.Severity == ForReview && r.Verdict == Safe:
			r.Verdict = Review
		}
	}
	return r
}

// newCheck reads and checks the files.
func newCheck(ctx context.Context, paths []string, options Options) (*check, error) {
	if options.Limits == (document.Limits{}) {
		options.Limits = document.DefaultLimits
	}
	run := &check{options: options, policy: layout.NewPolicy(options.Profile)}
	if err := run.prepare(); err != nil {
		return nil, err
	}
	if err := walk(ctx, paths, options.Limits, run); err != nil {
		run.crew.done.Wait()
		return nil, err
	}
	run.folder()
	return run, nil
}
