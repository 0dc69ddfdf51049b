package outputs

import (
	"fmt"
	"slices"
	"strings"

	"tre-toolkit/internal/disclosure/audit"
	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

// ref is a cell of one of the tables of the folder.
type ref struct {
	model int
	at    layout.CellAt
}

// link says that a cell of one table is the sum of cells of others. A firm link is
// borne out by numbers that are shown, by a declaration or by codes; another
// rests on labels alone.
type link struct {
	total ref
	parts []ref
	firm  bool
}

// joint is the audit over all tables of a folder: what several of them give away
// together that none gives away alone.
type joint struct {
	*check
	links   []link             // what ties tables to each other
	withins []within           // cells that were said to be parts of others
	same    map[ref]ref        // cells that show or hide one number, to the first of them
	linked  []int              // union of models, by model
	hides   []bool             // models with masked cells
	told    map[ref]bool       // masked cells that a finding speaks of
	listed  map[HiddenCell]int // places in the list of hidden cells, by what names them; made when asked for
	// deepest is how many labels a cell has at most.
	deepest int
}

// mostJoint bounds the cells of one problem that spans tables.
const mostJoint = 60_000

// joint lays the tables of the folder over each other and lets the auditor loose
// on every set of tables that are tied.
func (c *check) joint() {
	if len(c.models) == 0 {
		return
	}
	j := &joint{check: c, same: map[ref]ref{}, told: map[ref]bool{}}
	for i, m := range c.models {
		j.hides = append(j.hides, m.Hides())
		j.linked = append(j.linked, i)
		j.deepest = max(j.deepest, c.labels[i].deepest)
	}
	j.identify()
	j.levels()
	j.margins()
	j.stacks()
	j.subsets()
	if len(j.links) == 0 && len(j.same) == 0 && len(j.withins) == 0 {
		return
	}
	for _, l := range j.links {
		for _, part := range l.parts {
			j.join(l.total.model, part.model)
		}
	}
	for a, b := range j.same {
		j.join(a.model, b.model)
	}
	for _, pair := range j.withins {
		j.join(pair.part.model, pair.whole.model)
	}
	for together := range slices.Chunk(j.components(), batch) {
		answers := make([][2]answer, len(together))
		sideBySide(len(together), func(i int) {
			answers[i] = [2]answer{j.solve(together[i], true), j.solve(together[i], false)}
		})
		for i, both := range answers {
			j.tell(together[i], both[0], true)
			j.tell(together[i], both[1], false)
		}
	}
}

func (j *joint) root(model int) int {
	for j.linked[model] != model {
		model = j.linked[model]
	}
	return model
}

func (j *joint) join(a, b int) {
	a, b = j.root(a), j.root(b)
	j.linked[max(a, b)] = min(a, b)
}

// component is a set of tied tables, and what ties them.
type component struct {
	models  []int
	links   []link
	withins []within
}

// components returns the sets of tied tables that hide something. A table that
// nothing ties has told all by itself.
func (j *joint) components() []component {
	byRoot := make([]component, len(j.models))
	for i := range j.models {
		root := j.root(i)
		byRoot[root].models = append(byRoot[root].models, i)
	}
	for _, l := range j.links {
		root := j.root(l.total.model)
		byRoot[root].links = append(byRoot[root].links, l)
	}
	for _, pair := range j.withins {
		root := j.root(pair.part.model)
		byRoot[root].withins = append(byRoot[root].withins, pair)
	}
	return slices.DeleteFunc(byRoot, func(c component) bool {
		return len(c.models) < 2 && len(c.links) == 0 || !slices.ContainsFunc(c.models, func(m int) bool { return j.hides[m] })
	})
}

// first returns the cell that stands for all that are the same number.
func (j *joint) first(r ref) ref {
	for {
		next, found := j.same[r]
		if !found {
			return r
		}
		r = next
	}
}

// problem is what a set of tables tells together.
type problem struct {
	audit.Problem
	refs  []ref
	index map[ref]int
}

// cell returns the number that a cell stands for; cells that are the same are
// held to the bounds of all of them.
func (j *joint) cell(p *problem, r ref) int {
	m := j.models[r.model]
	lower, upper := m.Bounds(r.at)
	name := j.first(r)
	i, known := p.index[name]
	if !known {
		i = len(p.refs)
		p.index[name] = i
		p.refs = append(p.refs, r)
		p.Cells = append(p.Cells, audit.Cell{Label: m.File + ": " + m.Name(r.at), Lower: lower, Upper: upper, Hidden: m.HiddenAt(r.at)})
		return i
	}
	cell := &p.Cells[i]
	if lower > cell.Upper || upper < cell.Lower {
		return i // they contradict each other, which is told elsewhere
	}
	cell.Lower, cell.Upper = max(cell.Lower, lower), min(cell.Upper, upper)
	if m.HiddenAt(r.at) && !cell.Hidden {
		cell.Hidden = true
		p.refs[i] = r
	}
	return i
}

// answer is what the auditor says of a set of tables.
type answer struct {
	*problem
	audit.Result
	tooLarge bool
}

// solve puts all that is known of a set of tables before the auditor: with the
// links that are sure, or with the others too.
func (j *joint) solve(set component, firm bool) answer {
	p := &problem{index: map[ref]int{}}
	loose := 0
	for _, l := range set.links {
		if firm && !l.firm {
			continue
		}
		if !l.firm {
			loose++
		}
		parts := make([]int, len(l.parts))
		for i, part := range l.parts {
			parts[i] = j.cell(p, part)
		}
		p.Relations = append(p.Relations, audit.Sum(j.cell(p, l.total), parts...))
	}
	for _, pair := range set.withins {
		p.Relations = append(p.Relations, j.relation(p, pair))
	}
	if len(p.Relations) == 0 && (len(j.same) == 0 || !firm) || !firm && loose == 0 {
		return answer{}
	}
	for _, i := range set.models {
		j.addOwn(p, i)
	}
	if len(p.Cells) > mostJoint {
		return answer{tooLarge: true}
	}
	return answer{problem: p, Result: audit.Solve(p.Problem)}
}

// addOwn adds what a table tells by itself.
func (j *joint) addOwn(p *problem, model int) {
	a := j.audited[j.models[model]]
	for _, relation := range a.relations {
		own := relation
		own.Terms = slices.Clone(relation.Terms)
		for i, term := range relation.Terms {
			own.Terms[i].Cell = j.cell(p, ref{model, a.cells[term.Cell]})
		}
		p.Relations = append(p.Relations, own)
	}
}

// tell tells of masked cells of which several tables say more than each alone.
func (j *joint) tell(set component, found answer, firm bool) {
	switch {
	case found.tooLarge:
		j.findings.add(Finding{Check: "AUD004", Severity: ForReview, File: j.models[set.models[0]].File,
			Message: fmt.Sprintf("%s are tied to each other and too large to be held against each other within the limit of work.", plural(len(set.models), "table"))})
		return
	case len(found.Contradictions) > 0:
		return // the tables are not of the same people after all
	}
	p := found.problem
	for _, interval := range found.Intervals {
		r := p.refs[interval.Cell]
		m := j.models[r.model]
		before := j.alone(r)
		left, had := interval.Upper-interval.Lower+1, before.Upper-before.Lower+1
		low := m.Policy.Hides(m.At(r.at)) || interval.Upper < m.Policy.Threshold
		if j.told[r] || left >= had || !interval.Proven || !low {
			continue
		}
		f := findingAt(m, "LNK001", Failed, r.at)
		switch {
		case left == 1:
			f.Message = "Tables together give the masked number away."
		case left*2 <= had && interval.Lower < m.Policy.Threshold:
			f.Severity = ForReview
			f.Message = "Tables together narrow the masked number down to half of what is known of it, or less."
		default:
			continue
		}
		if !firm {
			f.Severity = ForReview
			f.Message += " Check whether they are of the same people."
		}
		files := j.filesOf(p, interval)
		if len(files) == 1 {
			f.Check = map[bool]string{true: "AUD001", false: "AUD002"}[left == 1]
		} else {
			f.Message += " (" + strings.Join(files, ", ") + ")"
		}
		f.Certificate = strings.Join(files, ", ") + ": " + withResult(interval)
		j.told[r] = true
		j.findings.add(f)
		j.listJoint(r, interval)
	}
}

// alone returns what is known of a cell without other tables.
func (j *joint) alone(r ref) Bounds {
	m := j.models[r.model]
	if known, hidden := j.audited[m].bounds[r.at]; hidden {
		return known
	}
	lower, upper := m.Bounds(r.at)
	return Bounds{lower, upper}
}

// filesOf returns the files whose numbers prove an interval, and the cell's own,
// in order.
func (j *joint) filesOf(p *problem, interval audit.Interval) []string {
	proof := interval.Certificate()
	names := []string{j.models[p.refs[interval.Cell].model].File}
	for _, step := range slices.Concat(proof.Lower, proof.Upper) {
		for _, summand := range step.Summands {
			if summand.Cell >= 0 {
				names = append(names, j.models[p.refs[summand.Cell].model].File)
			}
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) > 6 {
		names = append(names[:6], "...")
	}
	for i, name := range names {
		names[i] = notation.Printable(name)
	}
	return names
}

// listJoint records what tables together tell of a cell in place of what its own
// told.
func (j *joint) listJoint(r ref, interval audit.Interval) {
	if j.listed == nil {
		j.listed = make(map[HiddenCell]int, len(j.hidden))
		for i := len(j.hidden) - 1; i >= 0; i-- {
			j.listed[j.hidden[i].named()] = i
		}
	}
	cell := hiddenCell(j.models[r.model], r.at, interval)
	if i, known := j.listed[cell.named()]; known {
		cell.IfSecondary = j.hidden[i].IfSecondary
		j.hidden[i] = cell
		return
	}
	j.listed[cell.named()] = len(j.hidden)
	j.hidden = append(j.hidden, cell)
}

// named is a cell by what names it alone.
func (h HiddenCell) named() HiddenCell {
	return HiddenCell{File: h.File, Table: h.Table, Line: h.Line, Row: h.Row, Column: h.Column}
}
