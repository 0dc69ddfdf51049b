package measures

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/disclosure/audit"
)

// partitions are the counts that a reader knows to add up to another.
var partitions = map[string][][]string{
	"M001": {{"TTFIRST", "TTREPEAT"}},
	"M031": {{"M032", "M033", "M034", "M035"}},
	"M056": {
		{"M073", "M074", "M075", "M076"},
		{"M057", "M058", "M059", "M060", "M061", "M340", "M062", "M063", "M066", "M344", "M341", "M069", "M070", "M342", "M071", "M072"},
		{"TTPHQ0", "TTPHQ5", "TTPHQ10", "TTPHQ15", "TTPHQ20", "TTPHQNONE"},
		{"TTGAD0", "TTGAD5", "TTGAD10", "TTGAD15", "TTGADNONE"},
	},
	"M076": {{"TTDOSE2", "TTDOSE3", "TTDOSE5", "TTDOSE7", "TTDOSE9", "TTDOSE13", "TTDOSE17", "TTDOSE21"}},
	"M153": {{"M073", "M074"}},
}

// contained are counts of some of those of another: what is left is a count, too.
var contained = map[string][][]string{
	"M001": {
		{"M002", "M003", "M004", "M005", "M345", "M006", "M007", "M008", "M009", "M010", "M011", "M012", "M013", "M014", "M017", "M018", "M287"},
		{"M002"}, {"M003"}, {"M002", "M003", "M007", "M018", "M005", "M006", "M014", "M287"},
	},
	"M031": {{"M037"}}, "M037": {{"TT12W"}}, "TT12W": {{"M036"}}, "M036": {{"M032"}}, "M032": {{"TT2W"}},
	"M056": {{"M153"}},
	"M076": {{"M054"}, {"M179"}, {"M191"}, {"M179", "M191"}, {"M185"}, {"M187"}, {"M185", "M187"}, {"M203"}},
	"M054": {{"M052"}}, "M191": {{"M193"}}, "M185": {{"M193"}}, "M203": {{"M204"}},
}

// attacker is a reader of one group who adds and subtracts all that is printed.
type attacker struct {
	world   *world
	rules   disclosure.Rules
	problem audit.Problem
}

func (a *attacker) add(label string, lower, upper int64) int {
	a.problem.Cells = append(a.problem.Cells, audit.Cell{Label: label, Lower: lower, Upper: upper, Hidden: lower < upper})
	return len(a.problem.Cells) - 1
}

func (a *attacker) places(ids []string) []int {
	var list []int
	for _, id := range ids {
		list = append(list, a.world.measures.Index(id))
	}
	return list
}

// read takes what is printed: a number, a mark that says 1 to 9, or one that says
// nothing, as one does that stands for both kinds of hidden counts.
func (a *attacker) read(cells []disclosure.Cell) {
	for i, cell := range cells {
		lower, upper := int64(0), audit.Unbounded
		if value, shown := cell.Value(); shown {
			lower, upper = int64(value), int64(value)
		} else if cell.State() == disclosure.Primary && a.rules.SecondaryMark.Value != a.rules.Marks.Value[0] {
			lower, upper = 1, 9
		}
		a.add(a.world.measures.Measures[i].ID, lower, upper)
	}
	for total, ways := range partitions {
		for _, parts := range ways {
			a.problem.Relations = append(a.problem.Relations, audit.Sum(a.world.measures.Index(total), a.places(parts)...))
		}
	}
	for total, ways := range contained {
		for _, parts := range ways {
			left := a.add(fmt.Sprintf("%s less %v", total, parts), 0, audit.Unbounded)
			a.problem.Relations = append(a.problem.Relations, audit.Sum(a.world.measures.Index(total), append(a.places(parts), left)...))
		}
	}
}

// learns returns what of the hidden the reader can work out: a low count, or a zero
// of a measure where the rules mask it like one.
func (a *attacker) learns() []string {
	var list []string
	for _, known := range audit.Solve(a.problem).Intervals {
		zero := known.Cell < len(a.world.measures.Measures) && a.rules.Zero.Value == disclosure.MaskZero
		if known.Exact() && (known.Lower > 0 || zero) && known.Lower < int64(a.rules.Threshold.Value) {
			list = append(list, fmt.Sprintf("%s is %d", a.problem.Cells[known.Cell].Label, known.Lower))
		}
	}
	return list
}

// Under rules that print exact counts nobody learns a low count of a study by
// adding measures up and taking them off one another.
func TestNoMeasureCanBeWorkedOutOfOthers(t *testing.T) {
	w := newWorld(t)
	exact := []disclosure.Profile{rulesNamed(t, "ukllc-metrics"), rulesNamed(t, "ukllc-researcher")}
	rapid.Check(t, func(t *rapid.T) {
		rules := rapid.SampledFrom(exact).Draw(t, "rules")
		rows, members := drawStudy(t)
		w.fill(t, rows, nil, nil, members)
		request := w.request(rules, []Period{window(t, "2023-03-01:2023-12-31")})
		request.Levels, request.Freeze = []Level{Study}, 16
		counted, err := Count(context.Background(), w.w, request)
		require.NoError(t, err)
		results, err := counted.Results()
		require.NoError(t, err)
		for group := range results.Groups() {
			reader := attacker{world: w, rules: rules.Rules()}
			reader.read(group.Cells)
			require.Empty(t, reader.learns())
		}
	})
}

// drawStudy draws a study of few kinds of pathways with many of each, some of them
// of people who come again.
func drawStudy(t *rapid.T) ([]hubRow, []memberRow) {
	kinds := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) hubRow {
		row := drawRow(t, "", "", 300)
		row.unused, row.received = false, rapid.IntRange(0, 60).Draw(t, "received on")
		if rapid.IntRange(0, 2).Draw(t, "long ago") == 0 {
			row.received = -100 // before the period
		}
		if rapid.IntRange(0, 3).Draw(t, "unlisted source") == 0 {
			row.source = oneOf(t, "unlisted", "X1", "Z9")
		}
		return row
	}), 1, 6).Draw(t, "kinds")
	var rows []hubRow
	var members []memberRow
	for _, kind := range kinds {
		again := len(rows) > 0 && rapid.Bool().Draw(t, "come again")
		if again {
			kind.received = 200 // when all that went before may have ended
		}
		for i := range rapid.IntRange(1, 25).Draw(t, "of them") {
			kind.pathway, kind.person = fmt.Sprintf("path%d", len(rows)), fmt.Sprintf("person%d", len(rows))
			if again && i < len(rows) {
				kind.person = fmt.Sprintf("person%d", i)
			}
			rows, members = append(rows, kind), append(members, memberRow{"ALSPAC", kind.person})
		}
	}
	return rows, members
}
