package metrics

import (
	"context"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/warehouse"
)

// LinkedColumn is the funnel's column of those who are linked on either basis.
const LinkedColumn = "linked"

// MatchedColumn is the funnel's column of those who flow under section 251 and
// have a person key, before a positive list was applied. A freeze without a list
// has no such step.
const MatchedColumn = "matched_section_251"

// Funnel counts, per study, how many are left at each step from enrolment to
// records: enrolled, permitted, linked by basis, present in each table. An
// absent record then has a reason.
type Funnel struct {
	scope        Scope
	studies      []studyFunnel
	matched      map[string]disclosure.Count // by study; nil without a positive list
	participants Participants
}

type studyFunnel struct {
	study                                    string
	enrolled, permitted, consent, section251 disclosure.Count
}

// CountFunnel counts the steps of every study in the freeze.
func CountFunnel(ctx context.Context, w *warehouse.Warehouse, scope Scope, participants Participants) (Funnel, error) {
	funnel := Funnel{scope: scope, participants: participants}
	err := w.Each(ctx, statements["20_funnel"], warehouse.Args{"freeze": scope.Freeze}, func(scan func(...any) error) error {
		var step studyFunnel
		if err := scan(&step.study, &step.enrolled, &step.permitted, &step.consent, &step.section251); err != nil {
			return err
		}
		funnel.studies = append(funnel.studies, step)
		return nil
	})
	if err != nil {
		return Funnel{}, err
	}
	funnel.matched, err = countMatched(ctx, w, scope.Freeze)
	return funnel, err
}

// countMatched returns whom a freeze's positive list was applied to, by study, or
// nil where there was no list.
func countMatched(ctx context.Context, w *warehouse.Warehouse, freeze int) (map[string]disclosure.Count, error) {
	var has bool
	if _, err := w.One(ctx, statements["21_has_listed"], nil, &has); err != nil || !has {
		return nil, err
	}
	var matched map[string]disclosure.Count
	err := w.Each(ctx, statements["22_listed"], warehouse.Args{"freeze": freeze}, func(scan func(...any) error) error {
		var study string
		var count disclosure.Count
		if err := scan(&study, &count); err != nil {
			return err
		}
		if matched == nil {
			matched = map[string]disclosure.Count{}
		}
		matched[study] = count
		return nil
	})
	return matched, err
}

// Protect turns the steps into the table that may be shown. Each step contains
// the next, so a step that differs from a shown one by a low number of people
// is masked too: 52,914 enrolled beside 52,912 permitted would show two.
func (f Funnel) Protect(profile disclosure.Profile) Grid {
	grid := Grid{Stamp: f.scope.stamp(profile)}
	names := []string{"enrolled", "permitted"}
	if f.matched != nil {
		names = append(names, MatchedColumn)
	}
	names = append(names, "linked_consent", "linked_section_251", LinkedColumn)
	for _, table := range f.scope.Dataset.Tables {
		names = append(names, table.Name.String())
	}
	for _, name := range names {
		grid.Columns = append(grid.Columns, Column{Name: name})
	}
	for _, step := range f.studies {
		grid.Studies = append(grid.Studies, step.study)
		for i, cell := range f.protectStudy(profile, step) {
			grid.Columns[i].Cells = append(grid.Columns[i].Cells, cell)
		}
	}
	for i := range grid.Columns {
		grid.Columns[i].Total = profile.Total(grid.Columns[i].Cells)
	}
	return grid.withMarksUsed()
}

// protectStudy takes the table counts as given, since Table 2 shows them as
// they are, and protects every step above them.
func (f Funnel) protectStudy(profile disclosure.Profile, step studyFunnel) []disclosure.Cell {
	var present []disclosure.Count
	var presentCells []disclosure.Cell
	for _, table := range f.scope.Dataset.Tables {
		count := f.participants.counts[table.Name.String()][step.study]
		present = append(present, count)
		presentCells = append(presentCells, profile.Cell(count))
	}
	enrolled := profile.Beside(step.enrolled, present...)
	above := shownOnly(enrolled, step.enrolled)
	permitted := profile.Beside(step.permitted, append(present, above...)...)
	above = append(above, shownOnly(permitted, step.permitted)...)
	parts, linked := profile.Split(step.consent, step.section251, above, append(present, above...))
	cells := []disclosure.Cell{enrolled, permitted}
	if f.matched != nil {
		cells = append(cells, protectMatched(profile, f.matched[step.study], step, linked, above))
	}
	return append(append(cells, parts[0], parts[1], linked), presentCells...)
}

// protectMatched protects the step before a positive list. Beside those whom the
// list left linked it tells how many it took out, and beside those who are
// permitted how many have no person key. Where the linked are hidden it would stand
// in for them: of some studies everybody flows under section 251.
func protectMatched(profile disclosure.Profile, matched disclosure.Count, step studyFunnel, linked disclosure.Cell, above []disclosure.Count) disclosure.Cell {
	if linked.Masked() || profile.Beside(matched.Plus(step.consent), above...).Masked() {
		return profile.Withhold()
	}
	return profile.Beside(matched, append(above, step.section251)...)
}

// shownOnly returns the count if its cell is shown: only then can a reader
// subtract from it.
func shownOnly(cell disclosure.Cell, count disclosure.Count) []disclosure.Count {
	if cell.Masked() {
		return nil
	}
	return []disclosure.Count{count}
}
