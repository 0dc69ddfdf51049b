package layout

import (
	"regexp"
	"slices"
	"strings"

	"tre-toolkit/internal/outputs/document"
	"tre-toolkit/internal/outputs/notation"
)

// joinHeaders takes a first row of names, below merged names of groups of
// columns, into the header: its first cell is empty or says what the header says
// there, and everything beside it is text over numbers.
func joinHeaders(t *document.Table) {
	if len(t.Rows) < 2 || len(t.Header) < 3 {
		return
	}
	first := t.Rows[0].Cells
	if len(first) == 0 || strings.TrimSpace(first[0]) != "" && !strings.EqualFold(strings.TrimSpace(first[0]), strings.TrimSpace(t.Header[0])) {
		return
	}
	named := 0
	for column := 1; column < len(t.Header); column++ {
		switch kindAt(t, 0, column) {
		case notation.Blank:
		case notation.Text:
			named++
		default:
			return
		}
	}
	if named == 0 || !anyNumber(t, 1) {
		return
	}
	header := append([]string(nil), t.Header...)
	for column := 1; column < len(header) && column < len(first); column++ {
		switch name := strings.TrimSpace(first[column]); {
		case header[column] == "" || strings.EqualFold(header[column], name):
			header[column] = name
		case name != "":
			header[column] += ": " + name
		}
	}
	t.Header, t.HeaderLine, t.Rows = header, t.Rows[0].Line, t.Rows[1:]
}

func kindAt(t *document.Table, row, column int) notation.Kind {
	if column >= len(t.Rows[row].Cells) {
		return notation.Blank
	}
	cell, _ := notation.Clean(t.Rows[row].Cells[column])
	return notation.ParseValue(cell).Kind
}

func anyNumber(t *document.Table, row int) bool {
	for column := 1; column < len(t.Header); column++ {
		if kindAt(t, row, column) == notation.Number {
			return true
		}
	}
	return false
}

// properties returns the rows of a table of properties that count nobody: a
// table that says in one row the date of something and in another how many
// variables it has. Its rows of text, and those that are named as settings, are
// left out; every other row holds counts as in any table.
func (m *Model) properties() []bool {
	skip := make([]bool, m.Rows())
	texts, settings := 0, 0
	for row := range m.Rows() {
		text, filled := 0, 0
		for _, column := range m.CountColumns {
			switch m.Value(column, row).Kind {
			case notation.Text:
				text, filled = text+1, filled+1
			case notation.Number, notation.Mark:
				filled++
			}
		}
		allText := filled > 0 && text == filled
		setting := m.namesSetting(row)
		if allText {
			texts++
		}
		if setting {
			settings++
		}
		skip[row] = allText || setting
	}
	if model := m.modelRows(); model != nil {
		return model
	}
	if texts == 0 || settings == 0 {
		return m.settingRows()
	}
	return skip
}

// modelLabels are the rows of a printed model that count nobody.
var (
	modelLabels = regexp.MustCompile(`(?i)^(?:df[ ._]?(?:residuals?|model)|resid(?:ual)?[ ._]df|(?:adj(?:\.|usted)? ?|pseudo ?)?r[ -]?squ?(?:ared|\.)?|aic|bic|log[- ]?likelihood|f[- ]statistic|prob \(.*\)|covariance type|dep\. variable|llr p-value|ll-null|converged)\s*:?$`)
	sampleLabel = regexp.MustCompile(`(?i)observations|^n(?:obs)?\b|participants|people|patients|events|cases`)
)

// namesModelFigure reports a label that names a figure of a fitted model.
func namesModelFigure(label string) bool {
	return label != "" && strings.IndexByte("acdflprACDFLPR", label[0]) >= 0 && modelLabels.MatchString(label)
}

// modelRows returns the rows of a table that describes a fitted model, but for
// those that say of how many people; nil when the table is none.
func (m *Model) modelRows() []bool {
	skip := make([]bool, m.Rows())
	found := 0
	for row := range m.Rows() {
		if m.labels.any(m.labels.of(row)[:len(m.KeyColumns)], labelFacts.isOfModel) {
			found++
		}
	}
	if found < 2 {
		return nil
	}
	for row := range m.Rows() {
		skip[row] = !sampleLabel.MatchString(m.Cell(row, m.KeyColumns[0]))
	}
	return skip
}

// settingRows returns the rows of a table of settings, whose one column of numbers
// is called value, that are named as settings are.
func (m *Model) settingRows() []bool {
	skip := make([]bool, m.Rows())
	if len(m.CountColumns) != 1 || !settingColumns[strings.ToLower(m.Header[m.CountColumns[0]])] || len(m.KeyColumns) == 0 {
		return skip
	}
	for row := range m.Rows() {
		named := notation.Words(m.Cell(row, m.KeyColumns[0]))
		skip[row] = countsThings(named) || m.namesSetting(row) || len(named) > 0 && !slices.ContainsFunc(named, func(word string) bool { return !notation.ThingWords[word] })
	}
	return skip
}

var settingColumns = notation.WordSet("value values setting settings")

// settingWords are labels of rows that begin with what they are the number of.
var settingWords = notation.WordSet("version doi date freeze url licence license schema format citation change")

// namesSetting reports whether the first label of a row names a setting.
func (m *Model) namesSetting(row int) bool {
	return len(m.KeyColumns) > 0 && m.labels.facts[m.labels.of(row)[0]].setting
}

// isSetting reports whether the words of a label name a setting.
func isSetting(named []string) bool {
	if len(named) == 0 {
		return false
	}
	if len(named) > 2 && named[0] == "number" && named[1] == "of" {
		return notation.ThingWords[named[2]]
	}
	return settingWords[named[0]] || len(named) == 2 && settingWords[named[1]] // newest version
}
