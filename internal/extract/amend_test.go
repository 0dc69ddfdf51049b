package extract_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/extract"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// amend looks at the amendment of one project's text by another's.
func (p *place) amend(t failer, before, after string, profile disclosure.Profile) (extract.Amended, error) {
	request := extract.AmendRequest{Counts: true}
	for text, into := range map[string]*extract.Sources{before: &request.Before, after: &request.After} {
		project, err := spec.LoadProject(fstest.MapFS{"p.toml": {Data: []byte(text)}}, "p.toml")
		require.NoError(t, err)
		*into = p.sources(project, profile)
	}
	return extract.Amend(context.Background(), p.workspace.Warehouse, request)
}

// lettered is a project's text under the next letter.
func lettered(text string) string { return strings.Replace(text, `"llc_0042"`, `"llc_0042_b"`, 1) }

// threshold is the profile that shows everything, but for less than so many people.
func threshold(t failer, people int64) disclosure.Profile {
	rules := exactly(t).Rules()
	rules.Threshold = said(people)
	profile, err := disclosure.NewProfile(rules)
	require.NoError(t, err)
	return profile
}

// Who joins and leaves, and the rows and participants of every table before and
// after, are those of the oracle.
func TestAnAmendmentTellsWhatTheOracleTells(t *testing.T) {
	place := newPlace(t, warehouse.Settings{Threads: 1})
	rapid.Check(t, func(t *rapid.T) {
		worlds := [2]world{drawWorld(t), drawWorld(t)}
		asked := project{studies: []string{"ALSPAC", "BIB"}, transform: "none", columns: []string{"score"}}
		before := asked.toml(place.load(t, worlds[0]))
		after := lettered(asked.toml(place.load(t, worlds[1])))
		amended, err := place.amend(t, before, after, exactly(t))
		require.NoError(t, err)
		joined, left := 0, 0
		for _, study := range amended.People.Studies {
			come, gone := missing(worlds[0], worlds[1], study.Study), missing(worlds[1], worlds[0], study.Study)
			require.Equal(t, strconv.Itoa(come), study.Joined.String(), study.Study)
			require.Equal(t, strconv.Itoa(gone), study.Left.String(), study.Study)
			joined, left = joined+come, left+gone
		}
		require.Equal(t, strconv.Itoa(joined), amended.People.Total.Joined.String())
		require.Equal(t, strconv.Itoa(left), amended.People.Total.Left.String())
		for i, table := range amended.Tables {
			require.Equal(t, tableNames[i], table.Table)
			for at, cells := range [2][2]disclosure.Cell{{table.Rows.Before, table.Participants.Before}, {table.Rows.After, table.Participants.After}} {
				rows := worlds[at].rowsOf(table.Table, asked.studies)
				sum := 0
				for _, n := range rows {
					sum += n
				}
				require.Equal(t, strconv.Itoa(sum), cells[0].String(), "rows of %s", table.Table)
				require.Equal(t, strconv.Itoa(len(rows)), cells[1].String(), "participants of %s", table.Table)
			}
		}
	})
}

// missing counts a study's participants in a world whom another lacks.
func missing(from, in world, study string) int {
	n := 0
	for _, one := range in.participants() {
		if one.study == study && !slices.Contains(from.participants(), one) {
			n++
		}
	}
	return n
}

// rowsOf counts each participant's rows in a table.
func (w world) rowsOf(table string, studies []string) map[participant]int {
	rows := map[participant]int{}
	for _, one := range w.participants() {
		for _, r := range w.rows[table] {
			if r.person == one.person && slices.Contains(studies, one.study) {
				rows[one]++
			}
		}
	}
	return rows
}

// Of a version alone, with the same people, an amendment tells nothing when the
// numbers that it would show could tell of a few: as the oracle counts them.
func TestAnAmendmentOfAVersionIsRefusedWhereTheOracleSaysSo(t *testing.T) {
	place := newPlace(t, warehouse.Settings{Threads: 1})
	rapid.Check(t, func(t *rapid.T) {
		few := rapid.Int64Range(2, 4).Draw(t, "threshold")
		worlds := drawVersions(t)
		asked := project{studies: []string{"ALSPAC"}, transform: "none", columns: []string{"score"}}
		number := place.load(t, worlds[0])
		place.next++
		place.loadVersion(t, place.next, worlds[1])
		before := asked.toml(number)
		after := lettered(strings.Replace(before, fmt.Sprintf("NHSE_TINY@%d", number), fmt.Sprintf("NHSE_TINY@%d", place.next), 1))
		profile := threshold(t, few)
		past, now := place.plan(t, before, profile).Tables, place.plan(t, after, profile).Tables
		tells := false
		for i, name := range tableNames {
			if past[i].People.Masked() || now[i].People.Masked() {
				continue
			}
			groups := groupsOf(worlds[0].rowsOf(name, asked.studies), worlds[1].rowsOf(name, asked.studies))
			if past[i].Rows.Masked() || now[i].Rows.Masked() {
				delete(groups, "changed")
			}
			for _, people := range groups {
				tells = tells || people > 0 && people < few
			}
		}
		amended, err := place.amend(t, before, after, profile)
		if !tells {
			require.NoError(t, err)
			require.NotNil(t, amended.People)
			return
		}
		var refusal *diagnostic.Refusal
		require.ErrorAs(t, err, &refusal)
		require.Equal(t, "differencing", refusal.Rule)
		require.Equal(t, extract.Amended{}, amended, "nothing is told")
	})
}

// drawVersions draws two versions of some people's rows, which differ in those of a few
// or of many.
func drawVersions(t *rapid.T) [2]world {
	var worlds [2]world
	people := rapid.IntRange(8, 16).Draw(t, "people")
	rows := rapid.SampledFrom([]int{0, 1, 1, 2})
	for i := range worlds {
		worlds[i].manyOf("ALSPAC", "A", people)
		worlds[i].rows = map[string][]row{}
	}
	for _, table := range tableNames {
		most := rapid.SampledFrom([]int{0, 3, people}).Draw(t, "changed in "+table)
		for person := range people {
			n := [2]int{rows.Draw(t, "rows")}
			n[1] = n[0]
			if person < most {
				n[1] = rows.Draw(t, "rows later")
			}
			for i := range worlds {
				for range n[i] {
					worlds[i].rows[table] = append(worlds[i].rows[table], row{person: "A" + strconv.Itoa(person), score: "5"})
				}
			}
		}
	}
	return worlds
}

// groupsOf counts the groups that a table's numbers before and after could tell of.
func groupsOf(before, after map[participant]int) map[string]int64 {
	groups := map[string]int64{"apart": int64(max(len(before)-len(after), len(after)-len(before)))}
	for one, rows := range before {
		switch now, there := after[one]; {
		case !there:
			groups["left"]++
		case now != rows:
			groups["changed"]++
		}
	}
	for one := range after {
		if before[one] == 0 {
			groups["joined"]++
		}
	}
	return groups
}

// Whoever knows every rule, and sees what an amendment answers, learns nothing of a
// number from one to nine: the answer is the same for each.
func TestAnAmendmentsAnswerIsTheSameForAnyHiddenNumber(t *testing.T) {
	profile := ukllc(t)
	asked := project{studies: []string{"ALSPAC"}, transform: "none", columns: []string{"score"}}
	worlds := map[string]struct {
		shown  bool
		change func(before, after *world, hidden int)
	}{
		"so many left": {false, func(before, after *world, hidden int) {
			before.permissions, after.permissions = before.permissions[:100], after.permissions[hidden:100]
		}},
		"so many joined": {false, func(before, after *world, hidden int) {
			before.permissions, after.permissions = before.permissions[hidden:100], after.permissions[:100]
		}},
		"so many came for as many who went": {true, func(before, after *world, hidden int) {
			before.permissions, after.permissions = before.permissions[:100], after.permissions[hidden:100+hidden]
		}},
		"so many are new in a table": {false, func(before, _ *world, hidden int) {
			before.rows["hub"] = before.rows["hub"][hidden:]
		}},
		"so many have a row more": {false, func(_, after *world, hidden int) {
			after.rows["hub"] = append(slices.Clone(after.rows["hub"]), after.rows["hub"][:hidden]...)
		}},
	}
	for name, one := range worlds {
		t.Run(name, func(t *testing.T) {
			answers := map[string]bool{}
			for _, hidden := range []int{1, 5, 9} {
				place := newPlace(t, warehouse.Settings{Threads: 1})
				var both [2]world
				for i := range both {
					both[i].manyOf("ALSPAC", "A", 110)
					for _, table := range tableNames { // of those who stay
						both[i].rowsFor(table, "A", 90, "2022-03-31")
						both[i].rows[table] = both[i].rows[table][10:]
					}
				}
				one.change(&both[0], &both[1], hidden)
				before, after := asked.toml(place.load(t, both[0])), lettered(asked.toml(place.load(t, both[1])))
				amended, err := place.amend(t, before, after, profile)
				amended.PlanHash = "" // of the whole, files' hashes among it
				text, fault := json.Marshal(amended)
				require.NoError(t, fault)
				assert.Equal(t, one.shown, err == nil)
				answers[fmt.Sprint(string(text), err)] = true
			}
			assert.Len(t, answers, 1)
		})
	}
}

// Numbers that are large enough are told.
func TestAnAmendmentThatManyJoin(t *testing.T) {
	place := newPlace(t, warehouse.Settings{})
	asked := project{studies: []string{"ALSPAC"}, transform: "none", columns: []string{"score"}}
	before := asked.toml(place.load(t, codedWorld(100)))
	amended, err := place.amend(t, before, lettered(asked.toml(place.load(t, codedWorld(125)))), ukllc(t))
	require.NoError(t, err)
	assert.Equal(t, "llc_0042_b", amended.Project)
	assert.Equal(t, "25", amended.People.Total.Joined.String())
	assert.Equal(t, "0", amended.People.Total.Left.String())
	hub := amended.Tables[slices.Index(tableNames, "hub")]
	assert.Equal(t, []string{"200", "250", "100", "125"}, []string{
		hub.Rows.Before.String(), hub.Rows.After.String(), hub.Participants.Before.String(), hub.Participants.After.String(),
	})
	assert.Empty(t, slices.Concat(hub.Added, hub.Dropped))
	assert.Empty(t, hub.Changed)
}
