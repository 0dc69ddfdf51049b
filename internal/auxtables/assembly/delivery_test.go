package assembly_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/auxtables/assembly"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// record is one row: values as text by column, those that are missing left out.
type record map[string]string

// delivery is the staged rows of one generation, by source table.
type delivery map[string][]record

var testStatements = warehouse.MustLoad(fstest.MapFS{
	"sql/stage.sql": {Data: []byte(`INSERT INTO {{table}} BY NAME
SELECT unnest(row, max_depth := 1)
FROM (SELECT unnest(from_json($rows, $shape)) AS row)`)},
	"sql/read.sql": {Data: []byte(`SELECT CAST(to_json(row) AS VARCHAR) FROM (SELECT CAST(COLUMNS(*) AS VARCHAR) FROM query_table($table)) AS row`)},
	"sql/drop.sql": {Data: []byte(`DROP TABLE {{schema}}.{{table}}`)},
})

// put stages a delivery, every row in the order given.
func put(t require.TestingT, w *warehouse.Warehouse, generation spec.Generation, rows delivery) {
	ctx := context.Background()
	for _, table := range generation.Tables {
		_, err := w.Run(ctx, warehouse.CreateTemporaryTable(table.Staged, table.StagedColumns()), nil)
		require.NoError(t, err)
		if len(rows[table.Name]) == 0 {
			continue
		}
		shape := record{}
		for _, column := range table.StagedColumns() {
			shape[column.Name.String()] = "VARCHAR"
		}
		_, err = w.Run(ctx, testStatements["stage"].Naming("table", table.Staged), warehouse.Args{"rows": text(t, rows[table.Name]), "shape": text(t, []record{shape})})
		require.NoError(t, err, table.Name)
	}
}

func text(t require.TestingT, value any) string {
	encoded, err := json.Marshal(value)
	require.NoError(t, err)
	return string(encoded)
}

func read(t require.TestingT, w *warehouse.Warehouse, table string) []record {
	var rows []record
	require.NoError(t, w.Each(context.Background(), testStatements["read"], warehouse.Args{"table": table}, func(scan func(...any) error) error {
		var encoded string
		if err := scan(&encoded); err != nil {
			return err
		}
		var cells map[string]*string
		if err := json.Unmarshal([]byte(encoded), &cells); err != nil {
			return err
		}
		row := record{}
		for name, value := range cells {
			if value != nil {
				row[name] = *value
			}
		}
		rows = append(rows, row)
		return nil
	}))
	return rows
}

const versionDay = "2024-04-26"

// assembled runs the assembly of a delivery as the program does. It returns the
// rows of the auxiliary tables given, and of accepted_submissions.
func assembled(t require.TestingT, w *warehouse.Warehouse, tables []spec.Table, loaded assembly.Assembly, generation spec.Generation, rows delivery) map[string][]record {
	ctx := context.Background()
	schema, err := spec.ParseIdentifier("made")
	require.NoError(t, err)
	put(t, w, generation, rows)
	version, err := spec.ParseDate(versionDay)
	require.NoError(t, err)
	require.NoError(t, loaded.Accept(ctx, w, []string{generation.Name}, version))
	made := map[string][]record{"accepted_submissions": read(t, w, "accepted_submissions")}
	_, err = w.Run(ctx, warehouse.CreateSchema(schema), nil)
	require.NoError(t, err)
	for _, table := range tables {
		_, err := w.Run(ctx, warehouse.CreateTable(schema, table.Name, table.ColumnsIn(3)), nil)
		require.NoError(t, err)
		for _, step := range loaded.Steps(table, []string{generation.Name}) {
			_, err := step.Insert(ctx, w, schema, table.Name, 3)
			require.NoError(t, err)
		}
		made[table.Name.String()] = read(t, w, schema.String()+"."+table.Name.String())
		_, err = w.Run(ctx, testStatements["drop"].Naming("schema", schema).Naming("table", table.Name), nil)
		require.NoError(t, err)
	}
	return made
}

// sorted returns rows as lines of text in order, for comparing.
func sorted(t require.TestingT, rows []record) []string {
	lines := make([]string, len(rows))
	for i, row := range rows {
		lines[i] = text(t, row)
	}
	slices.Sort(lines)
	return lines
}

// draws makes random deliveries. Values that assembly goes by come from small
// domains, so that they meet; all others tell which row they are of.
type draws struct {
	*rapid.T
	generation spec.Generation
	serial     int
	referrals  []string // the ids of v1.5's referral rows so far
}

func (d *draws) of(name string, values ...string) string {
	return rapid.SampledFrom(values).Draw(d.T, name)
}

// mostly draws the first value more often than the others, so that rows meet.
func (d *draws) mostly(name string, values []string) string {
	return d.of(name, slices.Concat(slices.Repeat(values[:1], len(values)-1), values)...)
}

func (d *draws) in(hundred int) bool {
	return rapid.IntRange(0, 99).Draw(d.T, "chance") < hundred
}

// rowOf returns a row of a table with a value in every column: a mark of the row
// for text, and something of the type else.
func (d *draws) rowOf(table string) record {
	d.serial++
	source, _ := d.generation.Table(table)
	row := record{}
	for i, column := range source.StagedColumns() {
		name := column.Name.String()
		switch kind := column.Type.String(); {
		case column.Type.IsText():
			row[name] = fmt.Sprintf("%s %d", name, d.serial)
		case kind == "DATE":
			row[name] = fmt.Sprintf("20%02d-%02d-%02d", 10+d.serial%10, 1+i%12, 1+d.serial%28)
		case kind == "TIMESTAMP":
			row[name] = fmt.Sprintf("20%02d-%02d-%02d 10:20:30", 10+d.serial%10, 1+i%12, 1+d.serial%28)
		case kind == "BOOLEAN":
			row[name] = fmt.Sprint((d.serial+i)%2 == 0)
		case strings.HasPrefix(kind, "DECIMAL"):
			row[name] = fmt.Sprintf("%d.%02d", d.serial%10, i%100)
		default:
			row[name] = fmt.Sprint((d.serial*7 + i) % 60)
		}
	}
	return row
}

// set gives a column a value, or none for an empty one.
func (r record) set(name, value string) {
	if value == "" {
		delete(r, name)
		return
	}
	r[name] = value
}

// shuffledWithRepeats returns the rows in another order, some of them twice.
func (d *draws) shuffledWithRepeats(rows []record) []record {
	for _, row := range slices.Clone(rows) {
		if d.in(10) {
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return rapid.Permutation(rows).Draw(d.T, "order")
}

// rowID returns the next id of a table's row, of one digit or two: as text, 9 is
// after 10.
func (d *draws) rowID() string {
	d.serial++
	return fmt.Sprint(d.serial)
}
