package versions

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/versions/fingerprint"
	"tre-toolkit/internal/warehouse"
)

var codes = []string{"a", "b", "c"}

// plainHub is what the version before holds in the tests of one change each.
func plainHub(rows ...func(i int, r row)) worldTable {
	return worldTable{
		name:    "hub",
		columns: []string{"code VARCHAR", "area VARCHAR", "score SMALLINT", "flag BOOLEAN", "seen DATE"},
		rows: hubRows(200, func(i int, r row) {
			r["code"], r["area"], r["score"], r["flag"], r["seen"] = codes[i%3], fmt.Sprintf("E%05d", i*7919%10007), i%50, i%4 > 0, fmt.Sprintf("2020-05-%02d", i%28+1)
			for _, change := range rows {
				change(i, r)
			}
		}),
	}
}

func diffOf(t *testing.T, after worldTable) TableDiff {
	t.Helper()
	w := newWorld(t, memory(t, 2), []worldTable{plainHub()}, []worldTable{after})
	diff := w.compare(t, profileOf(t, 10, disclosure.ShowZero))
	require.Len(t, diff.Tables, 1)
	return diff.Tables[0]
}

func TestNothingChanged(t *testing.T) {
	table := diffOf(t, plainHub())
	assert.True(t, table.Same)
	assert.Empty(t, table.changes())
}

func TestAColumnIsAddedAndOneDropped(t *testing.T) {
	after := plainHub(func(i int, r row) { delete(r, "flag"); r["gender"] = i % 2 })
	after.columns[3] = "gender TINYINT"
	table := diffOf(t, after)
	assert.Equal(t, []fingerprint.Column{{Name: "gender", Type: "TINYINT"}}, table.ColumnsAdded)
	assert.Equal(t, []fingerprint.Column{{Name: "flag", Type: "BOOLEAN"}}, table.ColumnsDropped)
	assert.Empty(t, table.ColumnsRenamed)
	assert.Equal(t, "0", table.Pathways.Changed.String(), "the columns that both have are as they were")
}

func TestAColumnIsRenamedByContent(t *testing.T) {
	after := plainHub(func(i int, r row) {
		r["lsoa"], r["outcome"], r["other"] = r["area"], r["flag"], i%4 == 0
		delete(r, "area")
		delete(r, "flag")
	})
	after.columns = []string{"code VARCHAR", "lsoa VARCHAR", "score SMALLINT", "seen DATE", "other BOOLEAN", "outcome BOOLEAN"}
	table := diffOf(t, after)
	assert.ElementsMatch(t, []Rename{{"area", "lsoa", byContent}, {"flag", "outcome", byContent}}, table.ColumnsRenamed,
		"of two flags with the same values the one that agrees row by row")
	assert.Equal(t, []fingerprint.Column{{Name: "other", Type: "BOOLEAN"}}, table.ColumnsAdded)
	assert.Empty(t, table.ColumnsDropped)
}

func TestAColumnIsRenamedByContentWithoutARowInCommon(t *testing.T) {
	after := plainHub(func(i int, r row) {
		r["lsoa"], r["pathway"] = r["area"], fmt.Sprintf("n%03d", i)
		delete(r, "area")
	})
	after.columns[1] = "lsoa VARCHAR"
	assert.Equal(t, []Rename{{"area", "lsoa", byContent}}, diffOf(t, after).ColumnsRenamed)
}

func TestAColumnIsRenamedByName(t *testing.T) {
	after := plainHub(func(i int, r row) { r["sc_ore"] = 1000 + i; delete(r, "score") })
	after.columns[2] = "sc_ore SMALLINT"
	assert.Equal(t, []Rename{{"score", "sc_ore", byName}}, diffOf(t, after).ColumnsRenamed)
}

func TestAColumnIsRetyped(t *testing.T) {
	after := plainHub()
	after.columns[2] = "score VARCHAR"
	table := diffOf(t, after)
	assert.Equal(t, []Retype{{"score", "SMALLINT", "VARCHAR"}}, table.Retyped)
	assert.Empty(t, table.Columns, "the values are the same as text")
}

func TestACodeIsGoneAndOneNew(t *testing.T) {
	table := diffOf(t, plainHub(func(i int, r row) {
		if r["code"] == "b" {
			r["code"] = "B"
		}
	}))
	require.Len(t, table.Columns, 1)
	change := table.Columns[0]
	require.Len(t, change.New, 1)
	assert.Equal(t, "B 67", change.New[0].Value+" "+change.New[0].People.After.String())
	require.Len(t, change.Gone, 1)
	assert.Equal(t, "b 67", change.Gone[0].Value+" "+change.Gone[0].People.Before.String())
	assert.Equal(t, "67", table.Pathways.Changed.String())
}

func TestACodeOfFewPeopleIsNotTold(t *testing.T) {
	w := newWorld(t, memory(t, 1), []worldTable{plainHub()}, []worldTable{plainHub(func(i int, r row) {
		if i < 7 {
			r["code"] = "SECRET"
		}
	})})
	diff := w.compare(t, profileOf(t, 10, disclosure.ShowZero))
	assert.Empty(t, diff.Tables[0].Columns)
	assert.Positive(t, diff.Tables[0].Withheld)
	assert.True(t, diff.Tables[0].Pathways.Changed.Masked())
	page, err := diff.Activities()
	require.NoError(t, err)
	text, err := WritePage(page)
	require.NoError(t, err)
	assert.NotContains(t, diff.Markdown()+string(text), "SECRET")
}

func TestEmptyCellsMoved(t *testing.T) {
	table := diffOf(t, plainHub(func(i int, r row) {
		if i < 40 {
			r["area"] = nil
		}
	}))
	require.Len(t, table.Columns, 1)
	require.NotNil(t, table.Columns[0].Empty)
	assert.Equal(t, "0, now 40", table.Columns[0].Empty.People.String())
	assert.Equal(t, "0.0, now 20.0", table.Columns[0].Empty.Percents.String())
}

func TestADistributionMoved(t *testing.T) {
	table := diffOf(t, plainHub(func(i int, r row) {
		r["score"] = i%50 + 10
		r["seen"] = fmt.Sprintf("2020-06-%02d", i%28+1)
	}))
	require.Len(t, table.Columns, 2)
	score, seen := table.Columns[0], table.Columns[1]
	assert.Equal(t, &SpreadDiff{Spread{24.5, 12, 24, 37}, Spread{34.5, 22, 34, 47}, false}, score.Spread)
	assert.Equal(t, "mean 2020-05-14, now 2020-06-14; lower quartile 2020-05-07, now 2020-06-07; median 2020-05-14, now 2020-06-14; upper quartile 2020-05-21, now 2020-06-21", seen.Spread.String())
}

func TestAQuartileIsTheSmallestValueThatSoManyRowsDoNotExceed(t *testing.T) {
	scores := func(more int) worldTable {
		return worldTable{"hub", []string{"score SMALLINT"}, hubRows(40, func(i int, r row) { r["score"] = i + more })}
	}
	w := newWorld(t, memory(t, 1), []worldTable{scores(0)}, []worldTable{scores(100)})
	table := w.compare(t, profileOf(t, 10, disclosure.ShowZero)).Tables[0]
	assert.Equal(t, &SpreadDiff{Spread{19.5, 9, 19, 29}, Spread{119.5, 109, 119, 129}, false}, table.Columns[0].Spread)
}

func TestADistributionThatFewPeopleMovedIsNotTold(t *testing.T) {
	table := diffOf(t, plainHub(func(i int, r row) {
		if i < 5 {
			r["score"] = 30000
		}
	}))
	assert.Empty(t, table.Columns)
	assert.Positive(t, table.Withheld)
}

func TestRowsPeriodsAndPathways(t *testing.T) {
	before, after := plainHub(), plainHub()
	for _, old := range before.rows[:60] { // 60 come again in a new period
		again := row{}
		for name, value := range old {
			again[name] = value
		}
		again["extract_start_date"], again["extract_end_date"] = "2021-04-01", "2022-03-31"
		after.rows = append(after.rows, again)
	}
	after.rows = after.rows[20:] // the first 20 lose their old one
	for _, changed := range after.rows[100:130] {
		changed["flag"] = nil
	}
	w := newWorld(t, memory(t, 2), []worldTable{before}, []worldTable{after})
	table := w.compare(t, profileOf(t, 10, disclosure.ShowZero)).Tables[0]
	assert.Equal(t, int64(240), table.RowsAfter)
	assert.Equal(t, []Period{{"2021-04-01", "2022-03-31"}}, table.PeriodsNew)
	assert.Empty(t, table.PeriodsGone)
	assert.Equal(t, "200, now 200", table.Participants.String())
	assert.Equal(t, []string{"60", "20", "30"}, []string{table.Pathways.Added.String(), table.Pathways.Removed.String(), table.Pathways.Changed.String()})
}

func TestTablesAreAddedDroppedAndRenamed(t *testing.T) {
	small := func(name, column string) worldTable {
		return worldTable{name, []string{column + " VARCHAR"}, hubRows(30, func(i int, r row) { r[column] = fmt.Sprint(column, i) })}
	}
	renamed := plainHub(func(i int, r row) { r["score"] = i % 49 })
	renamed.name = "centre"
	w := newWorld(t, memory(t, 2),
		[]worldTable{plainHub(), small("pauses", "reason"), small("steady", "step")},
		[]worldTable{renamed, small("accounts", "balance"), small("steady", "step")})
	diff := w.compare(t, profileOf(t, 10, disclosure.ShowZero))
	assert.Equal(t, []string{"accounts"}, diff.TablesAdded)
	assert.Equal(t, []string{"pauses"}, diff.TablesDropped)
	require.Len(t, diff.Tables, 2)
	assert.Equal(t, "hub", diff.Tables[0].Was)
	assert.True(t, diff.Tables[1].Same)
	page, err := diff.Activities()
	require.NoError(t, err)
	last := page.Data[len(page.Data)-1].Attributes
	assert.JSONEq(t, `[["pauses"],["accounts"]]`, string(last.Changes["dataset.tables"]))
	assert.JSONEq(t, `[["hub"],["centre"]]`, string(last.Changes["dataset.tables_renamed"]))
}

func TestAFewPeopleMoreAreMasked(t *testing.T) {
	after := plainHub()
	after.rows = append(after.rows, hubRows(203, func(i int, r row) { r["code"] = "a" })[200:]...)
	table := diffOf(t, after)
	assert.Equal(t, `200, now \*`, table.Participants.String())
	assert.True(t, table.Pathways.Added.Masked())
	assert.Empty(t, table.Columns, "nothing is told of a whole that is hidden")
}

func TestValuesOfIdentifiersAreNeverTold(t *testing.T) {
	w := newWorld(t, memory(t, 1), []worldTable{plainHub()}, []worldTable{plainHub(func(i int, r row) { r["pathway"] = "ONE" })})
	assert.NotContains(t, w.compare(t, profileOf(t, 1, disclosure.ShowZero)).Markdown(), "ONE")
}

func TestParticipantsByStudy(t *testing.T) {
	people := hubRows(100, func(int, row) {})
	w := newWorld(t, memory(t, 1), []worldTable{{"hub", nil, people[:60]}}, []worldTable{{"hub", nil, people}})
	for i, r := range people {
		study := "BIG"
		if i < 30 {
			study = "STEADY"
		}
		if i >= 97 {
			study = "SMALL"
		}
		w.enrol(t, 2, study, r)
	}
	diff, err := Compare(context.Background(), w.Warehouse, w.comparison(profileOf(t, 10, disclosure.ShowZero), 2))
	require.NoError(t, err)
	table := diff.Tables[0]
	assert.Equal(t, "60, now 97", table.Participants.String(), "the sum of the studies that are shown, as in the table of participants")
	require.Len(t, table.Studies, 2)
	assert.Equal(t, "BIG 30, now 67", table.Studies[0].Study+" "+table.Studies[0].String())
	assert.NotContains(t, diff.Markdown(), "SMALL")
}

func TestTheSameBytesAtAnyNumberOfThreads(t *testing.T) {
	var texts [2]string
	for i, threads := range []int{1, 4} {
		after := plainHub(func(i int, r row) {
			r["code"], r["score"], r["lsoa"] = "n"+codes[i%3], i%50+7, r["area"]
			delete(r, "area")
		})
		after.columns[1] = "lsoa VARCHAR"
		w := newWorld(t, memory(t, threads), []worldTable{plainHub()}, []worldTable{after})
		log, err := ChangeLog(context.Background(), w.Warehouse, w.versions, w.versions, Comparison{Dataset: w.dataset, Profile: profileOf(t, 10, disclosure.ShowZero), Freeze: 1})
		require.NoError(t, err)
		page, err := log.Activities()
		require.NoError(t, err)
		text, err := WritePage(page)
		require.NoError(t, err)
		texts[i] = log.Markdown() + string(text)
	}
	assert.Equal(t, texts[0], texts[1])
	assert.Contains(t, texts[0], "renamed: `area` is now `lsoa` (found by content)")
}

// One reader serves the registry's activities and ours.
func TestOurLogIsReadLikeTheRegistrys(t *testing.T) {
	w := newWorld(t, memory(t, 2), []worldTable{plainHub()}, []worldTable{plainHub(func(i int, r row) { r["code"] = "n" + codes[i%3] })})
	w.versions[0].Release.DOI, w.versions[1].Release.DOI = "10.71760/ukllc-dataset-00360-02", "10.71760/ukllc-dataset-00360-03"
	log, err := ChangeLog(context.Background(), w.Warehouse, w.versions, w.versions, Comparison{Dataset: w.dataset, Profile: profileOf(t, 10, disclosure.ShowZero), Freeze: 1})
	require.NoError(t, err)
	page, err := log.Activities()
	require.NoError(t, err)
	text, err := WritePage(page)
	require.NoError(t, err)
	saved, err := ParseSaved("log.json", text)
	require.NoError(t, err)
	require.Len(t, saved.Activities, len(page.Data))
	fields, err := saved.Activities[0].Fields()
	require.NoError(t, err)
	require.Equal(t, "hub.code.values", fields[0].Field)
	var gone []struct{ Value string }
	require.NoError(t, json.Unmarshal(fields[0].Before, &gone))
	assert.Len(t, gone, 3)
	assert.Equal(t, Create, saved.Activities[1].Attributes.Action)
	assert.True(t, strings.HasPrefix(page.Data[0].Attributes.GeneratedBy, "urn:uuid:"))
	assert.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, page.Data[0].ID)
}

func workspace(t *testing.T) *warehouse.Workspace {
	t.Helper()
	ctx := context.Background()
	dir := t.TempDir() + "/ws"
	require.NoError(t, warehouse.Create(ctx, dir, warehouse.TRE))
	w, err := warehouse.OpenForWriting(ctx, dir, "test", warehouse.Settings{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.Close() })
	return w
}
