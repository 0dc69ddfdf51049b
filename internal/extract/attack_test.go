package extract_test

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// codedWorld is many people with pathways, providers and homes.
func codedWorld(people int) world {
	w := world{}
	w.manyOf("ALSPAC", "A", people)
	for _, table := range tableNames {
		w.rowsFor(table, "A", people, "2021-06-30", "2022-03-31")
		for i := range w.rows[table] {
			w.rows[table][i].score = []string{"0", "5", "27"}[i%3]
		}
	}
	return w
}

// Two researchers who put their extracts of the same people side by side: no
// value of an id or a code is in both, so that no join gives anything, and the
// order of the rows does not tell who is who.
func TestTwoProjectsCannotBeJoined(t *testing.T) {
	const people = 300
	place := newPlace(t, warehouse.Settings{})
	number := place.load(t, codedWorld(people))
	asked := project{studies: []string{"ALSPAC"}, transform: "none", columns: []string{"pathwayid", "provider", "score"}}.toml(number)
	mine, _ := place.run(t, asked)
	theirs, _ := place.run(t, strings.Replace(asked, "llc_0042", "llc_0043", 1))

	seen := map[string]string{} // values of mine, by where they are
	each := func(files map[string][][]string, do func(where, value string)) {
		for _, table := range tableNames {
			header := files[table][0]
			require.Len(t, header, 4)
			for _, record := range files[table][1:] {
				for i, value := range record {
					if header[i] != "score" {
						do(table+"."+header[i], value)
					}
				}
			}
		}
	}
	each(mine, func(where, value string) { seen[value] = where })
	require.Greater(t, len(seen), 2*people)
	each(theirs, func(where, value string) {
		assert.Empty(t, seen[value], "%s of theirs is among mine", where)
	})

	mineAt, theirsAt := places(t, place, mine["hub"], "llc_0042", people), places(t, place, theirs["hub"], "llc_0043", people)
	// Of unrelated orders the correlation of ranks strays by 1/sqrt(people - 1).
	assert.Less(t, math.Abs(correlation(mineAt, theirsAt)), 5/math.Sqrt(people-1), "the order of the rows")
	keyOrder := make([]int, people)
	for i := range keyOrder {
		keyOrder[i] = i
	}
	slices.SortFunc(keyOrder, func(a, b int) int { return cmp.Compare("A"+strconv.Itoa(a), "A"+strconv.Itoa(b)) })
	ranks := make([]float64, people)
	for rank, i := range keyOrder {
		ranks[i] = float64(rank)
	}
	assert.Less(t, math.Abs(correlation(mineAt, ranks)), 5/math.Sqrt(people-1), "the order of the NHS keys")
}

// places returns where each person comes first in a file.
func places(t *testing.T, p *place, records [][]string, project string, people int) []float64 {
	t.Helper()
	id, err := spec.ParseProjectID(project)
	require.NoError(t, err)
	pseudonyms := p.root.For(id)
	first := map[string]int{}
	for i, record := range slices.Backward(records[1:]) {
		first[record[0]] = i
	}
	at := make([]float64, people)
	for i := range at {
		line, found := first[pseudonyms.Participant("ALSPAC", fmt.Sprintf("A%d", i))]
		require.True(t, found)
		at[i] = float64(line)
	}
	return at
}

// correlation is Pearson's, of places: Spearman's of the ranks behind them.
func correlation(a, b []float64) float64 {
	var meanA, meanB float64
	for i := range a {
		meanA, meanB = meanA+a[i]/float64(len(a)), meanB+b[i]/float64(len(b))
	}
	var both, ofA, ofB float64
	for i := range a {
		both += (a[i] - meanA) * (b[i] - meanB)
		ofA += (a[i] - meanA) * (a[i] - meanA)
		ofB += (b[i] - meanB) * (b[i] - meanB)
	}
	return both / math.Sqrt(ofA*ofB)
}

// Codes of providers join within a project and column, and are real only where
// the project asks for them by name.
func TestProviderCodesAreTheProjectsOwn(t *testing.T) {
	place := newPlace(t, warehouse.Settings{})
	number := place.load(t, codedWorld(12))
	ask := project{studies: []string{"ALSPAC"}, transform: "none", columns: []string{"provider"}}
	codes := func(files map[string][][]string, table string) []string {
		set := map[string]bool{}
		for _, record := range files[table][1:] {
			set[record[1]] = true
		}
		var list []string
		for code := range set {
			list = append(list, code)
		}
		slices.Sort(list)
		return list
	}
	rekeyed, _ := place.run(t, ask.toml(number))
	assert.Len(t, codes(rekeyed, "hub"), 2)
	assert.Equal(t, codes(rekeyed, "hub"), codes(rekeyed, "events"), "the same in all of a project's tables")
	ask.real = true
	real, _ := place.run(t, ask.toml(number))
	assert.Equal(t, []string{"RX1", "RX2"}, codes(real, "hub"))
}

// A date shift keeps the days between a participant's dates, and moves two
// participants apart.
func TestShiftedDatesKeepIntervals(t *testing.T) {
	place := newPlace(t, warehouse.Settings{})
	w := codedWorld(40)
	for _, table := range tableNames {
		for i := range w.rows[table] {
			w.rows[table][i].score = "5" // seen 40 days after
		}
	}
	number := place.load(t, w)
	files, _ := place.run(t, project{studies: []string{"ALSPAC"}, transform: "none", columns: []string{"referred", "seen"}, shift: 365}.toml(number))
	shifts := map[string]map[string]bool{}
	for _, table := range tableNames {
		for _, record := range files[table][1:] {
			assert.Equal(t, addDays(record[1], 40), record[2])
			if shifts[record[0]] == nil {
				shifts[record[0]] = map[string]bool{}
			}
			shifts[record[0]][record[1]] = true
		}
	}
	distinct := map[string]bool{}
	for person, days := range shifts {
		assert.Len(t, days, 1, "%s has one shift in all tables", person)
		for day := range days {
			distinct[day] = true
		}
	}
	assert.Greater(t, len(distinct), 30, "of 40 people hardly two share one of 731 shifts")
}

// One run, two forms: the CSV beside the Parquet file holds the same rows in the
// same order, and nothing of it changes with threads or from run to run.
func TestEveryFormAndEveryTreatmentIsReproducible(t *testing.T) {
	asked := project{
		studies: []string{"ALSPAC"}, transform: "final-extract", columns: []string{"pathwayid", "referred", "provider", "age", "tool", "home", "seen"},
		window: true, undated: "keep", codes: true, index: "first", shift: 30,
		coarsen: map[string]string{"home": "postcode-sector", "seen": "month", "age": "age-band", "tool": "groups"},
	}
	w := codedWorld(500)
	for _, table := range tableNames {
		for i := range w.rows[table] {
			w.rows[table][i].referred = []string{"2020-09-01", "2021-03-31", ""}[i%3]
		}
	}
	made := map[string]map[string]string{}
	one := newPlace(t, warehouse.Settings{Threads: 1})
	four := newPlace(t, warehouse.Settings{Threads: 4})
	four.root = one.root
	for name, place := range map[string]*place{"one": one, "four": four} {
		text := strings.Replace(asked.toml(place.load(t, w)), `"csv"`, `"both"`, 1)
		for _, run := range []string{"", " again"} {
			made[name+run] = map[string]string{}
			place.runRaw(t, text, func(file string, content []byte) { made[name+run][file] = string(content) })
		}
	}
	require.Contains(t, made["one"], "NHSE_TINY_v0001_hub.csv")
	require.Contains(t, made["one"], "NHSE_TINY_v0001_hub.parquet")
	for name, files := range made {
		for file, content := range made["one"] {
			assert.True(t, content == files[file], "%s differs in %s", file, name)
		}
	}
	alone, _ := one.run(t, asked.toml(1))
	again, err := csv.NewReader(strings.NewReader(made["one"]["NHSE_TINY_v0001_hub.csv"])).ReadAll()
	require.NoError(t, err)
	assert.Greater(t, len(again), 100)
	assert.Equal(t, alone["hub"], again, "as when CSV is asked for alone")
}

// What goes with the tables says what they hold, and nothing more.
func TestWhatGoesWithTheTables(t *testing.T) {
	place := newPlace(t, warehouse.Settings{})
	place.labels = map[string]spec.Labels{"NHSE_TINY": {Items: []spec.LabelItem{{From: []string{"T.Tool"}, Codes: [][2]string{{"F33", "Recurrent | depression"}}}}}}
	number := place.load(t, codedWorld(40))
	asked := "title = \"A \\\"study\\\"\"\npermitted_use = \"Only this.\"\n" + project{studies: []string{"ALSPAC"}, transform: "none", columns: []string{"pathwayid", "tool", "age"}}.toml(number)
	files := map[string]string{}
	place.runRaw(t, strings.Replace(asked, `"csv"`, `"both"`, 1), func(name string, text []byte) { files[name] = string(text) })
	stem := "NHSE_TINY_v0001_hub"
	assert.Equal(t, "table_name,TABLE_SCHEMA,variable_name,value_value,value_label\nTINY_hub_v0001,nhsd,tool,F33,Recurrent | depression\n", files[stem+"_values.csv"])
	assert.Contains(t, files[stem+"_description.csv"], "TINY_hub_v0001,nhsd,tool,The tool\n")
	assert.Contains(t, files[stem+"_dictionary.md"], "| `tool` | VARCHAR | core | as delivered | The tool |")
	assert.Contains(t, files[stem+"_dictionary.md"], `| F33 | Recurrent \| depression |`)
	assert.Contains(t, files["views.sql"], "CREATE OR REPLACE VIEW LLC_0042.nhsd_TINY_hub_v0001 AS")
	assert.Contains(t, files["read.do"], `label define tool_n 1 "Recurrent | depression", modify`)
	assert.Contains(t, files["README.md"], "Only this.")
	assert.Contains(t, files["counts.csv"], stem+".parquet,NHSE_TINY@1,hub,80,40\n")
	_, err := os.Stat(filepath.Join(place.dir, "extract", "readers", "views.sql"))
	assert.NoError(t, err)

	// Values that were made coarser have no labels of the codes they were.
	coarser := project{studies: []string{"ALSPAC"}, transform: "none", columns: []string{"tool"}, coarsen: map[string]string{"tool": "groups"}}
	place.runRaw(t, coarser.toml(number), func(name string, text []byte) { files[name] = string(text) })
	assert.Equal(t, "table_name,TABLE_SCHEMA,variable_name,value_value,value_label\n", files[stem+"_values.csv"])
	assert.NotContains(t, files, "nothing")
}

// A project outside the days of its approval is refused.
func TestAnApprovalThatIsOver(t *testing.T) {
	place := newPlace(t, warehouse.Settings{})
	number := place.load(t, codedWorld(12))
	text := project{studies: []string{"ALSPAC"}, transform: "none", columns: []string{"score"}}.toml(number)
	text = strings.Replace(text, "[[datasets]]", "[approval]\nreference = \"A1\"\nfrom = 2026-01-01\nto = 2026-07-01\n[[datasets]]", 1)
	for day, refused := range map[string]bool{"2025-12-31": true, "2026-01-01": false, "2026-06-30": false, "2026-07-01": true} {
		today, err := spec.ParseDate(day)
		require.NoError(t, err)
		place.today = today
		_, err = place.tryPlan(t, text, exactly(t))
		assert.Equal(t, refused, err != nil, day)
		if refused {
			assert.ErrorContains(t, err, "the approval of llc_0042 is from 2026-01-01 to before 2026-07-01, and today is "+day)
		}
	}
}

// The steps of a plan's funnel tell of no few people: neither of those whom a
// step takes out nor of those whom it leaves.
func TestAPlansStepsTellOfNoFew(t *testing.T) {
	profile := ukllc(t)
	for name, one := range map[string]struct {
		outside int // of 100 people, with a referral outside the window
		left    string
	}{
		"nobody is left out": {0, "100"},
		"five are":           {5, "*"},
		"forty are":          {40, "60"},
		"five are left":      {95, "*"},
	} {
		t.Run(name, func(t *testing.T) {
			w := codedWorld(100)
			for i := range w.rows["hub"] {
				w.rows["hub"][i].referred = "2020-10-01"
				if i < 2*one.outside { // a person has two rows
					w.rows["hub"][i].referred = "2022-10-01"
				}
			}
			place := newPlace(t, warehouse.Settings{})
			plan := place.plan(t, project{studies: []string{"ALSPAC"}, transform: "latest-extract", window: true, undated: "drop", columns: []string{"score"}}.toml(place.load(t, w)), profile)
			hub := plan.Tables[slices.Index(tableNames, "hub")]
			require.Len(t, hub.Left, 2)
			assert.Equal(t, "100", hub.Left[0].Participants.String(), hub.Left[0].Step)
			assert.Equal(t, one.left, hub.Left[1].Participants.String(), hub.Left[1].Step)
			assert.Equal(t, one.left, hub.People.String(), "and so does the table")
			if one.left == "*" {
				assert.Equal(t, "*", hub.Rows.String())
				assert.Equal(t, "not told", hub.Size)
			}
		})
	}
}
