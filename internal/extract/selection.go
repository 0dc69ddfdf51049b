package extract

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/spec"
)

// Selected is a line of a data selection: a table as UK LLC's Explore names it.
type Selected struct{ Schema, Name string }

// mostSelected is more tables than the environment has.
const mostSelected = 100_000

// ParseSelection reads a data_selection.csv as Explore saves it: the columns
// TABLE_SCHEMA and TABLE_NAME. File names the file in errors.
func ParseSelection(text []byte, file string) ([]Selected, error) {
	finding := func(line int64, message string) error {
		return &diagnostic.Input{Findings: []diagnostic.Finding{{File: file, Line: line, Code: "SEL001", Message: message}}}
	}
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	reader.FieldsPerRecord = -1
	header, err := reader.Read()
	if err != nil || !slices.Equal(header, []string{"TABLE_SCHEMA", "TABLE_NAME"}) {
		return nil, finding(1, "is no data selection: its first line is not TABLE_SCHEMA,TABLE_NAME")
	}
	var list []Selected
	for {
		record, err := reader.Read()
		line := lineOf(reader, record, err)
		switch {
		case err == io.EOF && len(list) == 0:
			return nil, finding(1, "selects no table")
		case err == io.EOF:
			return list, nil
		case err != nil || len(record) != 2 || record[0] == "" || record[1] == "":
			return nil, finding(line, "is not a schema and a table's name")
		case len(list) == mostSelected:
			return nil, finding(line, "selects more tables than there are")
		}
		list = append(list, Selected{record[0], record[1]})
	}
}

// lineOf returns where the record that was read last begins.
func lineOf(reader *csv.Reader, record []string, err error) int64 {
	var syntax *csv.ParseError
	switch {
	case errors.As(err, &syntax):
		return int64(syntax.StartLine)
	case len(record) == 0:
		return 0
	}
	line, _ := reader.FieldPos(0)
	return int64(line)
}

// chosenTable is a table of a dataset version that a selection means.
type chosenTable struct {
	dataset spec.Dataset
	version spec.DatasetVersion
	table   spec.Table
}

// DraftRequest is what the draft of a project begins with.
type DraftRequest struct {
	Project  spec.ProjectID
	Freeze   int
	Studies  []spec.Study
	Rules    string
	Datasets []spec.Dataset
	Selected []Selected
}

// Draft writes the beginning of a project's specification from a selection of
// tables: every column that needs no approval is there to be struck out, and
// every other is named in a comment. It returns what no specification knows
// besides: studies' own tables, which are provisioned elsewhere.
func Draft(request DraftRequest) (text []byte, unknown []Selected, err error) {
	chosen, unknown := resolve(request)
	if len(chosen) == 0 {
		return nil, unknown, &diagnostic.Input{Findings: []diagnostic.Finding{{
			File: "the selection", Code: "SEL002", Message: "names no table of a dataset that has a specification",
		}}}
	}
	var draft bytes.Buffer
	writeDraftHead(&draft, request)
	last := spec.DatasetVersion{}
	for _, one := range chosen {
		if one.version != last {
			fmt.Fprintf(&draft, "\n[[datasets]]\nversion = %q\n", one.version)
			last = one.version
		}
		writeDraftTable(&draft, one)
	}
	return draft.Bytes(), unknown, nil
}

func writeDraftHead(w io.Writer, request DraftRequest) {
	studies := make([]string, len(request.Studies))
	for i, study := range request.Studies {
		studies[i] = fmt.Sprintf("%q", string(study))
	}
	fmt.Fprintf(w, `# A draft from a data selection. Strike out every column that the research does
# not need, and fill in what is empty; tre-extract plan tells what is missing.

project = %q
title = ""
purpose = "any" # or "covid-19"
permitted_use = ""
freeze = %d
studies = [%s]
format = "parquet" # or "csv", or "both"
rules = %q

# The approval, half-open: from the first day to before the last.
# [approval]
# reference = ""
# from = 2026-01-01
# to = 2027-01-01
`, request.Project, request.Freeze, strings.Join(studies, ", "), request.Rules)
}

func writeDraftTable(w io.Writer, chosen chosenTable) {
	transform := spec.LatestExtract
	fmt.Fprintf(w, "\n[[datasets.tables]]\nname = %q\ntransform = %q\ncolumns = [\n", chosen.table.Name, transform)
	var withheld []string
	for _, column := range chosen.table.ColumnsIn(chosen.version.Number) {
		switch column.Category {
		case spec.Core, spec.Linking:
			fmt.Fprintf(w, "  %q,%s\n", column.Name, comment(column.Label))
		case spec.Person:
		default:
			withheld = append(withheld, fmt.Sprintf("#   %s (%s)%s", column.Name, column.Category, strings.Replace(comment(column.Label), " #", ":", 1)))
		}
	}
	fmt.Fprintln(w, "]")
	if len(withheld) > 0 {
		fmt.Fprintf(w, "# Only when the approval names them, under columns and under approved:\n%s\n", strings.Join(withheld, "\n"))
	}
}

func comment(label string) string {
	if label == "" {
		return ""
	}
	return " # " + strings.ReplaceAll(label, "\n", " ")
}

// resolve finds the tables that a selection means, each once, in the order of
// the datasets and their tables.
func resolve(request DraftRequest) (chosen []chosenTable, unknown []Selected) {
	known := make([]bool, len(request.Selected))
	for _, dataset := range request.Datasets {
		var versions []spec.DatasetVersion
		wanted := map[spec.DatasetVersion]map[string]bool{}
		for i, selected := range request.Selected {
			version, tables := meant(dataset, selected)
			if len(tables) == 0 {
				continue
			}
			known[i] = true
			if wanted[version] == nil {
				wanted[version], versions = map[string]bool{}, append(versions, version)
			}
			for _, table := range tables {
				wanted[version][table] = true
			}
		}
		for _, version := range versions {
			for _, table := range dataset.Tables {
				if wanted[version][table.Name.String()] {
					chosen = append(chosen, chosenTable{dataset, version, table})
				}
			}
		}
	}
	for i, selected := range request.Selected {
		if !known[i] {
			unknown = append(unknown, selected)
		}
	}
	return chosen, unknown
}

// meant returns which tables of a dataset a selected name means: one such as
// IAPT_care_activities_v0003, or all of IAPT_v0003 or IAPT. A name without a
// version means the newest. Letter case varies in such names.
func meant(dataset spec.Dataset, selected Selected) (version spec.DatasetVersion, tables []string) {
	rest, found := strings.CutPrefix(strings.ToLower(selected.Name), strings.ToLower(dataset.Stem))
	if !found || !strings.EqualFold(selected.Schema, dataset.Schema.String()) || len(dataset.Versions) == 0 {
		return version, nil
	}
	newest := dataset.Versions[len(dataset.Versions)-1]
	version = spec.DatasetVersion{Dataset: dataset.Name, Number: newest.Number}
	if at := strings.LastIndex(rest, "_v"); at >= 0 {
		digits, _, _ := strings.Cut(rest[at+2:], "_") // a date may follow
		number, err := spec.ParseVersionNumber(digits)
		if err != nil || len(dataset.Releases(number)) == 0 {
			return version, nil
		}
		version.Number, rest = number, rest[:at]
	}
	if rest == "" {
		return version, dataset.TableOrder
	}
	name := strings.TrimPrefix(rest, "_")
	if _, there := dataset.Table(name); !there || name == rest {
		return version, nil
	}
	return version, []string{name}
}
