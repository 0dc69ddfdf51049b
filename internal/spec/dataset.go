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
	Name        string      `toml:"name"`       // name in the TRE, such as NHSE_IAPT
	Stem        string      `toml:"stem"`       // how its tables' names begin, such as IAPT
	Schema      Identifier  `toml:"schema"`     // the database schema, such as nhsd
	Hub         Identifier  `toml:"hub"`        // the table with one row a pathway and extract period
	Person      Identifier  `toml:"person"`     // the column with the NHS person key
	Linkage     string      `toml:"linkage"`    // which permission it needs: "nhs_e"
	Purpose     string      `toml:"purpose"`    // COVID19Purpose when it serves no other research; AnyPurpose or empty else
	SeriesDOI   string      `toml:"series_doi"` // of the series that its versions are part of; empty when there is none
	Tables      []Table     `toml:"-"`          // in the order of table_order
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

func (r Release) precedes(next Release) bool {
	return r.Number < next.Number || r.Number == next.Number && r.Date.Before(next.Date)
}

// Table is one auxiliary table.
type Table struct {
	Name      Identifier   `toml:"name"`
	Summary   string       `toml:"summary"`
	Sources   []string     `toml:"sources"`    // the source tables it is assembled from
	PeriodKey Identifier   `toml:"period_key"` // what an extract period repeats: pathwayid, or the person key
	RowKey    []Identifier // by which a row that is submitted again is known; none when nothing tells
	Columns   []Column     `toml:"columns"`
}

// Column is one column of an auxiliary table.
type Column struct {
	Name     Identifier    `toml:"name"`
	Type     ColumnType    `toml:"type"`
	Category Category      `toml:"category"` // core when not given
	Code     bool          `toml:"code"`     // names a provider, an organisation or an area: it would join two projects
	Calendar bool          `toml:"calendar"` // tells a true day or month that no shift of a person's dates may stand beside
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
	// Identifying columns tell by themselves who somebody is.
	Identifying Category = "identifying"
	// FreeText columns hold what somebody typed, which may be anything.
	FreeText Category = "free_text"
	// Internal columns serve the running of the environment.
	Internal Category = "internal"
)

var categories = []Category{Core, Person, Linking, SpecialApproval, Identifying, FreeText, Internal}

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
func (d Dataset) TableIn(table Identifier, version DatasetVersion) Identifier {
	return Identifier{strings.ToLower(d.Stem) + "_" + table.name + "_" + version.Suffix()}
}

// QualifiedTable returns the same name with its schema before it.
func (d Dataset) QualifiedTable(table Identifier, version DatasetVersion) string {
	return d.Schema.String() + "." + d.TableIn(table, version).String()
}

// Releases returns the published versions of a number, oldest first: more than
// one where lineages run beside each other.
func (d Dataset) Releases(number VersionNumber) []Release {
	var releases []Release
	for _, release := range d.Versions {
		if release.Number == number {
			releases = append(releases, release)
		}
	}
	return releases
}

// Named returns what the version that a reference with a date means is called:
// the first release of a number goes by the number alone, whatever date the
// reference gives it. A reference without a date is a name already.
func (d Dataset) Named(reference DatasetVersion) DatasetVersion {
	if releases := d.Releases(reference.Number); len(releases) > 0 && releases[0].Date == reference.Lineage {
		reference.Lineage = Date{}
	}
	return reference
}

// Resolve returns what the version that a reference means is called. A bare
// number that several published versions share means none of them: the error
// lists them.
func (d Dataset) Resolve(reference DatasetVersion) (DatasetVersion, error) {
	releases := d.Releases(reference.Number)
	if !reference.Lineage.IsZero() || len(releases) < 2 {
		return d.Named(reference), nil
	}
	names := make([]string, len(releases))
	for i, release := range releases {
		names[i] = DatasetVersion{d.Name, release.Number, release.Date}.String()
	}
	return reference, fmt.Errorf("%s may be any of %s", reference, strings.Join(names, ", "))
}

// Release returns the published facts of the version of that name: of a bare
// number those of its first release.
func (d Dataset) Release(name DatasetVersion) (Release, bool) {
	at := slices.IndexFunc(d.Versions, func(r Release) bool {
		return r.Number == name.Number && (name.Lineage.IsZero() || r.Date == name.Lineage)
	})
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
	if faults.broken {
		return Dataset{}, faults.err()
	}
	dataset.loadTables(files, name, file, faults)
	checkDataset(files, dataset, name, file, faults)
	if err := faults.err(); err != nil {
		return Dataset{}, err
	}
	return dataset, nil
}

func (d *Dataset) loadTables(files fs.FS, name, file string, faults *faultList) {
	text, _ := fs.ReadFile(files, file) // it was read before
	for i, table := range d.TableOrder {
		line := lineWhere(text, 1, func(line string) bool { return strings.Contains(line, `"`+table+`"`) })
		if _, err := ParseIdentifier(table); err != nil {
			faults.add(file, line, "table_order: %v", err)
			continue
		}
		if slices.Contains(d.TableOrder[:i], table) {
			faults.add(file, line, "table_order: table %s is listed twice", table)
			continue
		}
		if loaded, ok := loadTable(files, name, table, faults); ok {
			d.Tables = append(d.Tables, loaded)
		}
	}
}

func datasetNames(files fs.FS) []string {
	paths, _ := fs.Glob(files, "datasets/*.toml")
	for i, path := range paths {
		paths[i] = strings.TrimSuffix(strings.TrimPrefix(path, "datasets/"), ".toml")
	}
	return paths
}

// tableFile is a table as its file has it, before its words are parsed: so that
// every word that is wrong is told at once.
type tableFile struct {
	Name      string       `toml:"name"`
	Summary   string       `toml:"summary"`
	Sources   []string     `toml:"sources"`
	PeriodKey string       `toml:"period_key"`
	RowKey    []string     `toml:"row_key"`
	Columns   []columnFile `toml:"columns"`
}

type columnFile struct {
	Name     string `toml:"name"`
	Type     string `toml:"type"`
	Category string `toml:"category"`
	Code     bool   `toml:"code"`
	Calendar bool   `toml:"calendar"`
	Since    int    `toml:"since"`
	Until    int    `toml:"until"`
	From     string `toml:"from"`
	Label    string `toml:"label"`
}

// loadTable reads one table's file; ok is false when it does not decode.
func loadTable(files fs.FS, dataset, name string, faults *faultList) (table Table, ok bool) {
	file := "datasets/" + dataset + "/" + name + ".toml"
	var raw tableFile
	decoding := decodeFile(files, file, &raw)
	faults.faults = append(faults.faults, decoding.faults...)
	text, err := fs.ReadFile(files, file)
	if err != nil || decoding.broken {
		return Table{}, false
	}
	fault := func(line int, format string, args ...any) { faults.add(file, line, format, args...) }
	if raw.Name != name {
		fault(lineNaming(text, "name", raw.Name, 1), "the table is called %q; its file says %s", raw.Name, name)
	}
	table = Table{Summary: raw.Summary, Sources: raw.Sources}
	table.Name, _ = ParseIdentifier(name) // the caller has parsed it
	if table.PeriodKey, err = ParseIdentifier(raw.PeriodKey); err != nil {
		fault(lineNaming(text, "period_key", raw.PeriodKey, 1), "period_key: %v", err)
	}
	for _, name := range raw.RowKey {
		column, err := ParseIdentifier(name)
		if !slices.ContainsFunc(raw.Columns, func(c columnFile) bool { return c.Name == name }) || err != nil {
			fault(lineWhere(text, 1, isHeading("row_key")), "row_key: the table has no column %q", name)
		}
		table.RowKey = append(table.RowKey, column)
	}
	times := map[string]int{}
	for i, column := range raw.Columns {
		times[column.Name]++
		// Looked for only when there is a fault: a table has up to 226 columns.
		line := func() int { return lineNaming(text, "name", column.Name, times[column.Name]) }
		if column.Name == "" {
			fault(line(), "column %d has no name", i+1)
			continue
		}
		if times[column.Name] > 1 {
			fault(line(), "column %s is listed twice", column.Name)
		}
		table.Columns = append(table.Columns, column.parse(func(format string, args ...any) {
			fault(line(), "column "+column.Name+": "+format, args...)
		}))
	}
	return table, true
}

func (c columnFile) parse(fault func(format string, args ...any)) Column {
	column := Column{Category: Category(c.Category), Code: c.Code, Calendar: c.Calendar, Since: VersionNumber(c.Since), Until: VersionNumber(c.Until), From: c.From, Label: c.Label}
	var err error
	if column.Name, err = ParseIdentifier(c.Name); err != nil {
		fault("%v", err)
	}
	if column.Type, err = ParseColumnType(c.Type); err != nil {
		fault("%v", err)
	}
	if column.Category == "" {
		column.Category = Core
	}
	if !slices.Contains(categories, column.Category) {
		fault("category is %q; it is one of %v", column.Category, categories)
	}
	if c.Since < 0 || c.Until < 0 || (c.Until > 0 && c.Until < c.Since) {
		fault("since %d until %d is no span of versions", c.Since, c.Until)
	}
	return column
}

func checkDataset(files fs.FS, dataset Dataset, name, file string, faults *faultList) {
	text, _ := fs.ReadFile(files, file) // it was read before
	if dataset.Name != name {
		faults.add(file, lineNaming(text, "name", dataset.Name, 1), "the dataset is called %q; its file says %s", dataset.Name, name)
	}
	for _, needed := range [][2]string{{"stem", dataset.Stem}, {"schema", dataset.Schema.String()}, {"hub", dataset.Hub.String()}, {"person", dataset.Person.String()}} {
		if needed[1] == "" {
			faults.add(file, 0, "%s is missing", needed[0])
		}
	}
	if _, err := ParseIdentifier(strings.ToLower(dataset.Stem)); dataset.Stem != "" && err != nil {
		faults.add(file, lineNaming(text, "stem", dataset.Stem, 1), "stem: %v", err)
	}
	if !slices.Contains([]string{"", AnyPurpose, COVID19Purpose}, dataset.Purpose) {
		faults.add(file, lineNaming(text, "purpose", dataset.Purpose, 1), "purpose is %q; it is %q or %q", dataset.Purpose, AnyPurpose, COVID19Purpose)
	}
	if !dataset.Hub.IsZero() && !slices.Contains(dataset.TableOrder, dataset.Hub.String()) {
		faults.add(file, lineNaming(text, "hub", dataset.Hub.String(), 1), "the hub %q is not one of its tables", dataset.Hub)
	}
	for _, table := range dataset.Tables {
		for _, needed := range []Identifier{dataset.Person, table.PeriodKey, PeriodStart, PeriodEnd, ExtractDate} {
			if _, found := table.Column(needed.String()); !found && !needed.IsZero() {
				faults.add("datasets/"+name+"/"+table.Name.String()+".toml", 0, "the table has no column %q", needed)
			}
		}
	}
	for i, release := range dataset.Versions {
		line := lineWhere(text, i+1, isHeading("[[versions]]"))
		if release.Number < 1 || release.Number > 9999 {
			faults.add(file, line, "version %s is not a version number: 1 to 9999", release.Number)
		}
		if i > 0 && !dataset.Versions[i-1].precedes(release) {
			faults.add(file, line, "version %s does not follow %s: numbers rise, and versions of one number have rising dates", release.Number, dataset.Versions[i-1].Number)
		}
	}
}
