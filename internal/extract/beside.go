package extract

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	"tre-toolkit/internal/cite"
	"tre-toolkit/internal/labels"
	"tre-toolkit/internal/spec"
)

//go:embed readers/*.tmpl
var readerFiles embed.FS

var readers = template.Must(template.ParseFS(readerFiles, "readers/*.tmpl"))

const (
	metadataFolder = "metadata"
	readersFolder  = "readers"
	readmeFile     = "README.md"
	countsFile     = "counts.csv"
)

// beside writes what goes with the tables: what their columns and codes mean,
// how to read them, how many they hold and what they may be used for.
func (r *runner) beside(manifest *Manifest) error {
	for _, folder := range []string{metadataFolder, readersFolder} {
		if err := os.Mkdir(filepath.Join(r.output.Draft, folder), 0o700); err != nil {
			return err
		}
	}
	for _, table := range r.plan.Tables {
		if err := r.describeColumns(manifest, table); err != nil {
			return err
		}
	}
	counts := [][]string{{"file", "dataset", "table", "rows", "participants"}}
	for _, file := range manifest.Files {
		if file.Rows != nil {
			counts = append(counts, []string{file.Name, file.Dataset, file.Table, file.Rows.String(), file.Participants.String()})
		}
	}
	if err := r.add(manifest, countsFile, asCSV(counts)); err != nil {
		return err
	}
	if err := r.addReaders(manifest); err != nil {
		return err
	}
	return r.addReadme(manifest)
}

// add writes a text file and lists it in the manifest.
func (r *runner) add(manifest *Manifest, name string, text []byte) error {
	if err := os.WriteFile(filepath.Join(r.output.Draft, name), text, 0o600); err != nil {
		return err
	}
	file, err := describeFile(r.output.Draft, name)
	manifest.Files = append(manifest.Files, file)
	return err
}

func asCSV(records [][]string) []byte {
	var text bytes.Buffer
	_ = csv.NewWriter(&text).WriteAll(records) // a buffer takes everything
	return text.Bytes()
}

// stem is what the names of a table's files begin with.
func (t PlannedTable) stem() string { return strings.TrimSuffix(t.File, filepath.Ext(t.File)) }

// labels returns what the codes of a column mean, where they are those that were
// delivered.
func (p Plan) labels(table PlannedTable, column PlannedColumn) [][2]string {
	if len(column.steps) > 0 {
		return nil
	}
	return p.sources.Labels[table.dataset.Name].Of(column.column)
}

// labelled returns what a table's columns and codes mean as they are in the extract.
func (p Plan) labelled(table PlannedTable) labels.Table {
	labelled := labels.Table{Name: table.dataset.Stem + "_" + table.Table + "_" + table.version.Name.Suffix(), Schema: table.dataset.Schema.String()}
	for _, column := range table.Columns {
		labelled.Variables = append(labelled.Variables, labels.Variable{Name: column.Name, Type: column.Type, Label: column.Label, Codes: p.labels(table, column)})
	}
	return labelled
}

// describeColumns writes the twins that UK LLC gives with every table, values
// and description, under its own columns, and the table's dictionary.
func (r *runner) describeColumns(manifest *Manifest, table PlannedTable) error {
	labelled := r.plan.labelled(table)
	dictionary := [][]string{{"variable_name", "type", "category", "treatment", "source", "variable_label"}}
	for _, column := range table.Columns {
		dictionary = append(dictionary, []string{column.Name, column.Type, column.Category, column.Treatment, column.column.From, column.Label})
	}
	files := []struct {
		ending string
		text   []byte
	}{
		{"_description.csv", asCSV(labelled.Description())},
		{"_values.csv", asCSV(labelled.Values())},
		{"_dictionary.csv", asCSV(dictionary)},
		{"_dictionary.md", r.plan.dictionary(table)},
	}
	for _, file := range files {
		if err := r.add(manifest, filepath.Join(metadataFolder, table.stem()+file.ending), file.text); err != nil {
			return err
		}
	}
	return nil
}

// dictionary returns a table's columns and codes as Markdown.
func (p Plan) dictionary(table PlannedTable) []byte {
	var text bytes.Buffer
	fmt.Fprintf(&text, "# %s of %s\n\n%s\n\n", table.Table, table.Dataset, table.table.Summary)
	fmt.Fprintf(&text, "| variable | type | category | what becomes of it | meaning |\n|---|---|---|---|---|\n")
	for _, column := range table.Columns {
		fmt.Fprintf(&text, "| `%s` | %s | %s | %s | %s |\n", column.Name, column.Type, column.Category, inCell(column.Treatment), inCell(column.Label))
	}
	for _, column := range table.Columns {
		labels := p.labels(table, column)
		if len(labels) == 0 {
			continue
		}
		fmt.Fprintf(&text, "\n## %s\n\n| code | label |\n|---|---|\n", column.Name)
		for _, code := range labels {
			fmt.Fprintf(&text, "| %s | %s |\n", inCell(code[0]), inCell(code[1]))
		}
	}
	return text.Bytes()
}

// inCell returns a text as a cell of a Markdown table holds it.
func inCell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", `\<`).Replace(text)
}

// readable is what the readers' templates know of an extract. Every name is a
// validated identifier or made of validated ones, and every other text has been
// made safe for the language that it stands in.
type readable struct {
	Project, Schema string
	Parquet         bool
	Tables          []readableTable
}

type readableTable struct {
	Stem, Variable, View, Read string
	Columns                    []labels.StataVariable
}

func (r *runner) addReaders(manifest *Manifest) error {
	about := readable{Project: r.plan.Project, Schema: strings.ToUpper(r.plan.Project), Parquet: r.plan.sources.Project.Format != spec.CSV}
	for _, table := range r.plan.Tables {
		about.Tables = append(about.Tables, r.plan.readable(table))
	}
	for _, name := range r.plan.readers() {
		var text bytes.Buffer
		if err := readers.ExecuteTemplate(&text, name+".tmpl", about); err != nil {
			return err
		}
		if err := r.add(manifest, filepath.Join(readersFolder, name), text.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// readers lists the readers that the extract's form has. Stata reads no Parquet.
func (p Plan) readers() []string {
	list := []string{"read.R", "read.py", "views.sql"}
	if p.sources.Project.Format != spec.Parquet {
		list = append(list, "read.do")
	}
	return list
}

func (p Plan) readable(table PlannedTable) readableTable {
	known := readableTable{
		Stem:     table.stem(),
		Variable: table.Table,
		View:     table.dataset.View(p.sources.Project.ID, table.table.Name, table.version.Name),
		Read:     fmt.Sprintf("read_csv('%s', header = true)", table.File),
	}
	if filepath.Ext(table.File) == "."+spec.Parquet {
		known.Read = fmt.Sprintf("read_parquet('%s')", table.File)
	}
	if slices.ContainsFunc(p.Tables, func(t PlannedTable) bool { return t.Table == table.Table && t.Dataset != table.Dataset }) {
		known.Variable = strings.ToLower(table.stem())
	}
	known.Columns = p.labelled(table).Stata()
	return known
}

func (r *runner) addReadme(manifest *Manifest) error {
	studies := make([]string, len(r.plan.Studies))
	for i, study := range r.plan.Studies {
		studies[i] = study.Study
	}
	citations, err := cite.Write(cite.APA, r.plan.works...)
	if err != nil {
		return err
	}
	rules := r.plan.sources.Rules.Rules()
	marks := append(slices.Clone(rules.Marks.Value), rules.SecondaryMark.Value)
	for i, mark := range marks {
		marks[i] = "`" + mark + "`"
	}
	about := struct {
		Plan               Plan
		Studies, ID, Marks string
		Files              []File
		Readers, Citations []string
	}{
		Plan: r.plan, Studies: strings.Join(studies, ", "), ID: r.plan.sources.Project.ID.Column().String(),
		Marks: strings.Join(slices.Compact(marks), " or "), Citations: strings.Split(strings.TrimSpace(string(citations)), "\n"),
	}
	for _, file := range manifest.Files {
		if file.Rows != nil {
			about.Files = append(about.Files, file)
		}
	}
	for _, name := range r.plan.readers() {
		about.Readers = append(about.Readers, readersFolder+"/"+name)
	}
	var text bytes.Buffer
	if err := readers.ExecuteTemplate(&text, readmeFile+".tmpl", about); err != nil {
		return err
	}
	return r.add(manifest, readmeFile, text.Bytes())
}
