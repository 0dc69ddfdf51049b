package outputs

import (
	"regexp"
	"strings"
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
func splitFractions(t *table) {
	for column := 1; column < len(t.header); column++ {
		named := words(t.header[column])
		if anyWord(named, keyWords) || keyNames[strings.Join(named, " ")] {
			continue
		}
		if splitColumn(t, column, t.header[column], t.header[column]+" of", partsOfFraction) {
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
	part, whole := parseValue(found[1]), parseValue(found[2])
	n, isWhole := part.whole()
	of, _ := whole.whole()
	if part.kind != mark && (!isWhole || n > of) {
		return "", "", false
	}
	return found[1] + found[3], found[2], true
}

// splitSizes parts columns whose name ends in "(n)" into the statistic and the
// count.
func splitSizes(t *table) {
	for column := 1; column < len(t.header); column++ {
		found := sizeHeader.FindStringSubmatch(t.header[column])
		if found == nil {
			continue
		}
		first := strings.TrimRight(found[1], " ([,;/")
		second := first + " n"
		if anyWord(words(first), percentWords) {
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
	a, b := parseValue(found[1]), parseValue(found[2])
	ok = (a.kind == number || a.kind == mark) && (b.kind == number || b.kind == mark)
	return found[1], found[2], ok
}

// splitColumn parts a column in two when most of its cells part, and reports
// whether it did.
func splitColumn(t *table, column int, firstName, secondName string, parts func(string) (string, string, bool)) bool {
	pairs, others := 0, 0
	for _, row := range t.rows {
		if column >= len(row.cells) || strings.TrimSpace(row.cells[column]) == "" {
			continue
		}
		cell, _ := clean(row.cells[column])
		if _, _, ok := parts(cell); ok {
			pairs++
		} else {
			others++
		}
	}
	if pairs == 0 || pairs < others {
		return false
	}
	for i := range t.rows {
		cells := append([]string(nil), t.rows[i].cells...)
		for len(cells) <= column {
			cells = append(cells, "")
		}
		cell, _ := clean(cells[column])
		first, second, ok := parts(cell)
		if !ok {
			first, second = cell, ""
		}
		cells[column] = first
		t.rows[i].cells = append(cells[:column+1], append([]string{second}, cells[column+1:]...)...)
	}
	header := append([]string(nil), t.header[:column]...)
	t.header = append(append(header, firstName, secondName), t.header[column+1:]...)
	return true
}
