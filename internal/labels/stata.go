package labels

import (
	"bytes"
	"embed"
	"slices"
	"strconv"
	"strings"
	"text/template"
)

//go:embed labels.do.tmpl labels.R.tmpl
var templateFiles embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{"r": quoteR}).ParseFS(templateFiles, "*.tmpl"))

// StataVariable is a variable as Stata may name and label it.
type StataVariable struct {
	Number        int // its place in the table, from 1
	Name, Label   string
	Numeric, Date bool
	Codes         []StataCode
}

// StataCode is a code with the number that stands for it: Stata labels numbers
// only.
type StataCode struct {
	Number      int
	Code, Label string
}

// Stata returns the variables of a table as Stata may name them, each text safe
// inside a string of Stata. Numbers and dates have no codes.
func (t Table) Stata() []StataVariable {
	var list []StataVariable
	taken := map[string]bool{}
	for i, variable := range t.Variables {
		one := StataVariable{Number: i + 1, Name: stataName(variable.Name, i+1, taken), Label: stataText(variable.Label)}
		one.Date = variable.Type == "DATE"
		one.Numeric = slices.ContainsFunc(numericTypes, func(kind string) bool { return strings.HasPrefix(variable.Type, kind) })
		if !one.Date && !one.Numeric {
			for j, code := range variable.Codes {
				one.Codes = append(one.Codes, StataCode{j + 1, stataText(code[0]), stataText(code[1])})
			}
		}
		list = append(list, one)
	}
	return list
}

var numericTypes = []string{"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "DECIMAL"}

const (
	stataNameLength = 30 // two characters fewer than Stata allows, for an ending
	stataTextLength = 80 // of a variable's label
)

// stataName cuts a name to what Stata allows and keeps it apart from those taken.
func stataName(name string, number int, taken map[string]bool) string {
	short := name[:min(len(name), stataNameLength)]
	if taken[short] {
		ending := strconv.Itoa(number)
		short = short[:min(len(short), stataNameLength-len(ending))] + ending
	}
	taken[short] = true
	return short
}

// stataText returns a text that a string of Stata can hold.
func stataText(text string) string {
	plain := []rune(strings.NewReplacer(`"`, "'", "`", "'", "$", "", "\n", " ", "\r", " ").Replace(text))
	return string(plain[:min(len(plain), stataTextLength)])
}

// StataDo returns a do-file for each table that labels the table in memory.
func StataDo(tables []Table) ([]File, error) {
	var files []File
	for _, table := range tables {
		var text bytes.Buffer
		about := struct {
			Name      string
			Variables []StataVariable
		}{table.Name, table.Stata()}
		if err := templates.ExecuteTemplate(&text, "labels.do.tmpl", about); err != nil {
			return nil, err
		}
		files = append(files, File{table.Name + "_labels.do", text.Bytes()})
	}
	return files, nil
}
