package outputs

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

// statedSize is a number of people that a text or the name of a column states.
type statedSize struct {
	file string
	line int
	n    int64
	size bool // as "N = 180", which says that it is of all
}

var statedPattern = regexp.MustCompile(`(?i)\bn ?= ?([0-9]+(?:,[0-9]{3})*)\b|\b([0-9]+(?:,[0-9]{3})*) (?:participants|people|patients|persons|individuals|adults)\b`)

// statedStems are in every text that statedPattern finds.
var statedStems = []string{"n=", "n =", "particip", "people", "patient", "person", "individual", "adult"}

// sizeStated remembers the numbers of people that a line of text states, in lower
// case.
func (c *check) sizeStated(path string, line int, text string) {
	if !strings.ContainsAny(text, "0123456789") || len(c.sizes) > 10_000 || !containsAny(text, statedStems) {
		return
	}
	for _, found := range statedPattern.FindAllStringSubmatch(text, -1) {
		n, err := strconv.ParseInt(strings.ReplaceAll(found[1]+found[2], ",", ""), 10, 64)
		if err == nil && n > 0 {
			c.sizes = append(c.sizes, statedSize{path, line, n, found[1] != ""})
		}
	}
}

// titles looks for masked cells that a stated size gives away: "N = 180" above
// or in the name of a column whose cells add up to 177.
func (c *check) titles() {
	for _, m := range c.models {
		if len(m.Lines) > 0 {
			continue // a total in the table itself is nearer
		}
		for _, column := range m.CountColumns {
			if n, stated := sizeInName(m.Header[column]); stated {
				c.title(m, column, statedSize{m.File, m.HeaderLine, n, true}, Failed)
				continue
			}
			for _, size := range c.sizes {
				severity := ForReview
				if size.size && m.Table.Name == "" && len(m.CountColumns) == 1 {
					severity = Failed // the file has no other table, and the table no other column
				}
				if size.file == m.File && c.title(m, column, size, severity) {
					break
				}
			}
		}
	}
}

func sizeInName(name string) (int64, bool) {
	found := sizeInCell.FindStringSubmatch(name)
	if found == nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(found[1], ",", ""), 10, 64)
	return n, err == nil
}

// title holds a stated size against the cells of a column, part by part where
// headings part the table. It reports whether it told something.
func (c *check) title(m *layout.Model, column int, size statedSize, severity Severity) bool {
	told := false
	for _, rows := range m.Blocks() {
		var shown, least, most int64
		var hidden []layout.CellAt
		for _, row := range rows {
			at := layout.CellAt{Row: row, Column: column}
			if n, whole := m.At(at).Whole(); whole {
				shown += n
				continue
			}
			low, high := m.Bounds(at)
			hidden, least, most = append(hidden, at), least+low, min(most+high, notation.Unbounded)
		}
		missing := size.n - shown
		if len(hidden) == 0 || shown == 0 || m.Policy.Base() > 1 || missing < least || missing > min(most, int64(len(hidden))*(m.Policy.Threshold-1)) {
			continue
		}
		f := findingAt(m, "AUD002", severity, hidden[0])
		f.Message = "The number of people that is stated, less what is shown, is that of the masked cells."
		if len(hidden) == 1 {
			f.Check = "AUD001"
		}
		f.Certificate = fmt.Sprintf("%d stated in line %d - %d shown = %d", size.n, size.line, shown, missing)
		c.findings.add(f)
		told = true
	}
	return told
}
