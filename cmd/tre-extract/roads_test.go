package main

import (
	"bytes"
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/synth"
	"tre-toolkit/internal/warehouse"
)

// told is one row of an auxiliary table as text, by column. An empty cell is not
// there.
type told map[string]string

// auxiliaryTables are all that are compared.
var auxiliaryTables = strings.Fields(`care_activities care_cluster coded_scored_assessments demographics_and_referral employment_status
	internet_enabled_therapies mental_and_physical_health_conditions onward_referrals waiting_time_pauses`)

// way is how one auxiliary table comes by a road: what a generation cannot say,
// or says in its own way, by name. Nothing else may differ from the ready-made
// table.
type way struct {
	silent string // columns that the generation has not: they are empty
	apart  string // columns that are about the delivery, or say another thing

	// ready tells the ready-made rows as the generation can, without those that
	// it cannot tell. It is nil where it says all of them.
	ready func(rows []told, ready map[string][]told) []told
	// road tells a row that came by the road in the words of a ready-made one. It
	// is nil where the words are the same.
	road func(told)
	// shared are columns that a person has once at a provider. Of two referrals at
	// one time, ready-made tables tell them for each: they are not compared then.
	shared string
	// key names what the generation tells rows apart by. Ready-made rows that are
	// the same by it are compared by it alone, and are one row by the road, unless
	// it too repeats the key.
	key     string
	repeats bool
}

var statementsOfRoads = warehouse.MustLoad(fstest.MapFS{
	"sql/columns.sql": {Data: []byte("SELECT column_name FROM duckdb_columns() WHERE table_name = $table ORDER BY column_index")},
	"sql/rows.sql":    {Data: []byte("SELECT CAST(COLUMNS(*) AS VARCHAR) FROM query_table($table)")},
})

// tell returns the rows of a table.
func tell(t *testing.T, w *warehouse.Warehouse, schema, table string) []told {
	t.Helper()
	ctx := context.Background()
	var columns []string
	err := w.Each(ctx, statementsOfRoads["columns"], warehouse.Args{"table": table}, func(scan func(...any) error) error {
		var name string
		err := scan(&name)
		columns = append(columns, name)
		return err
	})
	require.NoError(t, err)
	require.NotEmpty(t, columns, table)
	var rows []told
	err = w.Each(ctx, statementsOfRoads["rows"], warehouse.Args{"table": schema + "." + table}, func(scan func(...any) error) error {
		cells, into := make([]*string, len(columns)), make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		err := scan(into...)
		row := told{}
		for i, cell := range cells {
			if cell != nil {
				row[columns[i]] = tidy(*cell)
			}
		}
		rows = append(rows, row)
		return err
	})
	require.NoError(t, err)
	return rows
}

// tidy writes a code of two digits as one: ready-made tables have codes as they
// came, 5 for 05 now and then.
func tidy(cell string) string {
	if len(cell) == 2 && cell[0] == '0' {
		return cell[1:]
	}
	return cell
}

// tellAll returns the rows of every auxiliary table of version 3 in a workspace.
func tellAll(t *testing.T, workspace string) map[string][]told {
	t.Helper()
	w, err := warehouse.OpenForReading(context.Background(), workspace, warehouse.Settings{})
	require.NoError(t, err)
	defer func() { require.NoError(t, w.Close()) }()
	tables := map[string][]told{}
	for _, table := range auxiliaryTables {
		tables[table] = tell(t, w.Warehouse, "nhsd", "iapt_"+table+"_v0003")
	}
	return tables
}

// lastOfYears keeps the ready-made rows of the last extract period of each
// financial year: a delivery of source tables makes one for each.
func lastOfYears(rows []told) []told {
	var kept []told
	for _, row := range rows {
		if strings.HasSuffix(row["extract_end_date"], "-03-31") {
			kept = append(kept, maps.Clone(row))
		}
	}
	return kept
}

// compare holds the rows of a table that came by a road to the ready-made ones.
func (by way) compare(t *testing.T, table string, all map[string][]told, road []told) {
	t.Helper()
	silent, apart, key := strings.Fields(by.silent), strings.Fields(by.apart), strings.Fields(by.key)
	for _, row := range road {
		for _, column := range silent {
			if _, there := row[column]; there {
				require.Fail(t, "the generation has no such column", column)
			}
		}
		if by.road != nil {
			by.road(row)
		}
	}
	expected := lastOfYears(all[table])
	if by.ready != nil {
		expected = by.ready(expected, all)
	}
	for _, rows := range [][]told{expected, road} {
		by.leaveShared(rows)
	}
	left := func(row told) told {
		for _, column := range append(slices.Clone(silent), apart...) {
			delete(row, column)
		}
		return row
	}
	if by.key == "" {
		requireSame(t, texts(expected, left), texts(road, left))
		return
	}
	alone, shared := splitByKey(expected, key)
	roadAlone, roadShared := splitLike(road, key, shared)
	requireSame(t, texts(alone, left), texts(roadAlone, left))
	slices.Sort(roadShared)
	if by.repeats {
		roadShared = slices.Compact(roadShared)
	}
	requireSame(t, slices.Sorted(maps.Keys(shared)), roadShared)
	assert.Less(t, len(shared)*4, len(expected)+4, "too many rows are the same by their key")
}

// leaveShared leaves out the shared columns of rows of one person, provider and
// year.
func (by way) leaveShared(rows []told) {
	columns := strings.Fields(by.shared)
	times, of := map[string]int{}, []string{"cohortkey_e", "orgid_provider", "extract_end_date"}
	for _, row := range rows {
		times[keyOf(row, of)]++
	}
	for _, row := range rows {
		for _, column := range columns {
			if times[keyOf(row, of)] > 1 {
				delete(row, column)
			}
		}
	}
}

func keyOf(row told, key []string) string {
	parts := make([]string, len(key))
	for i, column := range key {
		parts[i] = row[column]
	}
	return strings.Join(parts, " ")
}

// splitByKey returns the rows that are alone under their key, and the keys that
// several share.
func splitByKey(rows []told, key []string) (alone []told, shared map[string]bool) {
	times := map[string]int{}
	for _, row := range rows {
		times[keyOf(row, key)]++
	}
	shared = map[string]bool{}
	for _, row := range rows {
		if of := keyOf(row, key); times[of] > 1 {
			shared[of] = true
		} else {
			alone = append(alone, row)
		}
	}
	return alone, shared
}

// splitLike returns the rows whose key is not shared, and the keys of the others.
func splitLike(rows []told, key []string, shared map[string]bool) (alone []told, keys []string) {
	for _, row := range rows {
		if of := keyOf(row, key); shared[of] {
			keys = append(keys, of)
		} else {
			alone = append(alone, row)
		}
	}
	return alone, keys
}

// texts writes every row out, and sorts them.
func texts(rows []told, of func(told) told) []string {
	made := make([]string, len(rows))
	for i, row := range rows {
		row = of(row)
		var b strings.Builder
		for _, column := range slices.Sorted(maps.Keys(row)) {
			b.WriteString(column + "=" + row[column] + "\n")
		}
		made[i] = b.String()
	}
	slices.Sort(made)
	return made
}

// requireSame compares texts in any order, and shows the first that one side has
// and the other has not.
func requireSame(t *testing.T, expected, got []string) {
	t.Helper()
	times := map[string]int{}
	for _, one := range expected {
		times[one]++
	}
	for _, one := range got {
		times[one]--
	}
	var missing, surplus []string
	for _, one := range slices.Sorted(maps.Keys(times)) {
		if times[one] > 0 {
			missing = append(missing, one)
		} else if times[one] < 0 {
			surplus = append(surplus, one)
		}
	}
	require.Len(t, got, len(expected))
	require.Len(t, surplus, len(missing))
	if len(missing) > 0 {
		require.Equal(t, missing[0], surplus[0], "%d of %d rows differ, of which these are the first", len(missing), len(expected))
	}
}

// roadWorkspaces has the same people in one workspace for each road.
func roadWorkspaces(t *testing.T, shapes ...string) map[string]string {
	t.Helper()
	made, dir := map[string]string{}, t.TempDir()
	for _, shape := range shapes {
		workspace := filepath.Join(dir, shape, "workspace")
		folder := deliveryOf(workspace, shape)
		delivery := filepath.Dir(folder)
		require.NoError(t, runHere("synth", delivery, "--shape", shape, "--people", "200", "--seed", "11"))
		if shape == "v2.0" {
			joinMonths(t, folder)
		}
		for _, args := range [][]string{
			{"init", workspace},
			{"load", "NHSE_IAPT@3", folder, "-w", workspace},
			{"freeze", "16", "--date", "2026-05-01", "--permissions", filepath.Join(delivery, synth.PermissionsFile),
				"--mapping", filepath.Join(delivery, synth.MappingFile), "-w", workspace},
		} {
			require.NoError(t, runHere(args...))
		}
		made[shape] = workspace
	}
	return made
}

// deliveryOf returns the folder that a workspace of these was loaded from.
func deliveryOf(workspace, shape string) string {
	if shape == auxShape {
		shape = "v0003"
	}
	return filepath.Join(filepath.Dir(workspace), "delivery", "NHSE_IAPT_"+shape)
}

// joinMonths makes one file of all the months of a table, as a delivery may have
// it too.
func joinMonths(t *testing.T, folder string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*_20*.csv"))
	require.NoError(t, err)
	slices.Sort(paths)
	joined := map[string][]byte{}
	for _, path := range paths {
		table, _, _ := strings.Cut(filepath.Base(path), "_20")
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		if joined[table] != nil {
			_, text, _ = bytes.Cut(text, []byte("\n"))
		}
		joined[table] = append(joined[table], text...)
		require.NoError(t, os.Remove(path))
	}
	for table, text := range joined {
		require.NoError(t, os.WriteFile(filepath.Join(folder, table+"_all.csv"), text, 0o644))
	}
}

// resultOf returns what a command writes as its result.
func resultOf(t *testing.T, args ...string) string {
	t.Helper()
	var out, talk bytes.Buffer
	code := run(context.Background(), cli.Streams{In: bytes.NewReader(nil), Out: &out, Err: &talk}, args)
	require.Equal(t, cli.OK, code, talk.String())
	return out.String()
}

// The same people have the same measures, whichever road they came by: as
// ready-made tables, or as the source tables of any generation.
func TestTheSamePeopleHaveTheSameMeasuresByEveryRoad(t *testing.T) {
	t.Parallel()
	workspaces := roadWorkspaces(t, auxShape, "v2.1", "v2.0", "v1.5")
	ready := tellAll(t, workspaces[auxShape])
	metrics := func(shape string) map[string][]string {
		return participantsByTable(t, resultOf(t, "metrics", "NHSE_IAPT@3", "--format", "csv", "-w", workspaces[shape]))
	}
	expected := metrics(auxShape)
	for shape, ways := range roads {
		t.Run(shape, func(t *testing.T) {
			ready := since(ready, firstDays[shape])
			road := tellAll(t, workspaces[shape])
			participants := metrics(shape)
			requireNoIdentities(t, workspaces[shape], identitiesOf(t, generationsByName(t)[shape], deliveryOf(workspaces[shape], shape)))
			for _, table := range auxiliaryTables {
				t.Run(table, func(t *testing.T) {
					by := ways[table]
					by.compare(t, table, ready, road[table])
					if !slices.Contains(fewerPeople[shape], table) {
						require.Equal(t, people(ready[table]), people(road[table]))
						require.Equal(t, expected[table], participants[table])
					}
				})
			}
		})
	}
}

// since returns the tables with another first day of their first extract.
func since(tables map[string][]told, first string) map[string][]told {
	made := map[string][]told{}
	for table, rows := range tables {
		for _, row := range rows {
			row = maps.Clone(row)
			if row["extract_start_date"] == "2020-09-01" {
				row["extract_start_date"] = first
			}
			made[table] = append(made[table], row)
		}
	}
	return made
}

// people returns who is in a table.
func people(rows []told) map[string]bool {
	made := map[string]bool{}
	for _, row := range rows {
		made[row["cohortkey_e"]] = true
	}
	return made
}

// participantsByTable returns the lines of a metrics table by the auxiliary table
// that they are about.
func participantsByTable(t *testing.T, metrics string) map[string][]string {
	t.Helper()
	made := map[string][]string{}
	lines := strings.Split(strings.TrimSpace(metrics), "\n")
	require.Equal(t, "study,table,participants", strings.TrimSpace(lines[0]))
	for _, line := range lines[1:] {
		table := strings.Split(line, ",")[1]
		made[table] = append(made[table], line)
	}
	require.Len(t, made, len(auxiliaryTables))
	return made
}
