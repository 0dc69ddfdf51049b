package spec

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// The columns that say which extract period a row was cut for.
var (
	PeriodStart = Identifier{"extract_start_date"}
	PeriodEnd   = Identifier{"extract_end_date"}
	ExtractDate = Identifier{"extract_date"}
)

// Dataset is one dataset as its specification describes it: what it is called,
// how it is cited, which auxiliary tables it has and which columns they hold
// in which version. It is read from specs/datasets/NAME.toml and
// specs/datasets/NAME/TABLE.toml.
type Dataset struct {
	Name        string      `toml:"name"`    // name in the TRE, such as NHSE_IAPT
	Stem        string      `toml:"stem"`    // how its tables' names begin, such as IAPT
	Schema      Identifier  `toml:"schema"`  // the database schema, such as nhsd
	Hub         Identifier  `toml:"hub"`     // the table with one row a pathway and extract period
	Person      Identifier  `toml:"person"`  // the column with the NHS person key
	Linkage     string      `toml:"linkage"` // which permission it needs: "nhs_e"
	Tables      []Table     `toml:"-"`       // in the order of table_order
	TableOrder  []string    `toml:"table_order"`
	Descriptors Descriptors `toml:"descriptors"`
	Versions    []Release   `toml:"versions"`
}

// Descriptors are the facts that the dataset page shows.
type Descriptors struct {
	Title                string   `toml:"title"`      // the page's heading
	ShortName            string   `toml:"short_name"` // as captions name it, such as IAPT
	Summary              string   `toml:"summary"`    // the opening paragraph
	Series               string   `toml:"series"`     // such as NHS England
	Owner                string   `toml:"owner"`      // the data owner
	Copyright            string   `toml:"copyright"`  // the whole statement
	TemporalCoverage     string   `toml:"temporal_coverage"`
	GeographicalCoverage string   `toml:"geographical_coverage"`
	KeyLink              string   `toml:"key_link"`
	Keywords             []string `toml:"keywords"`
	Restrictions         string   `toml:"restrictions"`
	RequestLink          string   `toml:"request_link"`
}

// Release is one version of a dataset as it was published: its date, its DOI
// and the citation metadata as they stood when they were taken.
type Release struct {
	Number    VersionNumber `toml:"number"`
	Date      Date          `toml:"date"`
	DOI       string        `toml:"doi"` // empty when none is minted
	Title     string        `toml:"title"`
	Creators  []string      `toml:"creators"` // organisations; never parsed as personal names
	Publisher string        `toml:"publisher"`
	Year      int           `toml:"year"`
	Language  string        `toml:"language"`
	URL       string        `toml:"url"`      // landing page
	TakenOn   Date          `toml:"taken_on"` // when this metadata was read at the registry
}

// Table is one auxiliary table.
type Table struct {
	Name      Identifier `toml:"name"`
	Summary   string     `toml:"summary"`
	Sources   []string   `toml:"sources"`    // the source tables it is assembled from
	PeriodKey Identifier `toml:"period_key"` // what an extract period repeats: pathwayid, or the person key
	Columns   []Column   `toml:"columns"`
}

// Column is one column of an auxiliary table.
type Column struct {
	Name     Identifier    `toml:"name"`
	Type     ColumnType    `toml:"type"`
	Category Category      `toml:"category"` // core when not given
	Since    VersionNumber `toml:"since"`    // first version that has it; 0 means all
	Until    VersionNumber `toml:"until"`    // last version that has it; 0 means no end
	From     string        `toml:"from"`     // source, such as IDS101Referral.PathwayID
	Label    string        `toml:"label"`
}

// Category says how far a column may travel.
type Category string

const (
	// Core columns may be named by any project.
	Core Category = "core"
	// Person is the NHS person key: it never leaves the warehouse.
	Person Category = "person"
	// Linking columns would join two projects; an extract re-keys them.
	Linking Category = "linking"
	// SpecialApproval columns need approval by name.
	SpecialApproval Category = "special_approval"
	// Internal columns are never provisioned.
	Internal Category = "internal"
)

var categories = []Category{Core, Person, Linking, SpecialApproval, Internal}

// In reports whether the column exists in a version.
func (c Column) In(version VersionNumber) bool {
	return c.Since <= version && (c.Until == 0 || version <= c.Until)
}

// ColumnsIn returns the table's columns in a version, in order.
func (t Table) ColumnsIn(version VersionNumber) []Column {
	var columns []Column
	for _, column := range t.Columns {
		if column.In(version) {
			columns = append(columns, column)
		}
	}
	return columns
}

// TypesByName returns the columns' types by their names.
func TypesByName(columns []Column) map[string]ColumnType {
	types := make(map[string]ColumnType, len(columns))
	for _, column := range columns {
		types[column.Name.name] = column.Type
	}
	return types
}

// Column returns the column of that name.
func (t Table) Column(name string) (Column, bool) {
	at := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name.String() == name })
	if at < 0 {
		return Column{}, false
	}
	return t.Columns[at], true
}

// Table returns the auxiliary table of that name.
func (d Dataset) Table(name string) (Table, bool) {
	at := slices.IndexFunc(d.Tables, func(t Table) bool { return t.Name.String() == name })
	if at < 0 {
		return Table{}, false
	}
	return d.Tables[at], true
}

// TableIn returns the name of a table in the database in a version, such as
// iapt_care_cluster_v0003.
func (d Dataset) TableIn(table Identifier, version VersionNumber) Identifier {
	return Identifier{strings.ToLower(d.Stem) + "_" + table.name + "_" + version.Suffix()}
}

// QualifiedTable returns the same name with its schema before it.
func (d Dataset) QualifiedTable(table Identifier, version VersionNumber) string {
	return d.Schema.String() + "." + d.TableIn(table, version).String()
}

// Release returns the published facts of a version.
func (d Dataset) Release(number VersionNumber) (Release, bool) {
	at := slices.IndexFunc(d.Versions, func(r Release) bool { return r.Number == number })
	if at < 0 {
		return Release{}, false
	}
	return d.Versions[at], true
}

// LoadDataset reads datasets/NAME.toml and the tables in datasets/NAME/.
func LoadDataset(files fs.FS, name string) (Dataset, error) {
	file := "datasets/" + name + ".toml"
	if _, err := fs.Stat(files, file); err != nil {
		return Dataset{}, &Invalid{[]Fault{{file, 0, fmt.Sprintf("there is no dataset %s; known: %s", name, strings.Join(datasetNames(files), ", "))}}}
	}
	var dataset Dataset
	faults := decodeFile(files, file, &dataset)
	for _, table := range dataset.TableOrder {
		dataset.Tables = append(dataset.Tables, loadTable(files, name, table, faults))
	}
	checkDataset(dataset, file, faults)
	return dataset, faults.err()
}

func datasetNames(files fs.FS) []string {
	paths, _ := fs.Glob(files, "datasets/*.toml")
	for i, path := range paths {
		paths[i] = strings.TrimSuffix(strings.TrimPrefix(path, "datasets/"), ".toml")
	}
	return paths
}

func loadTable(files fs.FS, dataset, name string, faults *faultList) Table {
	var table Table
	file := "datasets/" + dataset + "/" + name + ".toml"
	faults.faults = append(faults.faults, decodeFile(files, file, &table).faults...)
	if table.Name.String() != name {
		faults.add(file, 0, "the table is called %q; its file says %s", table.Name, name)
	}
	seen := map[Identifier]bool{}
	for i, column := range table.Columns {
		if seen[column.Name] {
			faults.add(file, 0, "column %s is listed twice", column.Name)
		}
		seen[column.Name] = true
		if column.Category == "" {
			table.Columns[i].Category = Core
		}
		if !slices.Contains(categories, table.Columns[i].Category) {
			faults.add(file, 0, "column %s: category is %q; it is one of %v", column.Name, column.Category, categories)
		}
	}
	return table
}

func checkDataset(dataset Dataset, file string, faults *faultList) {
	if _, found := dataset.Table(dataset.Hub.String()); !found {
		faults.add(file, 0, "the hub %q is not one of its tables", dataset.Hub)
	}
	for _, table := range dataset.Tables {
		for _, needed := range []Identifier{dataset.Person, table.PeriodKey, PeriodStart, PeriodEnd} {
			if _, found := table.Column(needed.String()); !found {
				faults.add(file, 0, "table %s has no column %q", table.Name, needed)
			}
		}
	}
	for i := 1; i < len(dataset.Versions); i++ {
		if dataset.Versions[i].Number <= dataset.Versions[i-1].Number {
			faults.add(file, 0, "version %s does not follow %s", dataset.Versions[i].Number, dataset.Versions[i-1].Number)
		}
	}
}
