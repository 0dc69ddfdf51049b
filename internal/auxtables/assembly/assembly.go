// Package assembly turns staged source tables into auxiliary tables. What a table
// is made of is SQL of the dataset: one query for each auxiliary table and
// generation, in specs/datasets/NAME/assembly/GENERATION/TABLE.sql, one that says
// which submissions are accepted, and in shared/NN_NAME.sql what several tables of the
// generation are made of, worked out once. This room reads the queries, holds them to
// the specification and runs them. It knows no table by name.
//
// It promises that a query yields only columns of its table, in their types, that
// no column is left out which the generation has, and that no query names a column
// that identifies a person.
package assembly

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

var statements = warehouse.MustLoad(sqlFiles)

// accepted is the query of each generation that says which submissions count.
const accepted = "accepted_submissions"

// shared is the folder of the queries that several tables of a generation read, and
// sharedName what its files are called: their order, and the name of their rows.
const shared = "shared"

var sharedName = regexp.MustCompile(`^[0-9]{2}_([a-z][a-z0-9_]*)\.sql$`)

// availableFrom is the one parameter that a query may have, and only that of
// accepted submissions: the day of the version.
const availableFrom = "$available_from"

// Assembly is how a dataset's auxiliary tables are made of its generations.
type Assembly struct {
	generations []generation
}

type generation struct {
	spec.Generation
	accepted warehouse.Statement
	shared   []sharedQuery                           // in their order
	queries  map[spec.Identifier]warehouse.Statement // by auxiliary table
}

// sharedQuery is a query whose rows are kept, for as long as the warehouse is open, as
// a table such as v1_5_visits.
type sharedQuery struct {
	table spec.Identifier
	query warehouse.Statement
}

// Step is the assembly of one auxiliary table from one generation.
type Step struct {
	Generation string
	Table      spec.Table
	source     spec.Generation
	query      warehouse.Statement
}

// Load reads the queries of a dataset. The error is a [spec.Invalid] with
// everything that is wrong with them as far as text can tell.
func Load(files fs.FS, dataset spec.Dataset, generations []spec.Generation) (Assembly, error) {
	var assembly Assembly
	var faults []spec.Fault
	for _, one := range generations {
		loaded, wrong := loadGeneration(files, dataset, one)
		assembly.generations = append(assembly.generations, loaded)
		faults = append(faults, wrong...)
	}
	if len(faults) > 0 {
		return Assembly{}, &spec.Invalid{Faults: faults}
	}
	return assembly, nil
}

func loadGeneration(files fs.FS, dataset spec.Dataset, one spec.Generation) (generation, []spec.Fault) {
	loaded := generation{Generation: one, queries: map[spec.Identifier]warehouse.Statement{}}
	home := path.Join("datasets", dataset.Name)
	folder := path.Join(home, "assembly", one.Name)
	var faults []spec.Fault
	fault := func(file, message string) { faults = append(faults, spec.Fault{File: file, Message: message}) }
	for _, table := range one.Without {
		if _, known := dataset.Table(table.String()); !known {
			fault(path.Join(home, "sources", one.Name+".toml"), "without names "+table.String()+", which is no table of "+dataset.Name)
		}
	}
	for _, name := range surplus(files, folder, dataset, one) {
		fault(path.Join(folder, name), "is the query of no table that "+one.Name+" has")
	}
	read := func(name string) warehouse.Statement {
		query, err := loadQuery(files, folder, name, one)
		if err != nil {
			fault(path.Join(folder, name+".sql"), err.Error())
		}
		return query
	}
	loaded.accepted = read(accepted)
	entries, _ := fs.ReadDir(files, path.Join(folder, shared)) // most generations have none
	for _, entry := range entries {
		table, err := sharedTable(entry.Name(), one)
		if err != nil {
			fault(path.Join(folder, shared, entry.Name()), err.Error())
			continue
		}
		loaded.shared = append(loaded.shared, sharedQuery{table, read(path.Join(shared, strings.TrimSuffix(entry.Name(), ".sql")))})
	}
	for _, table := range wanted(dataset, one) {
		loaded.queries[table] = read(table.String())
	}
	return loaded, faults
}

// sharedTable returns what the rows of a shared query are called.
func sharedTable(file string, one spec.Generation) (spec.Identifier, error) {
	parts := sharedName.FindStringSubmatch(file)
	if parts == nil {
		return spec.Identifier{}, errors.New("is not named as a shared query is: 10_persons.sql")
	}
	table, err := spec.ParseIdentifier(one.Prefix() + parts[1])
	if err == nil && slices.ContainsFunc(one.Tables, func(t spec.SourceTable) bool { return t.Staged == table }) {
		err = fmt.Errorf("is called as the staged table %s", table)
	}
	return table, err
}

// wanted lists the auxiliary tables that a generation needs a query for.
func wanted(dataset spec.Dataset, one spec.Generation) []spec.Identifier {
	var tables []spec.Identifier
	for _, table := range dataset.Tables {
		if !slices.Contains(one.Without, table.Name) {
			tables = append(tables, table.Name)
		}
	}
	return tables
}

// surplus lists the files of a generation's folder that nothing asks for.
func surplus(files fs.FS, folder string, dataset spec.Dataset, one spec.Generation) []string {
	entries, _ := fs.ReadDir(files, folder) // a folder that is missing lacks every query
	var names []string
	for _, entry := range entries {
		isWanted := func(table spec.Identifier) bool { return entry.Name() == table.String()+".sql" }
		if entry.Name() != accepted+".sql" && entry.Name() != shared && !slices.ContainsFunc(wanted(dataset, one), isWanted) {
			names = append(names, entry.Name())
		}
	}
	return names
}

func loadQuery(files fs.FS, folder, name string, one spec.Generation) (warehouse.Statement, error) {
	text, err := fs.ReadFile(files, path.Join(folder, name+".sql"))
	if err != nil {
		return warehouse.Statement{}, errors.New("is missing")
	}
	query, err := warehouse.Query(one.Name+"/"+name, string(text))
	if err != nil {
		return warehouse.Statement{}, err
	}
	return query, checkNames(query, name, one)
}

// checkNames refuses a query with a parameter that nobody gives it, or the name of
// a column that identifies people. Such columns are not in the staged tables, so
// that the query would fail: here it is told why.
func checkNames(query warehouse.Statement, name string, one spec.Generation) error {
	names := query.Names()
	for _, table := range one.Tables {
		for _, column := range table.Columns {
			if column.Category == spec.Identifying && names[strings.ToLower(column.Name)] {
				return fmt.Errorf("names %s, which identifies people", column.Name)
			}
		}
	}
	for word := range names {
		if strings.HasPrefix(word, "$") && (name != accepted || word != availableFrom) {
			return fmt.Errorf("has the parameter %s; only %s may have one, %s", word, accepted, availableFrom)
		}
	}
	return nil
}

// Accept fills the temporary table accepted_submissions from the staged headers of
// the generations named: of every provider and month the submission that counts,
// with its extract period; and then the tables of their shared queries. Every staged
// table of these generations must be there.
func (a Assembly) Accept(ctx context.Context, w *warehouse.Warehouse, names []string, version spec.Date) error {
	if _, err := w.Run(ctx, statements["10_create_accepted"], nil); err != nil {
		return err
	}
	for _, one := range a.generations {
		if !slices.Contains(names, one.Name) {
			continue
		}
		if _, err := w.Run(ctx, statements["20_accept"].Around(one.accepted), warehouse.Args{"available_from": version.String()}); err != nil {
			return err
		}
		for _, each := range one.shared {
			if _, err := w.Run(ctx, statements["25_share"].Naming("table", each.table).Around(each.query), nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// Steps returns how an auxiliary table is assembled from the generations named,
// oldest first. A generation that has nothing for the table has no step.
func (a Assembly) Steps(table spec.Table, names []string) []Step {
	var steps []Step
	for _, one := range a.generations {
		if query, has := one.queries[table.Name]; has && slices.Contains(names, one.Name) {
			steps = append(steps, Step{one.Name, table, one.Generation, query})
		}
	}
	return steps
}

// Insert assembles the rows of the generation into an auxiliary table of a version.
// It returns how many there are. The staged tables and what Accept makes must be
// there.
func (s Step) Insert(ctx context.Context, w *warehouse.Warehouse, schema, name spec.Identifier, version spec.VersionNumber) (int64, error) {
	var columns []string
	for _, column := range s.Table.ColumnsIn(version) {
		columns = append(columns, column.Name.String())
	}
	insert := statements["40_insert"].Naming("schema", schema).Naming("table", name).Around(s.query)
	return w.Run(ctx, insert, warehouse.Args{"columns": columns})
}

// Absent returns the columns of the table in a version that the generation does not
// fill, in order: they are empty in its rows. The staged tables and
// what Accept makes must be there.
func (s Step) Absent(ctx context.Context, w *warehouse.Warehouse, version spec.VersionNumber) ([]spec.Identifier, error) {
	yielded, err := s.columns(ctx, w)
	if err != nil {
		return nil, err
	}
	var absent []spec.Identifier
	for _, column := range s.Table.ColumnsIn(version) {
		if _, there := yielded[column.Name.String()]; !there {
			absent = append(absent, column.Name)
		}
	}
	return absent, nil
}

// Check holds the query to the specification: it yields only columns of the table,
// in their types, and every one that comes from a column of the generation. The
// error is a [spec.Invalid]. The staged tables and what Accept makes must be
// there; they may be empty.
func (s Step) Check(ctx context.Context, w *warehouse.Warehouse) error {
	yielded, err := s.columns(ctx, w)
	if err != nil {
		return err
	}
	var faults []spec.Fault
	fault := func(format string, args ...any) {
		faults = append(faults, spec.Fault{File: "assembly/" + s.Generation + "/" + s.Table.Name.String() + ".sql", Message: fmt.Sprintf(format, args...)})
	}
	for name, kind := range yielded {
		column, known := s.Table.Column(name)
		switch {
		case !known:
			fault("yields %s, which is no column of %s", name, s.Table.Name)
		case column.Type.String() != kind && !widens(kind, column.Type.String()):
			fault("yields %s as %s; it is %s", name, kind, column.Type)
		}
	}
	for _, column := range s.Table.Columns {
		if _, there := yielded[column.Name.String()]; !there && s.delivers(column.From) {
			fault("leaves out %s, although %s has %s", column.Name, s.Generation, column.From)
		}
	}
	if len(faults) > 0 {
		return spec.Join(&spec.Invalid{Faults: faults})
	}
	return nil
}

var wholeNumbers = []string{"TINYINT", "SMALLINT", "INTEGER", "BIGINT"}

// widens reports whether every whole number of one type is one of another.
func widens(from, to string) bool {
	at := slices.Index(wholeNumbers, from)
	return at >= 0 && slices.Index(wholeNumbers, to) > at
}

// delivers reports whether the generation has a source such as
// IDS101Referral.PathwayID among what is read of it.
func (s Step) delivers(from string) bool {
	name, of, _ := strings.Cut(from, ".")
	table, known := s.source.Table(name)
	if !known {
		return false
	}
	column, known := table.Column(of)
	return known && column.Kept()
}

// columns returns what the query yields: types by name.
func (s Step) columns(ctx context.Context, w *warehouse.Warehouse) (map[string]string, error) {
	yielded := map[string]string{}
	err := w.Each(ctx, statements["30_columns"].Around(s.query), nil, func(scan func(...any) error) error {
		var name, kind string
		if err := scan(&name, &kind); err != nil {
			return err
		}
		yielded[name] = kind
		return nil
	})
	return yielded, err
}
