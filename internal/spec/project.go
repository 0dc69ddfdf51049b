package spec

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"slices"
	"strings"
)

// Formats in which an extract may be written.
const (
	Parquet = "parquet"
	CSV     = "csv"
)

// Transforms that reading a table may apply.
const (
	NoTransform   = "none"
	LatestExtract = "latest-extract" // per key and financial year, the latest extract end date
)

// What becomes of rows without a date when a window is set.
const (
	KeepUndated = "keep"
	DropUndated = "drop"
)

// Project is an approved piece of research and what it may have.
type Project struct {
	ID       ProjectID        `toml:"project"`
	Title    string           `toml:"title"`
	Purpose  string           `toml:"purpose"` // AnyPurpose or COVID19Purpose
	Freeze   int              `toml:"freeze"`
	Studies  []Study          `toml:"studies"`
	Format   string           `toml:"format"` // Parquet or CSV
	Rules    string           `toml:"rules"`  // the profile for counts in plan and manifest
	Datasets []ProjectDataset `toml:"datasets"`
	Citation *Citation        `toml:"citation"` // how the project is cited; nil when it is not

	file   string
	text   string
	sha256 string
}

// ProjectDataset is one dataset version that a project is given.
type ProjectDataset struct {
	Version DatasetVersion `toml:"version"`
	Tables  []ProjectTable `toml:"tables"`
}

// ProjectTable is one table of it: the columns asked for, and which rows.
type ProjectTable struct {
	Name      Identifier   `toml:"name"`
	Columns   []Identifier `toml:"columns"`
	Transform string       `toml:"transform"`
	Window    *Window      `toml:"window"`
	Approved  []Identifier `toml:"approved"` // columns of special approval, by name
}

// Window keeps the rows whose date is at From or later and before To.
type Window struct {
	Column  Identifier `toml:"column"`
	From    Date       `toml:"from"`
	To      Date       `toml:"to"`
	Undated string     `toml:"undated"` // KeepUndated or DropUndated
}

// SHA256 returns the hash of the project's file.
func (p Project) SHA256() string { return p.sha256 }

// LoadProject reads a project's TOML file and reports every fault that can be
// told from the file alone. The project of a file with faults is returned as
// far as it could be read, so that CheckAgainst can add those that it finds.
func LoadProject(files fs.FS, name string) (Project, error) {
	project := Project{Purpose: AnyPurpose, Format: Parquet}
	faults := decodeFile(files, name, &project)
	text, _ := fs.ReadFile(files, name)
	sum := sha256.Sum256(text)
	project.file, project.text, project.sha256 = name, string(text), hex.EncodeToString(sum[:])
	if faults.broken {
		return Project{}, faults.err()
	}
	project.check(faults)
	return project, faults.err()
}

func (p Project) check(faults *faultList) {
	fault := func(near, format string, args ...any) { faults.add(p.file, p.lineWith(near), format, args...) }
	if p.ID == (ProjectID{}) {
		fault("", "project is missing: name it, as in project = \"llc_0042\"")
	}
	if p.Freeze < 1 {
		fault("freeze", "freeze is missing: a project is pinned to one freeze, as in freeze = 16")
	}
	if len(p.Studies) == 0 {
		fault("studies", "studies is empty: name the studies that the project may use")
	}
	if p.Purpose != AnyPurpose && p.Purpose != COVID19Purpose {
		fault("purpose", "purpose is %q; it is %q or %q", p.Purpose, AnyPurpose, COVID19Purpose)
	}
	if p.Format != Parquet && p.Format != CSV {
		fault("format", "format is %q; it is %q or %q", p.Format, Parquet, CSV)
	}
	if p.Rules == "" {
		fault("rules", "rules is missing: name the profile for counts, as in rules = \"ukllc-metrics\"")
	}
	if p.Citation != nil && p.Citation.Title == "" && p.Title == "" {
		fault("[citation]", "a project needs a title to be cited")
	}
	if len(p.Datasets) == 0 {
		fault("", "no datasets: add [[datasets]] with version = \"NHSE_IAPT@3\" and its tables")
	}
	for i, study := range p.Studies {
		if slices.Contains(p.Studies[:i], study) {
			fault(`"`+string(study)+`"`, "study %s is named twice", study)
		}
	}
	seen := map[string]bool{}
	for _, dataset := range p.Datasets {
		for _, table := range dataset.Tables {
			within := func(near, format string, args ...any) {
				faults.add(p.file, p.lineIn(table.Name, near), format, args...)
			}
			table.check(within)
			if name := dataset.Version.String() + " " + table.Name.String(); seen[name] {
				within(quoted(table.Name), "table %s of %s is named twice", table.Name, dataset.Version)
			} else {
				seen[name] = true
			}
		}
	}
}

func (t ProjectTable) check(fault func(near, format string, args ...any)) {
	if len(t.Columns) == 0 {
		fault(quoted(t.Name), "table %s: columns is empty: name what the project needs", t.Name)
	}
	for i, column := range t.Columns {
		if slices.Contains(t.Columns[:i], column) {
			fault(quoted(column), "table %s: column %s is named twice", t.Name, column)
		}
	}
	if !slices.Contains([]string{"", NoTransform, LatestExtract}, t.Transform) {
		fault(t.Transform, "table %s: there is no transform %q; there are %q and %q", t.Name, t.Transform, NoTransform, LatestExtract)
	}
	if t.Window == nil {
		return
	}
	if !t.Window.From.Before(t.Window.To) {
		fault(quoted(t.Window.Column), "table %s: the window ends (%s) before it begins (%s)", t.Name, t.Window.To, t.Window.From)
	}
	if t.Window.Undated != KeepUndated && t.Window.Undated != DropUndated {
		fault(quoted(t.Window.Column), "table %s: say what becomes of rows without the window's date: undated = %q or %q", t.Name, KeepUndated, DropUndated)
	}
}

// CheckAgainst reports what a dataset and the studies do not allow, every fault
// at once with its line.
func (p Project) CheckAgainst(dataset Dataset, chosen ProjectDataset, cohorts Cohorts) error {
	faults := &faultList{}
	for _, study := range p.Studies {
		p.checkStudy(study, cohorts, faults)
	}
	for _, table := range chosen.Tables {
		p.checkTable(dataset, chosen.Version.Number, table, faults)
	}
	return faults.err()
}

func (p Project) checkStudy(code Study, cohorts Cohorts, faults *faultList) {
	line := p.lineWith(`"` + string(code) + `"`)
	study, known := cohorts.Study(code)
	switch {
	case !known:
		faults.add(p.file, line, "there is no study %s%s", code, suggest(string(code), cohorts.codes()))
	case !study.NHSLinkage:
		faults.add(p.file, line, "study %s is not linked to NHS England records", code)
	case study.Purpose == COVID19Purpose && p.Purpose != COVID19Purpose:
		faults.add(p.file, line, "study %s may be used for COVID-19 research only; the project's purpose is %q", code, p.Purpose)
	}
}

func (p Project) checkTable(dataset Dataset, version VersionNumber, chosen ProjectTable, faults *faultList) {
	table, known := dataset.Table(chosen.Name.String())
	if !known {
		faults.add(p.file, p.lineWith(quoted(chosen.Name)), "%s has no table %s%s", dataset.Name, chosen.Name, suggest(chosen.Name.String(), dataset.TableOrder))
		return
	}
	columns := table.ColumnsIn(version)
	for _, name := range chosen.Columns {
		if message := refuse(table, columns, chosen, name); message != "" {
			faults.add(p.file, p.lineIn(table.Name, quoted(name)), "table %s: %s", table.Name, message)
		}
	}
	if chosen.Window != nil {
		column, found := table.Column(chosen.Window.Column.String())
		if !found || !column.Type.IsDate() {
			faults.add(p.file, p.lineIn(table.Name, quoted(chosen.Window.Column)), "table %s: %s is not a date column of version %s", table.Name, chosen.Window.Column, version)
		}
	}
}

// refuse says why a project may not have a column; empty when it may.
func refuse(table Table, columns []Column, chosen ProjectTable, name Identifier) string {
	at := slices.IndexFunc(columns, func(c Column) bool { return c.Name == name })
	if at < 0 {
		if _, other := table.Column(name.String()); other {
			return "column " + name.String() + " is not in this version"
		}
		return "there is no column " + name.String() + suggest(name.String(), names(columns))
	}
	switch columns[at].Category {
	case Person:
		return "column " + name.String() + " is the NHS person key, which never leaves; the project's own id comes first by itself"
	case Internal:
		return "column " + name.String() + " is internal and never provisioned"
	case SpecialApproval:
		if !slices.Contains(chosen.Approved, name) {
			return "column " + name.String() + " needs special approval: list it under approved"
		}
	}
	return ""
}

func quoted(name Identifier) string { return `"` + name.name + `"` }

// lineWith returns the first line that holds a text and is no comment.
func (p Project) lineWith(text string) int { return p.lineFrom(1, text) }

// lineIn returns the first such line from where a table is named.
func (p Project) lineIn(table Identifier, text string) int {
	named := p.lineWith(quoted(table))
	return cmp.Or(p.lineFrom(named, text), named)
}

func (p Project) lineFrom(first int, text string) int {
	if text == "" {
		return 0
	}
	for i, line := range strings.Split(p.text, "\n") {
		if i+1 >= first && strings.Contains(line, text) && !strings.HasPrefix(strings.TrimSpace(line), "#") {
			return i + 1
		}
	}
	return 0
}

func names(columns []Column) []string {
	list := make([]string, len(columns))
	for i, column := range columns {
		list[i] = column.Name.name
	}
	return list
}

func (c Cohorts) codes() []string {
	codes := make([]string, len(c.Studies))
	for i, study := range c.Studies {
		codes[i] = string(study.Code)
	}
	return codes
}

// suggest returns a hint at the nearest known name, if one is near.
func suggest(given string, known []string) string {
	best, distance := "", 1+len(given)/3
	for _, name := range known {
		if d := editDistance(given, name); d <= distance && (best == "" || d < editDistance(given, best)) {
			best = name
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// editDistance is the number of characters to add, drop or change to make one
// text of another.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
