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
	// sharePart is what "n (%)" and "Cases, n [col %]" say of the percentage in them.
	sharePart = regexp.MustCompile(`(?i)[ ,;/]*[(\[]?(?:(?:col|row|column|valid)[a-z]* ?)?(?:%|\bpct\b|\bper ?cent(?:age)?s?\b)[)\]]?`)
	// sizeAfter is "41 (7)" and "6.2 (n = 7)".
	sizeAfter = regexp.MustCompile(`(?i)^(.*\S) ?[(\[,;/] ?(?:n ?= ?)?([^()\[\],;/]+?)[)\]]?$`)
)

// split is a column that holds two things in each cell.
type split struct {
	first, second string // the names of its halves
	parts         func(cell string) (first, second string, ok bool)
}

// splitColumns parts every column that holds a count and what it is of, a
// statistic and its count, or a count and its percentage. Each kind is looked for
// once, and the table is rebuilt once for each kind that it holds.
func splitColumns(t *document.Table) {
	for _, find := range []func(t *document.Table, column int) (split, bool){fractionColumn, sizeColumn, pairColumn} {
		found := map[int]split{}
		for column := range t.Header {
			if s, ok := find(t, column); ok {
				found[column] = s
			}
		}
		if len(found) > 0 {
			rebuild(t, found)
		}
	}
}

// rebuild writes the table with its split columns in two.
func rebuild(t *document.Table, found map[int]split) {
	width := len(t.Header) + len(found)
	header := make([]string, 0, width)
	for column, name := range t.Header {
		if s, parted := found[column]; parted {
			header = append(header, s.first, s.second)
		} else {
			header = append(header, name)
		}
	}
	for i, row := range t.Rows {
		cells := make([]string, 0, width)
		for column := range t.Header {
			raw := ""
			if column < len(row.Cells) {
				raw = row.Cells[column]
			}
			s, parted := found[column]
			if !parted {
				cells = append(cells, raw)
				continue
			}
			cell, _ := notation.Clean(raw)
			first, second, ok := s.parts(cell)
			if !ok {
				first, second = cell, ""
			}
			cells = append(cells, first, second)
		}
		t.Rows[i].Cells = cells
	}
	t.Header = header
}

// mostlyParts reports whether most filled cells of a column part.
func mostlyParts(t *document.Table, column int, parts func(string) (string, string, bool)) bool {
	pairs, others := 0, 0
	for _, row := range t.Rows {
		if others*2 > len(t.Rows) {
			return false
		}
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
	return pairs > 0 && pairs >= others
}

// fractionColumn finds "3/50": the count and what it is of.
func fractionColumn(t *document.Table, column int) (split, bool) {
	name := t.Header[column]
	named := notation.Words(name)
	if column == 0 || notation.AnyWord(named, notation.KeyWords) || notation.KeyNames[strings.Join(named, " ")] || !mostlyParts(t, column, partsOfFraction) {
		return split{}, false
	}
	return split{name, name + " of", partsOfFraction}, true
}

// ofNumber reports a text in which a digit follows "of".
func ofNumber(text string) bool {
	for {
		_, after, found := strings.Cut(text, "of")
		if !found {
			return false
		}
		if after = strings.TrimPrefix(after, " "); after != "" && after[0] >= '0' && after[0] <= '9' {
			return true
		}
		text = after
	}
}

func partsOfFraction(cell string) (first, second string, ok bool) {
	if !strings.Contains(cell, "/") && !ofNumber(cell) {
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

// sizeColumn finds columns whose name ends in "(n)": the statistic and the count.
func sizeColumn(t *document.Table, column int) (split, bool) {
	found := sizeHeader.FindStringSubmatch(t.Header[column])
	if column == 0 || found == nil || !mostlyParts(t, column, partsOfSize) {
		return split{}, false
	}
	first := strings.TrimRight(found[1], " ([,;/")
	second := first + " n"
	if notation.AnyWord(notation.Words(first), notation.PercentWords) {
		second = found[2]
	}
	return split{first, second, partsOfSize}, true
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

// pairColumn finds "12 (3.4%)": the count and the percentage.
func pairColumn(t *document.Table, column int) (split, bool) {
	if !mostlyParts(t, column, pairOf) {
		return split{}, false
	}
	name := t.Header[column]
	counted := strings.TrimSpace(sharePart.ReplaceAllString(name, ""))
	if counted == "" {
		counted = "n"
	}
	return split{counted, name + " %", pairOf}, true
}

// pairOf splits "12 (3.4%)" and "<10 (-)".
func pairOf(cell string) (first, second string, ok bool) {
	if strings.ContainsAny(cell, ";|") {
		cell = loosePair.ReplaceAllString(cell, "$1 ($2)")
	}
	open := strings.IndexAny(cell, "([")
	if open <= 0 || !strings.ContainsAny(cell[len(cell)-1:], ")]") || open+1 >= len(cell)-1 {
		return "", "", false
	}
	first, second = strings.TrimSpace(cell[:open]), strings.TrimSpace(cell[open+1:len(cell)-1])
	a, b := notation.ParseValue(first), notation.ParseValue(second)
	if a.Kind != notation.Number && a.Kind != notation.Mark || b.Kind != notation.Number && b.Kind != notation.Mark {
		return "", "", false
	}
	if _, whole := a.Whole(); a.Kind == notation.Number && !whole || a.Percent {
		return "", "", false
	}
	if b.Kind == notation.Number && !b.Percent && b.Decimals == 0 && !strings.HasSuffix(second, "%") {
		return first, second + "%", b.Digits <= 100
	}
	return first, strings.TrimSuffix(second, "%") + "%", true
}
