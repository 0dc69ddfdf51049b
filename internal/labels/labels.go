// Package labels says what a dataset's columns and their codes mean, in the forms
// that researchers use: the twins that UK LLC gives with every table (values and
// description), a do-file for Stata and a script for R. It tells where labels are
// missing.
//
// Everything here comes from the specification: there is no data in it.
package labels

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"

	"tre-toolkit/internal/spec"
)

// Table is a table with the labels of its variables, in order.
type Table struct {
	Name      string // with stem and version, such as IAPT_care_cluster_v0003
	Schema    string // such as nhsd
	Variables []Variable
}

// Variable is a column and what it and its codes mean.
type Variable struct {
	Name, Type, Label string
	Codes             [][2]string // code and label, in order; none without a list
}

// Of returns the labels of one auxiliary table in a version.
func Of(dataset spec.Dataset, table spec.Table, version spec.DatasetVersion, known spec.Labels) Table {
	labelled := Table{Name: dataset.Stem + "_" + table.Name.String() + "_" + version.Suffix(), Schema: dataset.Schema.String()}
	for _, column := range table.ColumnsIn(version.Number) {
		labelled.Variables = append(labelled.Variables, Variable{column.Name.String(), column.Type.String(), column.Label, known.Of(column)})
	}
	return labelled
}

// Description returns the rows of the twin that says what each variable is, under
// UK LLC's own columns.
func (t Table) Description() [][]string {
	rows := [][]string{{"table_name", "TABLE_SCHEMA", "variable_name", "variable_label"}}
	for _, variable := range t.Variables {
		rows = append(rows, []string{t.Name, t.Schema, variable.Name, variable.Label})
	}
	return rows
}

// Values returns the rows of the twin that says what each code means, under UK
// LLC's own columns.
func (t Table) Values() [][]string {
	rows := [][]string{{"table_name", "TABLE_SCHEMA", "variable_name", "value_value", "value_label"}}
	for _, variable := range t.Variables {
		for _, code := range variable.Codes {
			rows = append(rows, []string{t.Name, t.Schema, variable.Name, code[0], code[1]})
		}
	}
	return rows
}

// Coded returns the variables that have a list of codes.
func (t Table) Coded() []Variable {
	return slices.DeleteFunc(slices.Clone(t.Variables), func(v Variable) bool { return len(v.Codes) == 0 })
}

// File is a file of labels: its name and what is in it.
type File struct {
	Name string
	Text []byte
}

// CSV returns the twins of tables, two files each.
func CSV(tables []Table) []File {
	var files []File
	for _, table := range tables {
		files = append(files,
			File{table.Name + "_values.csv", asCSV(table.Values())},
			File{table.Name + "_description.csv", asCSV(table.Description())})
	}
	return files
}

func asCSV(rows [][]string) []byte {
	var text bytes.Buffer
	_ = csv.NewWriter(&text).WriteAll(rows) // a buffer takes everything
	return text.Bytes()
}

// Kinds of gaps.
const (
	NoLabel  = "column without a label"
	NoColumn = "list without a column"
	Unlisted = "codes that the list lacks"
)

// Gap is a place where labels are missing. Table and Column are empty where a list
// has no column; Element names that list. Rows and Codes are of data: what they say
// has passed the disclosure profile.
type Gap struct {
	Kind    string   `json:"kind"`
	Table   string   `json:"table,omitempty"`
	Column  string   `json:"column,omitempty"`
	Element string   `json:"element,omitempty"`
	Rows    string   `json:"rows,omitempty"`
	Codes   []string `json:"codes,omitempty"`
}

// Gaps lists what the specification leaves without labels in a version: columns
// that nothing is said of, and lists that no column has.
func Gaps(dataset spec.Dataset, version spec.DatasetVersion, known spec.Labels) []Gap {
	var gaps []Gap
	used := map[string]bool{}
	for _, table := range dataset.Tables {
		for _, column := range table.ColumnsIn(version.Number) {
			used[column.From] = true
			if column.Label == "" {
				gaps = append(gaps, Gap{Kind: NoLabel, Table: table.Name.String(), Column: column.Name.String()})
			}
		}
	}
	for _, item := range known.Items {
		if !slices.ContainsFunc(item.From, func(from string) bool { return used[from] }) {
			gaps = append(gaps, Gap{Kind: NoColumn, Element: item.Element})
		}
	}
	return gaps
}

// GapsCSV returns gaps as a table.
func GapsCSV(gaps []Gap) []byte {
	rows := [][]string{{"kind", "table_name", "variable_name", "element", "rows", "codes"}}
	for _, gap := range gaps {
		rows = append(rows, []string{gap.Kind, gap.Table, gap.Column, gap.Element, gap.Rows, strings.Join(gap.Codes, "; ")})
	}
	return asCSV(rows)
}
