package outputs

import (
	"fmt"

	"tre-toolkit/internal/disclosure/audit"
	"tre-toolkit/internal/outputs/notation"
)

// within says that the people of one cell are some of those of another.
type within struct{ part, whole ref }

// subsets holds every table whose people were said to be some of those of another
// file against the tables of that file.
func (j *joint) subsets() {
	for part, m := range j.models {
		of := j.said[m].SubsetOf
		if of == "" {
			continue
		}
		for whole, other := range j.models {
			if whole != part && other.File == of {
				j.subset(part, whole)
			}
		}
	}
}

// subset ties the cells of the same labels in a table and in one of more people.
func (j *joint) subset(part, whole int) {
	cells, own := j.labels[whole].unique(), j.labels[part].unique()
	contradicted := false
	for cell := range j.labels[part].counted(0) {
		there, known := cells[cell.sum]
		if _, alone := own[cell.sum]; !known || !alone {
			continue
		}
		pair := within{ref{part, cell.at}, ref{whole, there.at}}
		m, other := j.models[part], j.models[whole]
		n, shown := m.At(cell.at).Whole()
		of, ofShown := other.At(there.at).Whole()
		switch {
		case !shown || !ofShown:
			j.withins = append(j.withins, pair)
		case n > of && m.Policy.Base() == 1 && !contradicted:
			contradicted = true
			f := findingAt(m, "FIL034", ForReview, cell.at)
			f.Message = fmt.Sprintf("The people of this table were said to be some of those of %s, and this count is larger than the one there.", notation.Printable(other.File))
			j.findings.add(f)
		default:
			j.residual(pair, of-n)
		}
	}
}

// residual tells of people who are in the larger group alone, when they are few.
func (j *joint) residual(pair within, left int64) {
	m, other := j.models[pair.part.model], j.models[pair.whole.model]
	severity, wanted := severityOf(m.Policy.Rules.Differences.Value)
	if !wanted || left <= 0 || left >= m.Policy.Threshold || m.Policy.Base() > 1 {
		return
	}
	f := findingAt(m, "DIF003", severity, pair.part.at)
	f.Message = fmt.Sprintf("The people of this table are some of those of %s, and in this cell fewer than %d are left out.", notation.Printable(other.File), m.Policy.Threshold)
	n, _ := m.At(pair.part.at).Whole()
	f.Certificate = fmt.Sprintf("%d - %d = %d", n+left, n, left)
	j.findings.add(f)
}

// relation is what a cell within another tells the auditor.
func (j *joint) relation(p *problem, pair within) audit.Relation {
	return audit.Relation{
		Terms: []audit.Term{{Cell: j.cell(p, pair.whole), Coefficient: 1}, {Cell: j.cell(p, pair.part), Coefficient: -1}},
		Upper: audit.Unbounded,
	}
}

// saidSubset reports whether the people of one of two tables were said to be some
// of those of the other.
func (c *check) saidSubset(p *pair) bool {
	return c.said[p.first].SubsetOf != "" && c.said[p.first].SubsetOf == p.second.File ||
		c.said[p.second].SubsetOf != "" && c.said[p.second].SubsetOf == p.first.File
}
