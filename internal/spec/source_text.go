package spec

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// LoadGenerations reads datasets/NAME/sources/*.toml, oldest generation first. A
// dataset without that folder has none: it is delivered ready made.
func LoadGenerations(files fs.FS, dataset string) ([]Generation, error) {
	folder := "datasets/" + dataset + "/sources"
	paths, _ := fs.Glob(files, folder+"/*.toml")
	if len(paths) == 0 {
		return nil, nil
	}
	labels, err := LoadLabels(files, dataset)
	faults := []error{err}
	generations := make([]Generation, len(paths))
	for i, file := range paths {
		generations[i], err = loadGeneration(files, file, labels)
		faults = append(faults, err)
	}
	if err := Join(faults...); err != nil {
		return nil, err
	}
	slices.SortFunc(generations, func(a, b Generation) int { return a.From.at.Compare(b.From.at) })
	return generations, noOverlap(folder, generations)
}

func noOverlap(folder string, generations []Generation) error {
	faults := &faultList{}
	for i := 1; i < len(generations); i++ {
		before, after := generations[i-1], generations[i]
		if before.Until.IsZero() || !before.Until.Before(after.From) {
			faults.add(folder+"/"+before.Name+".toml", 0, "%s must end before %s begins on %s", before.Name, after.Name, after.From)
		}
	}
	return faults.err()
}

type generationText struct {
	Name       string            `toml:"name"`
	From       Date              `toml:"from"`
	Until      Date              `toml:"until"`
	Refused    []string          `toml:"refused"`
	Without    []Identifier      `toml:"without"`
	Submission submissionText    `toml:"submission"`
	Tables     []sourceTableText `toml:"tables"`
}

type submissionText struct {
	Table       string `toml:"table"`
	ID          string `toml:"id"`
	Provider    string `toml:"provider"`
	FileType    string `toml:"file_type"`
	Refresh     string `toml:"refresh"`
	PeriodStart string `toml:"period_start"`
	PeriodEnd   string `toml:"period_end"`
	Created     string `toml:"created"`
}

type sourceTableText struct {
	Name        string             `toml:"name"`
	Summary     string             `toml:"summary"`
	Key         []string           `toml:"key"`
	ForeignKeys []foreignKeyText   `toml:"foreign_keys"`
	Columns     []sourceColumnText `toml:"columns"`
}

type foreignKeyText struct {
	Columns []string `toml:"columns"`
	Table   string   `toml:"table"`
}

type sourceColumnText struct {
	Name      string `toml:"name"`
	Type      string `toml:"type"`
	Category  string `toml:"category"`
	Treatment string `toml:"treatment"`
	As        string `toml:"as"` // the name of a coarsened column
	Codes     string `toml:"codes"`
	Optional  bool   `toml:"optional"`
}

// generationReading is one file on its way to a Generation.
type generationReading struct {
	file   string
	text   []byte
	labels Labels
	faults *faultList
}

func loadGeneration(files fs.FS, file string, labels Labels) (Generation, error) {
	var raw generationText
	faults := decodeFile(files, file, &raw)
	if faults.broken {
		return Generation{}, faults.err()
	}
	text, err := fs.ReadFile(files, file)
	if err != nil {
		return Generation{}, err
	}
	r := generationReading{file, text, labels, faults}
	generation := Generation{Name: raw.Name, From: raw.From, Until: raw.Until, Refused: raw.Refused, Without: raw.Without}
	r.heading(raw)
	for i, table := range raw.Tables {
		generation.Tables = append(generation.Tables, r.table(generation, table, i+1))
	}
	for i, table := range raw.Tables {
		generation.Tables[i].ForeignKeys = r.foreignKeys(generation, generation.Tables[i], table, i+1)
	}
	generation.Submission = r.submission(generation, raw.Submission)
	return generation, faults.err()
}

func (r generationReading) fault(line int, format string, args ...any) {
	r.faults.add(r.file, line, format, args...)
}

func (r generationReading) heading(raw generationText) {
	named := strings.TrimSuffix(path.Base(r.file), ".toml")
	if raw.Name != named {
		r.fault(lineNaming(r.text, "name", raw.Name, 1), "the generation is called %q; its file says %s", raw.Name, named)
	}
	if _, err := ParseIdentifier(strings.ReplaceAll(named, ".", "_")); err != nil {
		r.fault(0, "%q is not a generation's name: write it as v2.1", named)
	}
	if raw.From.IsZero() {
		r.fault(0, "from is missing: the first day that the generation was collected for")
	}
	if !raw.Until.IsZero() && raw.Until.Before(raw.From) {
		r.fault(lineWhere(r.text, 1, isHeading("until")), "until is before from")
	}
	if len(raw.Tables) == 0 {
		r.fault(0, "there are no tables")
	}
}

// table reads the nth table.
func (r generationReading) table(generation Generation, raw sourceTableText, nth int) SourceTable {
	line := lineWhere(r.text, nth, isHeading("[[tables]]"))
	table := SourceTable{Name: raw.Name, Summary: raw.Summary}
	var err error
	if table.Staged, err = ParseIdentifier(generation.Prefix() + strings.ToLower(raw.Name)); err != nil {
		r.fault(line, "table %d: %q is not a table's name", nth, raw.Name)
	}
	if _, twice := generation.Table(raw.Name); twice {
		r.fault(line, "table %s is listed twice", raw.Name)
	}
	for i, column := range raw.Columns {
		parsed, err := column.parse(r.labels)
		if err != nil {
			r.fault(r.columnLine(line, column.Name, 1), "column %d of %s, %q: %v", i+1, raw.Name, column.Name, err)
		}
		if _, twice := table.Column(column.Name); twice {
			r.fault(r.columnLine(line, column.Name, 2), "column %s of %s is listed twice", column.Name, raw.Name)
		} else if err == nil && parsed.Kept() && slices.ContainsFunc(table.Columns, func(c SourceColumn) bool { return c.Staged == parsed.Staged }) {
			r.fault(r.columnLine(line, column.Name, 1), "column %s of %s would be read as %s, as another is", column.Name, raw.Name, parsed.Staged)
		}
		table.Columns = append(table.Columns, parsed)
	}
	if len(raw.Key) == 0 {
		r.fault(line, "table %s has no key", raw.Name)
	}
	table.Key = r.staged(table, raw.Key, "key", line)
	return table
}

// columnLine returns the line below a table's heading that names a column for the
// nth time.
func (r generationReading) columnLine(heading int, name string, nth int) int {
	lines := strings.SplitAfterN(string(r.text), "\n", max(heading, 1))
	below := lineNaming([]byte(lines[len(lines)-1]), "name", name, nth)
	if below == 0 {
		return heading
	}
	return heading + below - 1
}

// parse reads the column's words. The first fault is the one that is told.
func (c sourceColumnText) parse(labels Labels) (SourceColumn, error) {
	column := SourceColumn{Name: c.Name, Category: Category(c.Category), Treatment: c.Treatment, Codes: c.Codes, Optional: c.Optional}
	var err error
	if column.Type, err = ParseColumnType(c.Type); err != nil {
		return column, err
	}
	if column.Category == "" {
		column.Category = Core
	}
	if !slices.Contains(categories, column.Category) {
		return column, fmt.Errorf("category is %q; it is one of %v", column.Category, categories)
	}
	if c.Codes != "" && !slices.ContainsFunc(labels.Items, func(item LabelItem) bool { return item.Element == c.Codes }) {
		return column, fmt.Errorf("codes.toml has no element %q", c.Codes)
	}
	if column.Staged, err = ParseIdentifier(strings.ToLower(c.Name)); err != nil {
		return column, err
	}
	return column, c.treat(&column)
}

// treat says what becomes of an identifying column. Its own name never goes on.
func (c sourceColumnText) treat(column *SourceColumn) error {
	_, coarsens := stagedTypes[c.Treatment]
	switch {
	case column.Category != Identifying && c.Treatment != "":
		return fmt.Errorf("treatment %q is for identifying columns", c.Treatment)
	case column.Category == Identifying && c.Treatment == "":
		return errors.New("an identifying column needs a treatment: drop, or a coarsening")
	case c.Treatment == Drop:
		column.Staged = Identifier{}
	case c.Treatment != "" && !coarsens:
		return fmt.Errorf("treatment is %q; it is drop, year, quarter, month, postcode-area or postcode-sector", c.Treatment)
	}
	if coarsens == (c.As == "") {
		return errors.New("as is the name of a coarsened column, and of no other")
	}
	if !coarsens {
		return nil
	}
	var err error
	if column.Staged, err = ParseIdentifier(c.As); err == nil && c.As == strings.ToLower(c.Name) {
		err = fmt.Errorf("as must not be the column's own name")
	}
	return err
}

// staged returns the staged names of columns that a key or the like names.
func (r generationReading) staged(table SourceTable, names []string, what string, line int) []Identifier {
	identifiers := make([]Identifier, len(names))
	for i, name := range names {
		column, known := table.Column(name)
		switch {
		case !known:
			r.fault(line, "%s: %s has no column %q", what, table.Name, name)
		case !column.Kept():
			r.fault(line, "%s: %s.%s is dropped", what, table.Name, name)
		}
		identifiers[i] = column.Staged
	}
	return identifiers
}

func (r generationReading) foreignKeys(generation Generation, table SourceTable, raw sourceTableText, nth int) []ForeignKey {
	line := lineWhere(r.text, nth, isHeading("[[tables]]"))
	var keys []ForeignKey
	for _, key := range raw.ForeignKeys {
		other, known := generation.Table(key.Table)
		if !known {
			r.fault(line, "foreign_keys of %s: there is no table %q", table.Name, key.Table)
			continue
		}
		columns := r.staged(table, key.Columns, "foreign_keys", line)
		if len(columns) == 0 || !slices.Equal(columns, r.staged(other, key.Columns, "foreign_keys", line)) {
			r.fault(line, "foreign_keys of %s: name the columns that %s has too", table.Name, key.Table)
		}
		keys = append(keys, ForeignKey{columns, other.Name})
	}
	return keys
}

func (r generationReading) submission(generation Generation, raw submissionText) Submission {
	line := lineWhere(r.text, 1, isHeading("[submission]"))
	table, known := generation.Table(raw.Table)
	if !known {
		r.fault(line, "submission: there is no table %q", raw.Table)
		return Submission{}
	}
	if raw.Refresh == "" {
		r.fault(line, "submission: refresh is missing: what file_type says of a submission that replaces another")
	}
	columns := r.staged(table, []string{raw.ID, raw.Provider, raw.FileType, raw.PeriodStart, raw.PeriodEnd, raw.Created}, "submission", line)
	return Submission{
		Table: table.Name, ID: columns[0], Provider: columns[1], FileType: columns[2], Refresh: raw.Refresh,
		PeriodStart: columns[3], PeriodEnd: columns[4], Created: columns[5],
	}
}
