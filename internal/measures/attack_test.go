package measures

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/disclosure"
)

// subtractions are what a reader can take off a printed count, to learn the rest.
var subtractions = map[string][][]string{
	"M001": {{"M002"}, {"M003"}, {"M002", "M003", "M007", "M018", "M005", "M006", "M014", "M287"}},
	"M031": {{"M036"}, {"M037"}, {"M032", "M033", "M034"}, {"M033", "M034", "M035"}},
	"M037": {{"M036"}},
	"M056": {{"M073", "M074", "M075"}, {"M074", "M075", "M076"}, {"M153"}, {"M073", "M075", "M076"}},
	"M076": {{"M052"}, {"M179"}, {"M191"}, {"M185"}, {"M185", "M187", "M189"}, {"M203"}},
	"M191": {{"M193"}}, "M185": {{"M193"}}, "M153": {{"M073"}, {"M074"}}, "M203": {{"M204"}},
}

// Under rules that print exact counts nobody learns a low count of a study by
// taking measures off one another.
func TestNoMeasureIsTheDifferenceOfOthers(t *testing.T) {
	w := newWorld(t)
	rules := rulesNamed(t, "ukllc-metrics")
	rapid.Check(t, func(t *rapid.T) {
		kinds := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) hubRow {
			row := drawRow(t, "", "", 300)
			row.unused, row.received = false, rapid.IntRange(0, 60).Draw(t, "received on")
			return row
		}), 1, 6).Draw(t, "kinds")
		var rows []hubRow
		var members []memberRow
		for _, kind := range kinds {
			for range rapid.IntRange(1, 25).Draw(t, "of them") {
				kind.pathway, kind.person = fmt.Sprintf("path%d", len(rows)), fmt.Sprintf("person%d", len(rows))
				rows, members = append(rows, kind), append(members, memberRow{"ALSPAC", kind.person})
			}
		}
		w.fill(t, rows, nil, nil, members)
		request := w.request(rules, []Period{window(t, "2023-03-01:2023-12-31")})
		request.Levels, request.Freeze = []Level{Study}, 16
		counted, err := Count(context.Background(), w.w, request)
		require.NoError(t, err)
		results, err := counted.Results()
		require.NoError(t, err)
		for group := range results.Groups() {
			cell := func(id string) disclosure.Cell { return group.Cells[w.measures.Index(id)] }
			for total, ways := range subtractions {
				for _, parts := range ways {
					left, shown := cell(total).Value()
					for _, part := range parts {
						value, is := cell(part).Value()
						left, shown = left-value, shown && is
					}
					require.False(t, shown && left > 0 && left < 10, "%s less %v is %v", total, parts, left)
				}
			}
		}
	})
}
