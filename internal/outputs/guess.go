package outputs

import (
	"strings"

	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

// Guess is what a table was taken to mean. A declaration overrides it.
type Guess struct {
	File     string          `json:"file"`
	Table    string          `json:"table,omitempty"`
	Declared bool            `json:"declared"` // a declaration spoke of the table
	Columns  []GuessedColumn `json:"columns"`
	Totals   []string        `json:"totals"` // labels of rows and names of columns that are totals of others
	Sums     int             `json:"sums"`   // how many totals were held against their parts
	Places   int             `json:"cells"`  // how many cells of counts
}

// GuessedColumn is the role of one column.
type GuessedColumn struct {
	Name string `json:"name"`
	Role string `json:"role"`            // label, count, percentage, statistic or other
	Of   string `json:"of,omitempty"`    // of a percentage: its count
	In   string `json:"whole,omitempty"` // of a percentage: the column that it is a percentage of
}

// roleNames are what a report calls the roles of columns.
var roleNames = map[layout.Role]string{
	layout.RoleKey: "label", layout.RoleCount: "count", layout.RolePercent: "percentage",
	layout.RoleStatistic: "statistic", layout.RoleOther: "other",
}

// mostGuessed bounds how many tables a report describes, and how many columns
// and totals of each.
const (
	mostGuessedTables = 1000
	mostGuessedParts  = 60
)

// guess records what a table was taken to mean.
func (c *check) guess(m *layout.Model) {
	if len(c.guesses) >= mostGuessedTables {
		return
	}
	g := Guess{File: notation.Printable(m.File), Table: m.Table.Name, Sums: len(m.Lines), Totals: []string{}}
	g.Declared = c.said[m].Path != ""
	for column, name := range m.Header {
		if column == mostGuessedParts {
			break
		}
		guessed := GuessedColumn{Name: notation.Printable(name), Role: roleNames[m.Roles[column]]}
		if m.Roles[column] == layout.RolePercent {
			guessed.Of, guessed.In = pairNames(m, column)
		}
		g.Columns = append(g.Columns, guessed)
	}
	seen := map[string]bool{}
	for _, l := range m.Lines {
		label := m.RowName(l.Total.Row)
		if l.Parts.Len() > 0 && l.Parts.At(0).Row == l.Total.Row {
			label = m.Header[l.Total.Column]
		}
		if label != "" && !seen[label] && len(g.Totals) < mostGuessedParts {
			seen[label] = true
			g.Totals = append(g.Totals, notation.Printable(label))
		}
	}
	for row := range m.Rows() {
		if m.Counted(row) {
			g.Places += len(m.CountColumns)
		}
	}
	c.guesses = append(c.guesses, g)
}

func pairNames(m *layout.Model, column int) (of, in string) {
	pair, paired := m.Paired(column)
	if !paired {
		return "", ""
	}
	if pair.Whole >= 0 {
		in = notation.Printable(m.Header[pair.Whole])
	}
	return notation.Printable(m.Header[pair.Part]), in
}

// releasable returns a label without a low count that may stand in it: a number
// alone, and what follows "n =".
func releasable(label string, threshold int64) string {
	if label == "" || threshold <= 0 {
		return label
	}
	label = sizeInCell.ReplaceAllStringFunc(label, func(found string) string {
		digits := sizeInCell.FindStringSubmatch(found)[1]
		if v := notation.ParseValue(digits); v.Digits < threshold {
			return strings.Replace(found, digits, "…", 1)
		}
		return found
	})
	parts := strings.Split(label, ", ")
	for i, part := range parts {
		if n, whole := notation.ParseValue(strings.TrimSpace(part)).Whole(); whole && n >= 0 && n < threshold {
			parts[i] = "…"
		}
	}
	return strings.Join(parts, ", ")
}
