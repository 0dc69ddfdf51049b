package extract

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// PeopleChange is who joins and leaves the project, and the inclusion funnel before
// and after.
type PeopleChange struct {
	Rules   string                `json:"rules"`
	Funnel  []StepChange          `json:"funnel"`
	Studies []linkage.StudyChange `json:"studies"`
	Total   linkage.StudyChange   `json:"total"` // of what is shown
}

// StepChange is a step of the funnel before and after, in each of the studies.
type StepChange struct {
	Step    string        `json:"step"`
	Studies []StudyFigure `json:"studies"`
	Total   CellChange    `json:"participants"`
}

// StudyFigure is a study's number before and after.
type StudyFigure struct {
	Study string `json:"study"`
	CellChange
}

// difference is what two plans tell side by side.
type difference struct {
	w             *warehouse.Warehouse
	before, after Plan
}

const differencing = "differencing"

// withoutCounts is what can be done where nothing may be told of people.
const withoutCounts = "without counts, the amended project is written and its datasets, tables and columns are compared: --without-counts"

// errTells is that a difference would tell of too few people.
var errTells = errors.New("a difference tells of too few people")

// tell adds to an amendment what it means for people, or refuses to. One refusal
// stands for every reason: which it was would say where the few are.
func (d difference) tell(ctx context.Context, amended *Amended) error {
	people, err := d.people(ctx)
	if err == nil {
		amended.People = people
		err = d.tables(ctx, amended)
	}
	if err == nil {
		return nil
	}
	*amended = Amended{}
	if !errors.Is(err, errTells) {
		return err
	}
	return &diagnostic.Refusal{
		Rule:    differencing,
		Message: fmt.Sprintf("what changes from %s to %s would tell of too few people, who join, leave or have other rows", d.before.Project, d.after.Project),
		Hint:    withoutCounts,
	}
}

func (d difference) people(ctx context.Context) (*PeopleChange, error) {
	people := &PeopleChange{Rules: d.after.Rules}
	for i, step := range d.after.Funnel {
		past := d.before.Funnel[i]
		change := StepChange{Step: step.Step, Total: CellChange{past.Total, step.Total}}
		for j, study := range step.Studies {
			change.Studies = append(change.Studies, StudyFigure{study.Study, CellChange{past.Studies[j].Participants, study.Participants}})
		}
		if change.tells(d.rules()) {
			return nil, errTells
		}
		people.Funnel = append(people.Funnel, change)
	}
	var err error
	if people.Studies, err = d.studies(ctx); err != nil {
		return nil, err
	}
	var joined, left []disclosure.Cell
	for _, study := range people.Studies {
		joined, left = append(joined, study.Joined), append(left, study.Left)
	}
	people.Total = linkage.StudyChange{Study: "Total", Joined: d.rules().Total(joined), Left: d.rules().Total(left)}
	return people, nil
}

func (d difference) rules() disclosure.Profile { return d.after.sources.Rules }

// tells reports whether two of a step's shown numbers differ by a few people.
func (s StepChange) tells(rules disclosure.Profile) bool {
	tells := s.Total.tells(rules)
	for _, study := range s.Studies {
		tells = tells || study.tells(rules)
	}
	return tells
}

func (c CellChange) tells(rules disclosure.Profile) bool {
	before, shownBefore := c.Before.Value()
	after, shownAfter := c.After.Value()
	apart := math.Abs(after - before)
	return shownBefore && shownAfter && apart > 0 && apart < float64(rules.Rules().Threshold.Value)
}

// studies says who joins and leaves each of the project's studies, as the
// comparison of the two freezes tells it: of all studies or of none, since a
// comparison of some of them would say in which the few are.
func (d difference) studies(ctx context.Context) ([]linkage.StudyChange, error) {
	none := d.rules().Cell(disclosure.CountOf(0))
	changes := make([]linkage.StudyChange, len(d.after.Studies))
	for i, study := range d.after.Studies {
		changes[i] = linkage.StudyChange{Study: study.Study, Joined: none, Left: none}
	}
	if d.before.Freeze == d.after.Freeze {
		return changes, nil
	}
	comparison, err := linkage.Compare(ctx, d.w, d.before.Freeze, d.after.Freeze, d.rules())
	if err != nil {
		return nil, d.refusal(ctx, err)
	}
	for i := range changes {
		at := slices.IndexFunc(comparison.Studies, func(s linkage.StudyChange) bool { return s.Study == changes[i].Study })
		if at >= 0 {
			changes[i] = comparison.Studies[at]
		}
	}
	return changes, nil
}

// refusal tells a comparison's refusal for what people are in the freezes from one
// for which freezes they are: the latter is known to everybody.
func (d difference) refusal(ctx context.Context, err error) error {
	var refusal *diagnostic.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	numbers, failure := FreezeNumbers(ctx, d.w)
	if failure != nil {
		return failure
	}
	between := slices.ContainsFunc(numbers, func(n int) bool { return d.before.Freeze < n && n < d.after.Freeze })
	if refusal.Rule == differencing && !between {
		return errTells
	}
	return &diagnostic.Refusal{Rule: refusal.Rule, Message: refusal.Message, Hint: withoutCounts}
}

// tables adds the rows and participants of the tables.
func (d difference) tables(ctx context.Context, amended *Amended) error {
	if err := d.countBefore(ctx); err != nil {
		return err
	}
	if err := fill(ctx, d.w, d.after.asThemselves()); err != nil {
		return err
	}
	joined, left := d.comeAndGone()
	for i, table := range d.after.Tables {
		past := d.before.Tables[i]
		changed, err := d.countChanged(ctx, i)
		if err != nil {
			return fmt.Errorf("%s: %w", table.File, err)
		}
		rows, people := CellChange{past.Rows, table.Rows}, CellChange{past.People, table.People}
		if changed.tells(d.rules(), rows, people, joined, left) {
			return errTells
		}
		at := slices.IndexFunc(amended.Tables, func(t TableChange) bool { return t.Table == table.Table && t.After == table.Dataset })
		amended.Tables[at].Rows, amended.Tables[at].Participants = &rows, &people
	}
	return nil
}

// countBefore counts each participant's rows in the tables of the plan before.
func (d difference) countBefore(ctx context.Context) error {
	if _, err := d.w.Run(ctx, statements["71_create_rows_before"], nil); err != nil {
		return err
	}
	if err := fill(ctx, d.w, d.before.asThemselves()); err != nil {
		return err
	}
	for i, table := range d.before.Tables {
		rows, err := table.given(ctx, d.w, func(string, query) error { return nil })
		if err != nil {
			return fmt.Errorf("%s: %w", table.File, err)
		}
		insert := rows.in("72_insert_rows_before", spec.Identifier{}, warehouse.Args{"place": i})
		if _, err := d.w.Run(ctx, insert.statement, insert.args); err != nil {
			return fmt.Errorf("%s: %w", table.File, err)
		}
	}
	return nil
}

// asThemselves returns the plan's participants under what they are known by in both
// plans: study and key. It is for counting inside the database only.
func (p Plan) asThemselves() []named {
	list := p.unnamed()
	for i, one := range list {
		list[i].id = one.study + "/" + one.key // no study's code has a stroke
	}
	return list
}

// comeAndGone counts who is in the one plan only.
func (d difference) comeAndGone() (joined, left disclosure.Count) {
	return without(d.after.people, d.before.people), without(d.before.people, d.after.people)
}

func without(people, others []person) disclosure.Count {
	among := make(map[person]bool, len(others))
	for _, one := range others {
		among[one] = true
	}
	count := int64(0)
	for _, one := range people {
		if !among[one] {
			count++
		}
	}
	return disclosure.CountOf(count)
}

// changedTable counts the participants of a table in two plans.
type changedTable struct {
	before, after, joined, left, changed disclosure.Count
}

func (d difference) countChanged(ctx context.Context, i int) (changedTable, error) {
	rows, err := d.after.Tables[i].given(ctx, d.w, func(string, query) error { return nil })
	if err != nil {
		return changedTable{}, err
	}
	var of changedTable
	count := rows.in("73_count_changed_participants", spec.Identifier{}, warehouse.Args{"place": i})
	_, err = d.w.One(ctx, count.statement, count.args, &of.before, &of.after, &of.joined, &of.left, &of.changed)
	return of, err
}

// tells reports whether what is shown of a table, before and after, could tell of a
// few people: who are the difference of its participants; who joined or left it, or
// joined or left the project without it; or whose rows are the difference of its
// rows. Numbers that are not both shown have no difference.
func (t changedTable) tells(rules disclosure.Profile, rows, people CellChange, joined, left disclosure.Count) bool {
	if people.Before.Masked() || people.After.Masked() {
		return false
	}
	few := people.tells(rules) || rules.Beside(t.joined, joined).Masked() || rules.Beside(t.left, left).Masked()
	if rows.Before.Masked() || rows.After.Masked() {
		return few
	}
	return few || rules.Cell(t.changed).Masked()
}
