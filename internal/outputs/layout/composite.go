package layout

import (
	"regexp"
	"strings"

	"tre-toolkit/internal/outputs/document"
	"tre-toolkit/internal/outputs/notation"
)

var (
	// loosePair is "3; 6%" and "3 | 6%".
	loosePair = regexp.MustCompile(`^\s*([^;|/()]+?)\s*[;|]\s*([0-9.]+ ?%)\s*$`)
	// fraction is "3/50", "3 of 50" and "3/50 (6%)".
	fraction = regexp.MustCompile(`^([^/()]+?) ?(?:/|\bout of\b|\bof\b) ?([0-9]+(?:,[0-9]{3})*)( ?[(;|\[].*)?$`)
	// sizeHeader is "median (n)" and "mean [n]".
	sizeHeader = regexp.MustCompile(`(?i)^(.*\S) ?[(\[,;/] ?(n|count|number)[)\]]?$`)
	// sizeAfter is "41 (7)" and "6.2 (n = 7)".
	sizeAfter = regexp.MustCompile(`(?i)^(.*\S) ?[(\[,;/] ?(?:n ?= ?)?([^()\[\],;/]+?)[)\]]?$`)
)

// splitFractions parts columns such as "3/50" into the count and what it is of.
func splitFractions(t *document.Table) {
	for column := 1; column < len(t.Header); column++ {
		named := notation.Words(t.Header[column])
		if notation.AnyWord(named, notation.KeyWords) || notation.KeyNames[strings.Join(named, " ")] {
			continue
		}
		if splitColumn(t, column, t.Header[column], t.Header[column]+" of", partsOfFraction) {
			column++
		}
	}
}

func partsOfFraction(cell string) (first, second string, ok bool) {
	if !strings.Contains(cell, "/") && !strings.Contains(cell, "of") {
		return "", "", false
	}
	found := fraction.FindStringSubmatch(cell)
	if found == nil {
		return "", "", false
	}
	part, whole := notation.ParseValue(found[1]), notation.ParseValue(found[2])
	n, isWhole := part.Whole()
	of, _ := whole.Whole()
	if part.Kind != notation.Mark && (!isWhole || n > of) {
		return "", "", false
	}
	return found[1] + found[3], found[2], true
}

// splitSizes parts columns whose name ends in "(n)" into the statistic and the
// count.
func splitSizes(t *document.Table) {
	for column := 1; column < len(t.Header); column++ {
		found := sizeHeader.FindStringSubmatch(t.Header[column])
		if found == nil {
			continue
		}
		first := strings.TrimRight(found[1], " ([,;/")
		second := first + " n"
		if notation.AnyWord(notation.Words(first), notation.PercentWords) {
			second = found[2]
		}
		if splitColumn(t, column, first, second, partsOfSize) {
			column++
		}
	}
}

func partsOfSize(cell string) (first, second string, ok bool) {
	found := sizeAfter.FindStringSubmatch(cell)
	if found == nil {
		return "", "", false
	}
	a, b := notation.ParseValue(found[1]), notation.ParseValue(found[2])
	ok = (a.Kind == notation.Number || a.Kind == notation.Mark) && (b.Kind == notation.Number || b.Kind == notation.Mark)
	return found[1], found[2], ok
}

// splitColumn parts a column in two when most of its cells part, and reports
// whether it did.
func splitColumn(t *document.Table, column int, firstName, secondName string, parts func(string) (string, string, bool)) bool {
	pairs, others := 0, 0
	for _, row := range t.Rows {
		if column >= len(row.Cells) || strings.TrimSpace(row.Cells[column]) == "" {
			continue
		}
		cell, _ := notation.Clean(row.Cells[column])
		if _, _, ok := parts(cell); ok {
			pairs++
		} else {
			others++
		}
	}
	if pairs == 0 || pairs < others {
		return false
	}
	for i := range t.Rows {
		cells := append([]string(nil), t.Rows[i].Cells...)
		for len(cells) <= column {
			cells = append(cells, "")
		}
		cell, _ := notation.Clean(cells[column])
		first, second, ok := parts(cell)
		if !ok {
			first, second = cell, ""
		}
		cells[column] = first
		t.Rows[i].Cells = append(cells[:column+1], append([]string{second}, cells[column+1:]...)...)
	}
	header := append([]string(nil), t.Header[:column]...)
	t.Header = append(append(header, firstName, secondName), t.Header[column+1:]...)
	return true
}
