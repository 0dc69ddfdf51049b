package page

import (
	"bytes"
	"embed"
	"fmt"
	"slices"
	"text/template"

	"tre-toolkit/internal/spec"
)

//go:embed syntax/*.tmpl
var syntaxFiles embed.FS

// languages are those that researchers in the TRE use.
var languages = []struct{ name, tag, purpose string }{
	{"SQL", "sql", "For the TRE's database and for DuckDB: the steps after the first use nothing that either lacks. Each step is a query of its own."},
	{"R", "r", "The extract's reader needs the package arrow for Parquet; the rest is base R. Run the steps in order."},
	{"Python", "python", "Needs pandas and pyarrow. Run the steps in order."},
	{"Stata", "stata", "Stata reads no Parquet, so ask for the extract with format = \"csv\" or \"both\". Ids stay text; names are cut after 30 characters. Run the steps in order."},
}

// steps are the same in every language.
var steps = []struct{ name, title, purpose string }{
	{"read", "Read an extract", "Every extract brings its own reader. The names are one project's: put yours in their place. Ask for the period's two dates and the keys in every table. Ids stay text: as numbers they lose the digits after the fifteenth."},
	{"latest", "Keep the latest extract of each pathway and financial year", "Extracts of a financial year overlap and each repeats the one before, so only the last has the final state. Group by financial year, which begins on 1 April, and not by the extract's start date: a first extract may start within the year, such as on 1 September 2020."},
	{"events", "Join the events of the kept pathways", "Join on the extract period too. Without it every event comes once for each extract that repeats it."},
	{"people", "Count people and not rows", "One person has several pathways. A person in two studies has two project ids and counts in each. A count leaves the TRE only after an output check."},
}

// syntaxNames are the names that the steps use, made of the dataset's own.
// Every one is a validated identifier or made of validated ones, so none can
// end the text that it stands in.
type syntaxNames struct {
	Project    string
	ID         string // the project's id column
	Keys       []string
	Start, End string // the extract period's columns
	Hub, Event syntaxTable
}

type syntaxTable struct {
	Table string
	Name  string // of the project's view in the database
	File  string // of the extract, without its ending
}

// Syntax returns the steps that an analysis of overlapping extracts begins
// with, in each language, with the names that a project meets in a version of
// the dataset. A dataset without a table to join to its hub has no such step.
func Syntax(dataset spec.Dataset, version spec.DatasetVersion, project spec.ProjectID) ([]Script, error) {
	names, err := namesFor(dataset, version, project)
	if err != nil {
		return nil, err
	}
	scripts := make([]Script, len(languages))
	for i, language := range languages {
		code, err := template.ParseFS(syntaxFiles, "syntax/"+language.tag+".tmpl")
		if err != nil {
			return nil, err
		}
		scripts[i] = Script{Language: language.name, Tag: language.tag, Purpose: language.purpose}
		for _, step := range steps {
			if step.name == "events" && names.Event.Table == "" {
				continue
			}
			var text bytes.Buffer
			if err := code.ExecuteTemplate(&text, step.name, names); err != nil {
				return nil, err
			}
			scripts[i].Steps = append(scripts[i].Steps, Snippet{step.title, step.purpose, text.String()})
		}
	}
	return scripts, nil
}

func namesFor(dataset spec.Dataset, version spec.DatasetVersion, project spec.ProjectID) (syntaxNames, error) {
	hub, found := dataset.Table(dataset.Hub.String())
	if !found {
		return syntaxNames{}, fmt.Errorf("dataset %s has no hub", dataset.Name)
	}
	named := func(table spec.Table) syntaxTable {
		return syntaxTable{
			Table: table.Name.String(),
			Name:  dataset.View(project, table.Name, version),
			File:  version.FileStem() + "_" + table.Name.String(),
		}
	}
	names := syntaxNames{
		Project: project.String(), ID: project.Column().String(), Keys: []string{project.Column().String()},
		Start: spec.PeriodStart.String(), End: spec.PeriodEnd.String(),
		Hub: named(hub),
	}
	if hub.PeriodKey != dataset.Person {
		names.Keys = append(names.Keys, hub.PeriodKey.String())
	}
	joins := func(table spec.Table) bool { return table.Name != hub.Name && table.PeriodKey == hub.PeriodKey }
	if at := slices.IndexFunc(dataset.Tables, joins); at >= 0 {
		names.Event = named(dataset.Tables[at])
	}
	return names, nil
}
