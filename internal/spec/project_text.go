package spec

import (
	"cmp"
	"errors"
	"path"
	"slices"
	"strings"
)

// projectText is a project as its file has it, before its words are parsed: so
// that every word that is wrong is told at once.
type projectText struct {
	ID           string         `toml:"project"`
	Title        string         `toml:"title"`
	Purpose      string         `toml:"purpose"`
	PermittedUse string         `toml:"permitted_use"`
	Approval     *approvalText  `toml:"approval"`
	Freeze       int            `toml:"freeze"`
	Studies      []string       `toml:"studies"`
	Format       string         `toml:"format"`
	IDStyle      string         `toml:"id_style"`
	Rules        string         `toml:"rules"`
	DateShift    *dateShiftText `toml:"date_shift"`
	Risk         *riskText      `toml:"risk"`
	Datasets     []datasetText  `toml:"datasets"`
	Citation     *Citation      `toml:"citation"`
}

type approvalText struct {
	Reference string  `toml:"reference"`
	From      dayText `toml:"from"`
	To        dayText `toml:"to"`
}

type dateShiftText struct {
	MostDays int `toml:"most_days"`
}

type riskText struct {
	QuasiIdentifiers []string `toml:"quasi_identifiers"`
	MostUnique       *float64 `toml:"most_unique"`
	SmallestClass    *int64   `toml:"smallest_class"`
}

type datasetText struct {
	Version     string      `toml:"version"`
	ExtractDate dayText     `toml:"extract_date"`
	Index       *indexText  `toml:"index"`
	Tables      []tableText `toml:"tables"`
}

type indexText struct {
	Table  string `toml:"table"`
	Column string `toml:"column"`
	Choose string `toml:"choose"`
}

type tableText struct {
	Name        string           `toml:"name"`
	Columns     []string         `toml:"columns"`
	Transform   string           `toml:"transform"`
	Window      *windowText      `toml:"window"`
	AroundIndex *aroundText      `toml:"around_index"`
	Codes       []codeListText   `toml:"codes"`
	Coarsen     []coarseningText `toml:"coarsen"`
	Approved    []string         `toml:"approved"`
	RealCodes   []string         `toml:"real_codes"`
}

type windowText struct {
	Column  string  `toml:"column"`
	From    dayText `toml:"from"`
	To      dayText `toml:"to"`
	Undated string  `toml:"undated"`
}

type aroundText struct {
	Column   string `toml:"column"`
	FromDays int    `toml:"from_days"`
	ToDays   int    `toml:"to_days"`
	Undated  string `toml:"undated"`
}

type codeListText struct {
	Column  string   `toml:"column"`
	Keep    []string `toml:"keep"`
	Uncoded string   `toml:"uncoded"`
}

// dayText is a date that may turn out to be none.
type dayText struct{ value any }

// UnmarshalTOML keeps the value as it is.
func (d *dayText) UnmarshalTOML(value any) error {
	d.value = value
	return nil
}

// date returns the day; none was given when the value is nil.
func (d dayText) date() (date Date, err error) {
	if d.value == nil {
		return Date{}, nil
	}
	err = date.UnmarshalTOML(d.value)
	return date, err
}

// reading parses the words of one part of a project, and tells a fault near a
// text of the file.
type reading struct {
	fault   func(near, format string, args ...any)
	about   string // such as "table hub: "
	heading string // of the part, near which something is missing
}

func (r reading) tell(near string, err error) {
	r.fault(near, "%s%v", r.about, err)
}

func (r reading) identifier(key, text string) Identifier {
	name, err := ParseIdentifier(text)
	switch {
	case text == "":
		r.fault(cmp.Or(r.heading, key), "%s%s is missing", r.about, key)
	case err != nil:
		r.tell(`"`+text+`"`, err)
	}
	return name
}

func (r reading) identifiers(texts []string) []Identifier {
	var names []Identifier
	for _, text := range texts {
		name, err := ParseIdentifier(text)
		if err != nil {
			r.tell(`"`+text+`"`, err)
			continue
		}
		names = append(names, name)
	}
	return names
}

func (r reading) day(key string, text dayText) Date {
	day, err := text.date()
	if err != nil {
		r.fault(key, "%s%s: %v", r.about, key, err)
	}
	return day
}

// needed reads a day that must be there.
func (r reading) needed(key string, text dayText) Date {
	if text.value == nil {
		r.fault(r.heading, "%s%s is missing: write a day, as in %s = 2024-04-26", r.about, key, key)
	}
	return r.day(key, text)
}

// part returns the reading of a part under its own heading.
func (r reading) part(heading string) reading {
	r.heading = heading
	return r
}

// read parses what the file has.
func (p *Project) read(raw projectText, faults *faultList) {
	r := reading{fault: func(near, format string, args ...any) { faults.add(p.file, p.lineWith(near), format, args...) }}
	var err error
	if p.ID, err = ParseProjectID(raw.ID); raw.ID != "" && err != nil {
		r.tell(`"`+raw.ID+`"`, err)
	}
	for _, code := range raw.Studies {
		study, err := ParseStudy(code)
		if err != nil {
			r.tell(`"`+code+`"`, err)
			continue
		}
		p.Studies = append(p.Studies, study)
	}
	p.Title, p.Purpose, p.PermittedUse, p.Freeze = raw.Title, raw.Purpose, raw.PermittedUse, raw.Freeze
	p.Format, p.IDStyle, p.Rules, p.Citation = raw.Format, raw.IDStyle, raw.Rules, raw.Citation
	if raw.Approval != nil {
		approval := reading{r.fault, "approval: ", "[approval]"}
		p.Approval = &Approval{Reference: raw.Approval.Reference, From: approval.needed("from", raw.Approval.From), To: approval.needed("to", raw.Approval.To)}
	}
	if raw.DateShift != nil {
		p.DateShift = &DateShift{raw.DateShift.MostDays}
	}
	if raw.Risk != nil {
		risk := reading{r.fault, "risk: ", "[risk]"}
		p.Risk = &Risk{MostUnique: raw.Risk.MostUnique, SmallestClass: raw.Risk.SmallestClass}
		p.Risk.QuasiIdentifiers = risk.identifiers(raw.Risk.QuasiIdentifiers)
	}
	blocks := p.blocks()
	for _, dataset := range raw.Datasets {
		p.Datasets = append(p.Datasets, p.readDataset(r, dataset, &blocks, faults))
	}
}

func (p *Project) readDataset(r reading, raw datasetText, blocks *[]block, faults *faultList) ProjectDataset {
	dataset := ProjectDataset{ExtractDate: r.day("extract_date", raw.ExtractDate)}
	version, err := ParseDatasetVersion(raw.Version)
	switch {
	case raw.Version == "":
		r.fault("[[datasets]]", "version is missing: pin the dataset, as in version = \"NHSE_IAPT@3\"")
	case err != nil:
		r.tell(`"`+raw.Version+`"`, err)
	}
	dataset.Version = version
	if raw.Index != nil {
		index := reading{r.fault, "index: ", "[datasets.index]"}
		dataset.Index = &IndexDate{index.identifier("table", raw.Index.Table), index.identifier("column", raw.Index.Column), raw.Index.Choose}
	}
	if len(raw.Tables) == 0 && raw.Version != "" {
		r.fault(`"`+raw.Version+`"`, "%s: no tables: add [[datasets.tables]] with name and columns", raw.Version)
	}
	for _, table := range raw.Tables {
		var within block
		if len(*blocks) > 0 {
			within, *blocks = (*blocks)[0], (*blocks)[1:]
		}
		within.name = table.Name
		dataset.Tables = append(dataset.Tables, table.read(within, func(near, format string, args ...any) {
			faults.add(p.file, p.lineIn(within, near), format, args...)
		}))
	}
	return dataset
}

func (raw tableText) read(within block, fault func(near, format string, args ...any)) ProjectTable {
	r := reading{fault: fault, about: "table " + raw.Name + ": "}
	table := ProjectTable{Transform: raw.Transform, Approved: r.identifiers(raw.Approved), RealCodes: r.identifiers(raw.RealCodes), block: within}
	table.Name = reading{fault: fault, about: "a table: "}.identifier("name", raw.Name)
	if table.Transform == "" {
		table.Transform = NoTransform
	}
	for _, column := range raw.Columns {
		if err := checkPattern(column); err != nil {
			r.tell(`"`+column+`"`, err)
			continue
		}
		table.Columns = append(table.Columns, column)
	}
	if len(raw.Columns) == 0 {
		r.fault(`"`+raw.Name+`"`, "%scolumns is empty: name what the project needs", r.about)
	}
	if window := raw.Window; window != nil {
		r := r.part("[datasets.tables.window]")
		table.Window = &Window{r.identifier("column", window.Column), r.needed("from", window.From), r.needed("to", window.To), window.Undated}
	}
	if around := raw.AroundIndex; around != nil {
		table.AroundIndex = &AroundIndex{r.part("[datasets.tables.around_index]").identifier("column", around.Column), around.FromDays, around.ToDays, around.Undated}
	}
	for _, list := range raw.Codes {
		table.Codes = append(table.Codes, CodeList{r.part("[[datasets.tables.codes]]").identifier("column", list.Column), list.Keep, list.Uncoded})
	}
	for _, coarsening := range raw.Coarsen {
		table.Coarsen = append(table.Coarsen, coarsening.read(r.part("[[datasets.tables.coarsen]]")))
	}
	return table
}

// checkPattern reports what is neither a column's name nor a pattern of names.
func checkPattern(pattern string) error {
	if !strings.Contains(pattern, "*") {
		_, err := ParseIdentifier(pattern)
		return err
	}
	if _, err := ParseIdentifier("a" + strings.ReplaceAll(pattern, "*", "")); err != nil {
		return errors.New(`"` + pattern + `" is not a pattern of names: use lower-case letters, digits, underscores and *`)
	}
	return nil
}

// matches reports whether a column's name is that of a pattern.
func matches(pattern string, name Identifier) bool {
	if !strings.Contains(pattern, "*") {
		return pattern == name.name
	}
	found, _ := path.Match(pattern, name.name) // checkPattern left no bad pattern
	return found
}

// block is the part of a project's file that a table is described in: its first
// line and the line behind its last one, from 0.
type block struct {
	name     string
	from, to int
}

// blocks returns the tables' parts of the file, in order.
func (p Project) blocks() []block {
	var list []block
	lines := strings.Split(p.text, "\n")
	for i, line := range lines {
		heading := strings.TrimSpace(line)
		opens := strings.HasPrefix(heading, "[[datasets.tables]]")
		if last := len(list) - 1; last >= 0 && list[last].to == len(lines) && (opens || strings.HasPrefix(heading, "[[datasets]]")) {
			list[last].to = i
		}
		if opens {
			list = append(list, block{from: i, to: len(lines)})
		}
	}
	return list
}

// lineWith returns the first line that holds a text and is no comment, or 0.
func (p Project) lineWith(text string) int { return p.find(text, 0, len(p.text)) }

// lineIn returns the first such line of a table's part, or else the line that
// names the table.
func (p Project) lineIn(within block, text string) int {
	if within.to == 0 { // the tables are written in one line
		within.to = len(p.text)
	}
	for _, near := range []string{text, `"` + within.name + `"`, "["} {
		if line := p.find(near, within.from, within.to); line > 0 {
			return line
		}
	}
	return 0
}

func (p Project) find(text string, from, to int) int {
	if text == "" {
		return 0
	}
	lines := strings.Split(p.text, "\n")
	at := slices.IndexFunc(lines[min(from, len(lines)):min(to, len(lines))], func(line string) bool {
		return strings.Contains(line, text) && !strings.HasPrefix(strings.TrimSpace(line), "#")
	})
	if at < 0 {
		return 0
	}
	return from + at + 1
}
