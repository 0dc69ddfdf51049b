package quality_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/quality"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
	"tre-toolkit/specs"
)

// A small dataset: a hub of referrals and a table of their visits.
var files = fstest.MapFS{
	"datasets/TINY.toml": {Data: []byte(`
name = "TINY"
stem = "TINY"
schema = "s"
hub = "referrals"
person = "person_key"
linkage = "nhs_e"
table_order = ["referrals", "visits"]
`)},
	"datasets/TINY/referrals.toml": {Data: []byte(`
name = "referrals"
period_key = "pathway"
columns = [
  { name = "person_key", type = "VARCHAR", category = "person" },
  { name = "pathway", type = "VARCHAR", category = "linking" },
  { name = "extract_start_date", type = "DATE" },
  { name = "extract_end_date", type = "DATE" },
  { name = "extract_date", type = "DATE" },
  { name = "month_id", type = "SMALLINT" },
  { name = "opened", type = "DATE" },
  { name = "closed", type = "TIMESTAMP" },
  { name = "reason", type = "VARCHAR", from = "SRC.Reason" },
  { name = "agreement", type = "VARCHAR" },
]
`)},
	"datasets/TINY/visits.toml": {Data: []byte(`
name = "visits"
period_key = "pathway"
columns = [
  { name = "person_key", type = "VARCHAR", category = "person" },
  { name = "pathway", type = "VARCHAR", category = "linking" },
  { name = "extract_start_date", type = "DATE" },
  { name = "extract_end_date", type = "DATE" },
  { name = "extract_date", type = "DATE" },
  { name = "day_of_visit", type = "DATE" },
  { name = "tool", type = "VARCHAR" },
  { name = "score", type = "VARCHAR" },
  { name = "attended", type = "VARCHAR", from = "SRC.Attended" },
]
`)},
	"datasets/TINY/codes.toml": {Data: []byte(`
[[items]]
element = "REASON"
source = "made up"
from = ["SRC.Reason"]
codes = [["1", "one"], ["2", "two"]]

[[items]]
element = "ATTENDED"
source = "made up"
from = ["SRC.Attended"]
codes = [["Y", "yes"], ["N", "no"]]
`)},
	"datasets/TINY/quality.toml": {Data: []byte(`
[month_id]
number = 100
first = 2021-01-01

[[months]]
table = "referrals"
columns = ["month_id"]

[[months]]
table = "visits"
columns = ["day_of_visit"]

[[scales]]
tool = "A"
name = "whole numbers"
ranges = [{ lowest = 0, highest = 3 }]
source = "made up"

[[scales]]
tool = "B"
name = "decimals, or a word"
ranges = [{ lowest = 1, highest = 2, decimals = 1 }, { lowest = 10, highest = 11 }]
texts = ["NA"]
source = "made up"

[[rules]]
code = "TST101"
severity = "error"
kind = "unique"
table = "referrals"
columns = ["pathway", "extract_start_date", "extract_end_date"]
may_be_empty = ["agreement"]
reason = "for the test"
source = "made up here"

[[rules]]
code = "TST201"
severity = "error"
kind = "foreign_key"
table = "visits"
columns = ["pathway"]
parent = "referrals"
reason = "for the test"
source = "made up here"

[[rules]]
code = "TST301"
severity = "error"
kind = "date_order"
table = "referrals"
columns = ["opened", "closed"]
reason = "for the test"
source = "made up here"

[[rules]]
code = "TST302"
severity = "error"
kind = "after_parent"
table = "visits"
columns = ["pathway", "day_of_visit"]
parent = "referrals"
parent_day = "opened"
reason = "for the test"
source = "made up here"

[[rules]]
code = "TST401"
severity = "warning"
kind = "together"
table = "referrals"
columns = ["reason", "closed"]
reason = "for the test"
source = "made up here"

[[rules]]
code = "TST402"
severity = "warning"
kind = "excluding"
table = "visits"
columns = ["attended", "tool"]
codes = [["N", "X"], ["A"]]
reason = "for the test"
source = "made up here"

[[rules]]
code = "TST501"
severity = "error"
kind = "filled"
columns = ["person_key", "pathway"]
reason = "for the test"
source = "made up here"

[[rules]]
code = "TST601"
severity = "warning"
kind = "code_list"
reason = "for the test"
source = "made up here"

[[rules]]
code = "TST701"
severity = "error"
kind = "score"
table = "visits"
columns = ["tool", "score"]
reason = "for the test"
source = "made up here"

[[rules]]
code = "TST801"
severity = "warning"
kind = "linked"
reason = "for the test"
source = "made up here"
`)},
}

// row is a row of a test table by column; what is not there is NULL.
type row map[string]string

// bench is a warehouse in which each world is a version of the small dataset.
type bench struct {
	*warehouse.Warehouse
	dataset spec.Dataset
	rules   spec.Quality
	labels  spec.Labels
	freeze  int
	rounds  int
}

func newBench(t testing.TB) *bench {
	t.Helper()
	w, err := warehouse.Memory(t.Context(), warehouse.Settings{Threads: 2})
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.Close() })
	b := &bench{Warehouse: w, freeze: 1}
	b.dataset, err = spec.LoadDataset(files, "TINY")
	require.NoError(t, err)
	b.rules, err = spec.LoadQuality(files, b.dataset)
	require.NoError(t, err)
	b.labels, err = spec.LoadLabels(files, "TINY")
	require.NoError(t, err)
	_, err = w.Run(t.Context(), warehouse.CreateSchema(b.dataset.Schema), nil)
	require.NoError(t, err)
	_, err = w.Run(t.Context(), fillStatements["link"], nil)
	require.NoError(t, err)
	return b
}

// known are the people whom the mapping of freeze 1 names.
var known = []string{"p1", "p2"}

var fillStatements = warehouse.MustLoad(fstest.MapFS{
	"sql/link.sql": {Data: []byte(`INSERT INTO linkage.spine
SELECT 1, 'S', 'id_' || key, key, true, 'consent', true FROM (VALUES ('p1'), ('p2')) AS k(key)`)},
	"sql/insert.sql": {Data: []byte(`INSERT INTO {{schema}}.{{table}} BY NAME
SELECT unnest(json_transform(rows.one, $shape))
FROM (SELECT unnest(CAST($rows AS JSON[])) AS one) AS rows`)},
})

// table is rows of one table of the small dataset.
type table []row

// assess puts the rows of each table into a version of its own and asks the rules.
func (b *bench) assess(t require.TestingT, tables map[string]table, profile disclosure.Profile) quality.Report {
	report, err := quality.Assess(contextOf(t), b.Warehouse, b.fill(t, tables, profile))
	require.NoError(t, err)
	return report
}

// fill puts the rows of each table into a version of its own and returns what to
// ask of it.
func (b *bench) fill(t require.TestingT, tables map[string]table, profile disclosure.Profile) quality.Question {
	b.rounds++
	version := spec.DatasetVersion{Dataset: "TINY", Number: spec.VersionNumber(b.rounds)}
	ctx := contextOf(t)
	for _, described := range b.dataset.Tables {
		name := b.dataset.TableIn(described.Name, version)
		_, err := b.Run(ctx, warehouse.CreateTable(b.dataset.Schema, name, described.Columns), nil)
		require.NoError(t, err)
		rows := tables[described.Name.String()]
		if len(rows) == 0 {
			continue
		}
		text, err := json.Marshal(rows)
		require.NoError(t, err)
		shape := map[string]string{}
		for _, column := range described.Columns {
			shape[column.Name.String()] = column.Type.String()
		}
		types, err := json.Marshal(shape)
		require.NoError(t, err)
		insert := fillStatements["insert"].Naming("schema", b.dataset.Schema).Naming("table", name)
		_, err = b.Run(ctx, insert, warehouse.Args{"rows": string(text), "shape": string(types)})
		require.NoError(t, err)
	}
	return quality.Question{
		Dataset: b.dataset, Version: version, Quality: b.rules, Labels: b.labels, Freeze: b.freeze, Profile: profile,
	}
}

// profile is UK LLC's with another threshold; under a threshold of one a cell shows
// what was counted.
func profile(t require.TestingT, name string, threshold int64) disclosure.Profile {
	shipped, err := spec.LoadRules(specs.Files, name)
	require.NoError(t, err)
	rules := shipped.Rules()
	rules.Threshold.Value = threshold
	made, err := disclosure.NewProfile(rules)
	require.NoError(t, err)
	return made
}

// person and day write the values of test rows.
func person(i int) string   { return fmt.Sprintf("p%d", i) }
func pathway(i int) string  { return fmt.Sprintf("w%d", i) }
func monthID(i int) string  { return fmt.Sprint(100 + i) }
func endOf(year int) string { return fmt.Sprintf("%d-03-31", year) }
