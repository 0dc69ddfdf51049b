package extract_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/extract"
	"tre-toolkit/internal/metrics"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions"
	"tre-toolkit/internal/warehouse"
	"tre-toolkit/specs"
)

// Faults of today's pipeline that must be impossible, one test each.

// manyOf enrols n people in a study, all linked by consent, with keys from a
// letter on.
func (w *world) manyOf(study, letter string, n int) {
	for i := range n {
		id := fmt.Sprintf("%s%s%d", study, letter, i)
		w.permissions = append(w.permissions, permission{study, id, "1", "1", "0"})
		w.mapping = append(w.mapping, mapped{id, letter + strconv.Itoa(i)})
	}
}

func (w *world) rowsFor(table, letter string, n int, periods ...string) {
	if w.rows == nil {
		w.rows = map[string][]row{}
	}
	for i := range n {
		for _, end := range periods {
			w.rows[table] = append(w.rows[table], row{letter + strconv.Itoa(i), "P" + letter + strconv.Itoa(i), "2021-04-01", end, "2022-05-01", "2021-05-01", "3"})
		}
	}
}

func (p *place) grid(t *testing.T, number int, rules string) metrics.Grid {
	t.Helper()
	profile, err := spec.LoadRules(specs.Files, rules)
	require.NoError(t, err)
	counted, err := metrics.CountParticipants(t.Context(), p.workspace.Warehouse, p.scope(t, number))
	require.NoError(t, err)
	return counted.Protect(profile)
}

// Today a masked count is written as -1 or 5 and summed with the others.
func TestFaultASentinelInASum(t *testing.T) {
	w := world{}
	w.manyOf("ALSPAC", "A", 7)
	w.manyOf("BIB", "B", 15)
	w.manyOf("GLAD", "G", 11)
	for letter, n := range map[string]int{"A": 7, "B": 15, "G": 11} {
		w.rowsFor("hub", letter, n, "2022-03-31")
	}
	place := newPlace(t, warehouse.Settings{})
	grid := place.grid(t, place.load(t, w), "ukllc-metrics")
	assert.Equal(t, map[string]string{"ALSPAC": "<10", "BIB": "15", "GLAD": "11", "Total": "26"}, cells(grid)["hub"])
	long, err := grid.LongCSV()
	require.NoError(t, err)
	assert.Contains(t, string(long), "ALSPAC,hub,<10\nBIB,hub,15\nGLAD,hub,11\nTotal,hub,26\n")
	written := []func() ([]byte, error){grid.LongCSV, grid.WideCSV, grid.LongJSON, grid.WideJSON, func() ([]byte, error) { return grid.Markdown("x"), nil }}
	for _, write := range written {
		text, err := write()
		require.NoError(t, err)
		for _, sentinel := range []string{"33", "NaN", "null", "-1", "7,", ": 7"} {
			assert.NotContains(t, string(text), sentinel)
		}
		assert.True(t, bytes.Contains(text, []byte("<10")) || bytes.Contains(text, []byte(`\<10`)))
	}
}

func TestFaultOneTablesCountsStandForAll(t *testing.T) {
	w := world{}
	w.manyOf("ALSPAC", "A", 30)
	w.rowsFor("hub", "A", 30, "2022-03-31")
	w.rowsFor("events", "A", 20, "2022-03-31")
	w.rowsFor("jobs", "A", 10, "2022-03-31")
	place := newPlace(t, warehouse.Settings{})
	counted := cells(place.grid(t, place.load(t, w), "ukllc-metrics"))
	assert.Equal(t, "30", counted["hub"]["ALSPAC"])
	assert.Equal(t, "20", counted["events"]["ALSPAC"])
	assert.Equal(t, "10", counted["jobs"]["ALSPAC"])
}

func TestFaultAParticipantCountedOncePerRow(t *testing.T) {
	w := world{}
	w.manyOf("ALSPAC", "A", 12)
	for range 5 {
		w.rowsFor("events", "A", 12, "2022-03-31")
	}
	place := newPlace(t, warehouse.Settings{})
	number := place.load(t, w)
	assert.Equal(t, "12", cells(place.grid(t, number, "ukllc-metrics"))["events"]["ALSPAC"])
	version, err := versions.Find(t.Context(), place.workspace.Warehouse, place.dataset, tiny(number))
	require.NoError(t, err)
	events, _ := version.Table("events")
	assert.EqualValues(t, 60, events.Rows, "rows are counted as rows, beside it")
}

func TestFaultAParticipantCountedOncePerOverlappingExtract(t *testing.T) {
	w := world{}
	w.manyOf("ALSPAC", "A", 12)
	w.rowsFor("hub", "A", 12, "2021-06-30", "2021-09-30", "2022-03-31")
	place := newPlace(t, warehouse.Settings{})
	assert.Equal(t, "12", cells(place.grid(t, place.load(t, w), "ukllc-metrics"))["hub"]["ALSPAC"])
}

// A number of rows that is too small for the people counted can only be wrong:
// the count is refused, not published.
func TestFaultParticipantsExceedRows(t *testing.T) {
	w := world{}
	w.manyOf("ALSPAC", "A", 12)
	w.rowsFor("hub", "A", 12, "2022-03-31")
	place := newPlace(t, warehouse.Settings{})
	scope := place.scope(t, place.load(t, w))
	_, err := metrics.CountParticipants(t.Context(), place.workspace.Warehouse, scope)
	require.NoError(t, err, "as many rows as people are enough")
	scope.Rows["hub"] = 11
	_, err = metrics.CountParticipants(t.Context(), place.workspace.Warehouse, scope)
	require.ErrorIs(t, err, metrics.ErrMorePeopleThanRows)
	assert.NotContains(t, err.Error(), "12", "the refusal holds no count")
	delete(scope.Rows, "hub")
	_, err = metrics.CountParticipants(t.Context(), place.workspace.Warehouse, scope)
	assert.ErrorIs(t, err, metrics.ErrMorePeopleThanRows, "a table whose rows nobody knows")
}

// A key with more values than are held as numbers is sorted as text: another way,
// and the same bytes.
func TestManyKeysMakeTheSameBytes(t *testing.T) {
	place := newPlace(t, warehouse.Settings{})
	w := world{rows: map[string][]row{}}
	w.manyOf("ALSPAC", "A", 12)
	for i := range 60 {
		pathway := ""
		if i%5 > 0 {
			pathway = fmt.Sprintf("P%d", i%7)
		}
		w.rows["hub"] = append(w.rows["hub"], row{fmt.Sprintf("A%d", i%12), pathway, "2020-04-01", "2021-03-31", "2022-05-01", "2020-09-01", []string{"", "0", "5", "27"}[i%4]})
	}
	plan := place.plan(t, project{studies: []string{"ALSPAC"}, transform: "none", columns: []string{"pathwayid", "score"}}.toml(place.load(t, w)), exactly(t))
	hashes := map[int64]string{}
	for _, most := range []int64{0, 1} {
		dir := filepath.Join(t.TempDir(), "extract")
		draft := filepath.Join(place.dir, fmt.Sprintf("draft%d", most)) // where the warehouse may write
		require.NoError(t, os.Mkdir(draft, 0o700))
		made, err := extract.Run(t.Context(), place.workspace.Warehouse, plan, extract.Output{Draft: draft, Dir: dir, Root: place.root, Step: func(string) {}, MostNumbered: most})
		require.NoError(t, err)
		at := slices.IndexFunc(made.Files, func(f extract.File) bool { return f.Table == "hub" })
		hashes[most] = made.Files[at].SHA256
	}
	assert.Equal(t, hashes[0], hashes[1])
}

// Today every dataset page shows the date of one other dataset.
func TestFaultLatestExtractDateOfAnotherDataset(t *testing.T) {
	place := newPlace(t, warehouse.Settings{})
	old, newer := world{}, world{}
	for _, w := range []*world{&old, &newer} {
		w.manyOf("ALSPAC", "A", 3)
		w.rowsFor("hub", "A", 3, "2022-03-31")
		w.rowsFor("events", "A", 3, "2022-03-31")
	}
	for i := range old.rows["hub"] {
		old.rows["hub"][i].extracted = "2019-01-0" + strconv.Itoa(i+1)
	}
	for i := range old.rows["events"] {
		old.rows["events"][i].extracted = "2018-07-01"
	}
	first, second := place.load(t, old), place.load(t, newer)
	latest := func(number int, table string) string {
		version, err := versions.Find(t.Context(), place.workspace.Warehouse, place.dataset, tiny(number))
		require.NoError(t, err)
		if table == "" {
			return version.LatestExtract().String()
		}
		found, _ := version.Table(table)
		return found.LatestExtract.String()
	}
	assert.Equal(t, "2019-01-03", latest(first, "hub"), "of its own rows")
	assert.Equal(t, "2018-07-01", latest(first, "events"), "each table of its own")
	assert.Equal(t, "2019-01-03", latest(first, ""), "a version's is the newest of its own tables")
	assert.Equal(t, "2022-05-01", latest(second, ""))
	assert.Empty(t, latest(first, "jobs"), "an empty table has none")

	other := place.dataset
	other.Name = "NHSE_OTHER"
	list, err := versions.List(t.Context(), place.workspace.Warehouse, other)
	require.NoError(t, err)
	assert.Empty(t, list, "another dataset has nothing of this one")
}

func TestFaultVersion9SortsAfter10(t *testing.T) {
	place := newPlace(t, warehouse.Settings{})
	for _, number := range []int{10, 9, 11, 2} {
		w := world{}
		w.rowsFor("hub", "A", number, "2022-03-31")
		place.loadVersion(t, number, w)
	}
	list, err := versions.List(t.Context(), place.workspace.Warehouse, place.dataset)
	require.NoError(t, err)
	var order []string
	for _, version := range list {
		order = append(order, version.Name.String())
	}
	assert.Equal(t, []string{"NHSE_TINY@2", "NHSE_TINY@9", "NHSE_TINY@10", "NHSE_TINY@11"}, order)
	assert.Less(t, place.dataset.TableIn(place.dataset.Hub, tiny(9)).String(), place.dataset.TableIn(place.dataset.Hub, tiny(10)).String(), "and so do the names of their tables")
}

// Today the widest table's variables and observations stand for the dataset.
func TestFaultOneTablesVariablesStandForTheDataset(t *testing.T) {
	w := world{}
	w.rowsFor("hub", "A", 3, "2022-03-31")
	w.rowsFor("events", "A", 5, "2022-03-31")
	place := newPlace(t, warehouse.Settings{})
	place.loadVersion(t, 900, w)
	version, err := versions.Find(t.Context(), place.workspace.Warehouse, place.dataset, tiny(900))
	require.NoError(t, err)
	var told []string
	for _, table := range version.Tables {
		told = append(told, fmt.Sprintf("%s %d variables %d observations", table.Name, table.Columns, table.Rows))
	}
	assert.Equal(t, []string{"events 13 variables 5 observations", "hub 14 variables 3 observations", "jobs 13 variables 0 observations"}, told)
}

// A person in two studies is two participants: counted in each, summed in the
// total, and under two project ids in an extract.
func TestFaultAPersonsTwoStudiesCountedAsOne(t *testing.T) {
	w := world{}
	w.manyOf("ALSPAC", "A", 12)
	w.manyOf("BIB", "A", 12) // the same twelve people
	w.rowsFor("hub", "A", 12, "2022-03-31")
	place := newPlace(t, warehouse.Settings{})
	number := place.load(t, w)
	assert.Equal(t, map[string]string{"ALSPAC": "12", "BIB": "12", "Total": "24"}, cells(place.grid(t, number, "ukllc-metrics"))["hub"])

	files, manifest := place.run(t, project{studies: []string{"ALSPAC", "BIB"}, transform: "none", columns: []string{"pathwayid", "score"}}.toml(number))
	ids, pathways := map[string]bool{}, map[string]int{}
	for _, record := range files["hub"][1:] {
		ids[record[0]] = true
		pathways[record[1]]++
	}
	assert.Len(t, files["hub"][1:], 24)
	assert.Len(t, ids, 24, "two project ids each")
	assert.Len(t, pathways, 12, "of the same twelve pathways")
	assert.Equal(t, "24", manifest.Total.String())
}

// Two people are never one: not when their ids only differ where one ends and
// the study begins, nor when their pathways share a number.
func TestFaultTwoParticipantsMerged(t *testing.T) {
	w := world{
		permissions: []permission{{"ALSPAC", "S1", "1", "1", "0"}, {"ALSPAC", "S2", "1", "1", "0"}, {"BIB", "S3", "1", "1", "1"}},
		mapping:     []mapped{{"S1", "12"}, {"S2", "1"}, {"S3", "2"}},
		rows: map[string][]row{"hub": {
			{"12", "3", "2021-04-01", "2022-03-31", "2022-05-01", "", "1"},
			{"1", "23", "2021-04-01", "2022-03-31", "2022-05-01", "", "2"},
			{"2", "3", "2021-04-01", "2022-03-31", "2022-05-01", "", "3"},
		}},
	}
	place := newPlace(t, warehouse.Settings{})
	number := place.load(t, w)
	participants, _ := place.count(t, number)
	assert.Equal(t, map[string]string{"ALSPAC": "2", "BIB": "1", "Total": "3"}, participants["hub"])
	files, _ := place.run(t, project{studies: []string{"ALSPAC", "BIB"}, transform: "latest-extract", columns: []string{"score"}}.toml(number))
	ids := map[string]bool{}
	for _, record := range files["hub"][1:] {
		ids[record[0]] = true
	}
	assert.Len(t, ids, 3)
	assert.Len(t, files["hub"][1:], 3)
}

// An extract carries nothing of those who are not in it, and no NHS key of those
// who are, in any of its bytes.
func TestNoPersonKeyInAnyByteOfAnExtract(t *testing.T) {
	w := world{}
	w.manyOf("ALSPAC", "SECRETKEY", 12)
	w.rowsFor("hub", "SECRETKEY", 12, "2022-03-31")
	w.rowsFor("events", "SECRETKEY", 12, "2022-03-31")
	w.rowsFor("hub", "STRANGER", 3, "2022-03-31")
	place := newPlace(t, warehouse.Settings{})
	asked := project{studies: []string{"ALSPAC"}, transform: "none", columns: []string{"pathwayid", "score"}}.toml(place.load(t, w))
	for _, format := range []string{"csv", "parquet"} {
		place.runRaw(t, strings.Replace(asked, `"csv"`, `"`+format+`"`, 1), func(name string, text []byte) {
			for _, hidden := range []string{"SECRETKEY", "STRANGER", "ALSPACS"} {
				assert.False(t, bytes.Contains(text, []byte(hidden)), "%s in %s", hidden, name)
			}
		})
	}
}

// The manifest's counts of people go through the gate.
func TestManifestsAreGated(t *testing.T) {
	w := world{}
	w.manyOf("ALSPAC", "A", 7)
	w.manyOf("BIB", "B", 40)
	w.rowsFor("hub", "A", 7, "2022-03-31")
	place := newPlace(t, warehouse.Settings{})
	profile, err := spec.LoadRules(specs.Files, "ukllc-metrics")
	require.NoError(t, err)
	plan := place.plan(t, project{studies: []string{"ALSPAC", "BIB"}, transform: "none", columns: []string{"score"}}.toml(place.load(t, w)), profile)
	assert.Equal(t, "*", plan.Studies[0].Participants.String(), "as the funnel shows it")
	assert.Equal(t, "40", plan.Studies[1].Participants.String())
	assert.Equal(t, "40", plan.Total.String())
}

// A file that holds everybody would show how many a masked study has, and one
// that lacks a few of everybody how few.
func TestAManifestsFilesGiveNoStudyAway(t *testing.T) {
	profile, err := spec.LoadRules(specs.Files, "ukllc-metrics")
	require.NoError(t, err)
	cases := []struct {
		name               string
		alspac, bib, inHub int // linked in each study; of BIB in the file
		rows, people       string
	}{
		{"a study of 9 beside one of 100", 9, 100, 100, "*", "*"},
		{"all but five of them", 50, 100, 95, "*", "*"},
		{"all of them", 50, 100, 100, "150", "150"},
		{"far fewer", 50, 100, 20, "70", "70"},
	}
	for _, one := range cases {
		t.Run(one.name, func(t *testing.T) {
			w := world{}
			w.manyOf("ALSPAC", "A", one.alspac)
			w.manyOf("BIB", "B", one.bib)
			w.rowsFor("hub", "A", one.alspac, "2022-03-31")
			w.rowsFor("hub", "B", one.inHub, "2022-03-31")
			place := newPlace(t, warehouse.Settings{})
			text := project{studies: []string{"ALSPAC", "BIB"}, transform: "none", columns: []string{"score"}}.toml(place.load(t, w))
			_, manifest := place.runUnder(t, text, profile)
			assert.Equal(t, one.rows, manifest.Files[1].Rows.String(), "of the hub")
			assert.Equal(t, one.people, manifest.Files[1].Participants.String(), "of the hub")
		})
	}
}

// The same bytes at one thread and at four.
func TestTheSameBytesAtOneThreadAndAtFour(t *testing.T) {
	w := world{}
	w.manyOf("ALSPAC", "A", 400)
	w.manyOf("BIB", "A", 200)
	for _, table := range tableNames {
		w.rowsFor(table, "A", 400, "2021-06-30", "2022-03-31", "2022-03-31")
	}
	made := map[int]map[string]string{}
	one := newPlace(t, warehouse.Settings{Threads: 1})
	four := newPlace(t, warehouse.Settings{Threads: 4})
	four.root = one.root
	for threads, place := range map[int]*place{1: one, 4: four} {
		made[threads] = map[string]string{}
		asked := strings.Replace(project{studies: []string{"ALSPAC", "BIB"}, transform: "latest-extract", columns: []string{"pathwayid", "score"}}.toml(place.load(t, w)), `"csv"`, `"parquet"`, 1)
		place.runRaw(t, asked, func(name string, text []byte) { made[threads][name] = string(text) })
	}
	require.NotEmpty(t, made[1])
	for name, text := range made[1] {
		assert.True(t, text == made[4][name], "%s differs", name)
	}
}

// A run that fails or is stopped leaves nothing: no extract, no draft.
func TestAStoppedRunLeavesNothing(t *testing.T) {
	w := world{}
	w.manyOf("ALSPAC", "A", 40)
	w.rowsFor("hub", "A", 40, "2022-03-31")
	place := newPlace(t, warehouse.Settings{})
	asked := project{studies: []string{"ALSPAC"}, transform: "none", columns: []string{"score"}}.toml(place.load(t, w))
	ctx, cancel := context.WithCancel(t.Context())
	err := place.tryRun(ctx, t, asked, func(file string) {
		if strings.Contains(file, "jobs") {
			cancel()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	place.assertNoExtract(t)
	require.NoError(t, place.tryRun(t.Context(), t, asked, func(string) {}), "and the next one works")
}
