package extract_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/warehouse"
)

// Every participant has one row of each pathway, and of all their rows without
// one: some row that no other outdates. The next run chooses the same.
func TestOneRowPerPathwayIsOneThatNothingOutdates(t *testing.T) {
	place := newPlace(t, warehouse.Settings{Threads: 2})
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		asked := project{studies: []string{"ALSPAC", "BIB", "GLAD"}, columns: []string{"pathwayid", "extract_end_date", "referred", "score"}}
		text := asked.toml(place.load(t, w))
		for _, table := range []string{"events", "hub"} {
			text = strings.Replace(text, `name = "`+table+`"
columns = ["pathwayid", "extract_end_date", "referred", "score"]
transform = ""`, `name = "`+table+`"
columns = ["pathwayid", "extract_end_date", "referred", "score"]
transform = "one-row-per-pathway"`, 1)
		}
		files, _ := place.run(t, text)
		again, _ := place.run(t, text)
		require.Equal(t, files, again)
		for _, table := range []string{"events", "hub"} {
			pathway := slices.Index(files[table][0], "pathwayid")
			newest := map[string][][]string{} // by participant and pathway: the rows that any of may stand for them
			for _, record := range w.newestOfPathways(asked, table, place) {
				of := record[0] + " " + record[pathway]
				newest[of] = append(newest[of], record)
			}
			require.Len(t, files[table][1:], len(newest), table)
			for _, record := range files[table][1:] {
				of := record[0] + " " + record[pathway]
				require.True(t, slices.ContainsFunc(newest[of], func(one []string) bool { return slices.Equal(one, record) }), "%s: %v", table, record)
				delete(newest, of)
			}
		}
	})
}

// newestOfPathways is what the project would be given of the rows that have the
// latest extract end of their pathway, and of these the latest month.
func (w world) newestOfPathways(asked project, table string, p *place) [][]string {
	later := func(a, b row) bool { return a.end > b.end || a.end == b.end && a.month() > b.month() }
	newest := world{permissions: w.permissions, mapping: w.mapping, rows: map[string][]row{}}
	for _, mine := range w.rows[table] {
		outdated := slices.ContainsFunc(w.rows[table], func(other row) bool {
			return other.person == mine.person && other.pathway == mine.pathway && later(other, mine)
		})
		if !outdated {
			newest.rows[table] = append(newest.rows[table], mine)
		}
	}
	return newest.extract(asked, table, p.root)
}

// A contact that was submitted for April, and again for May with another outcome,
// comes once: as May has it.
func TestLatestSubmissionKeepsTheLastMonthOfARow(t *testing.T) {
	w := world{rows: map[string][]row{"events": {
		{"A0", "P0", "2020-04-01", "2021-03-31", "2022-05-01", "2020-09-01", "0"}, // April: 1446
		{"A0", "P0", "2020-04-01", "2021-03-31", "2022-05-01", "2020-09-01", "5"}, // May: 1447
		{"A0", "P0", "2020-04-01", "2021-03-31", "2022-05-01", "2021-03-31", "0"}, // another contact, April only
		{"A0", "P0", "2020-04-01", "2020-12-31", "2022-05-01", "2021-03-31", "0"}, // the same, from the extract before
		{"A1", "P1", "2020-04-01", "2021-03-31", "2022-05-01", "2020-09-01", ""},  // of another person, without a month
	}}}
	w.manyOf("ALSPAC", "A", 2)
	place := newPlace(t, warehouse.Settings{})
	asked := project{studies: []string{"ALSPAC"}, transform: "latest-submission", columns: []string{"extract_end_date", "referred", "score"}}
	files, _ := place.run(t, asked.toml(place.load(t, w)))
	var got []string
	for _, record := range files["events"][1:] {
		got = append(got, strings.Join(record[1:], " "))
	}
	require.ElementsMatch(t, []string{"2021-03-31 2020-09-01 5", "2021-03-31 2021-03-31 0", "2021-03-31 2020-09-01 "}, got)
}
