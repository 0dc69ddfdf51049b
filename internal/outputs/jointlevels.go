package outputs

import (
	"iter"
	"maps"
	"slices"
	"strings"
)

// levels finds codes of which one is the beginning of others, in one table or in
// several, with the same labels otherwise: the group is the sum of its members.
func (j *joint) levels() {
	cells := j.codedCells()
	index := map[uint64]map[string]ref{}
	for _, cell := range cells {
		if index[cell.context] == nil {
			index[cell.context] = map[string]ref{}
		}
		if _, known := index[cell.context][cell.code]; !known {
			index[cell.context][cell.code] = cell.ref
		}
	}
	members := map[ref][]ref{}
	var order []ref
	for _, cell := range cells {
		for end := len(cell.code) - 1; end >= 2; end-- {
			if parent, known := index[cell.context][cell.code[:end]]; known {
				if members[parent] == nil {
					order = append(order, parent)
				}
				members[parent] = append(members[parent], cell.ref)
				break
			}
		}
	}
	j.acceptLevels(order, members)
}

// codedCell is a cell, a code among its labels, and the key of the others.
type codedCell struct {
	ref
	code    string
	context uint64
}

// codedCells returns the cells with a code among their labels, by table. Where
// there is one code alone with the same other labels it is a part of nothing, and
// is left out.
func (j *joint) codedCells() []codedCell {
	cells := 0
	for _, l := range j.labels {
		cells += l.cells * len(l.codeColumns)
	}
	if cells == 0 {
		return nil
	}
	contexts := newRepeats(cells)
	sideBySide(len(j.labels), func(i int) {
		for cell := range j.labels[i].coded() {
			contexts.add(cell.sum)
		}
	})
	coded := make([][]codedCell, len(j.labels))
	sideBySide(len(j.labels), func(i int) {
		for cell, code := range j.labels[i].coded() {
			if contexts.again.has(cell.sum) {
				coded[i] = append(coded[i], codedCell{ref{i, cell.at}, code, cell.sum})
			}
		}
	})
	return slices.Concat(coded...)
}

// coded gives every cell with a code among its labels, with its key but for the
// code, and the code.
func (l labelled) coded() iter.Seq2[keyed, string] {
	return func(yield func(keyed, string) bool) {
		for _, d := range l.codeColumns {
			for cell := range l.counted(1 << d) {
				code := l.codes[l.model.KeyNumber(cell.at.Row, d)]
				if code != "" && !yield(cell, code) {
					return
				}
			}
		}
	}
}

// findCodes finds the label columns that hold codes, and the codes.
func (l *labelled) findCodes() {
	codes := make([]string, len(l.hashes))
	some := false
	for number, label := range l.model.KeyTexts() {
		if code := l.model.Label(label); isCode(code) && !l.model.IsTotalLabel(number) {
			codes[number], some = code, true
		}
	}
	if !some {
		return
	}
	l.codeColumns = l.columnsOf(codes)
	if len(l.codeColumns) > 0 {
		l.codes = codes
	}
}

// columnsOf returns the label columns that hold codes.
func (l *labelled) columnsOf(codes []string) []int {
	var columns []int
	for d := range len(l.model.KeyColumns) {
		found, others := 0, 0
		for row := range l.model.Rows() {
			number := l.model.KeyNumber(row, d)
			switch {
			case codes[number] != "":
				found++
			case l.hashes[number] != 0:
				others++
			}
			if others > 20 && others > found {
				break
			}
		}
		if found > 0 && found >= others {
			columns = append(columns, d)
		}
	}
	return columns
}

// isCode reports a code of a classification whose beginning is the code of the
// group above: ICD-10, ATC, OPCS, or numbers parted by points. It is written in
// lower case.
func isCode(label string) bool {
	letters, rest := leading(label, isLowerLetter)
	digits, after := leading(rest, isDigit)
	switch {
	case letters == 0:
		return digits > 0 && isPointed(after)
	case letters == 1 && digits > 0:
		stem, group, pointed := strings.Cut(after, ".")
		return allOfText(stem, isLowerOrDigit) && (!pointed || group != "" && allOfText(group, isLowerOrDigit))
	}
	return letters == 2 && digits > 1 && allOfText(after, isLowerOrDigit)
}

// isPointed reports a text of points, each with digits behind it.
func isPointed(text string) bool {
	for text != "" {
		behind, pointed := strings.CutPrefix(text, ".")
		digits, after := leading(behind, isDigit)
		if !pointed || digits == 0 {
			return false
		}
		if text = after; text == "" {
			return true
		}
	}
	return false
}

// leading counts the bytes at the beginning of a text that hold a test, and
// returns what follows them.
func leading(text string, holds func(byte) bool) (n int, rest string) {
	for n < len(text) && holds(text[n]) {
		n++
	}
	return n, text[n:]
}

func allOfText(text string, holds func(byte) bool) bool {
	_, rest := leading(text, holds)
	return rest == ""
}

func isLowerLetter(b byte) bool { return 'a' <= b && b <= 'z' }

func isLowerOrDigit(b byte) bool { return isLowerLetter(b) || isDigit(b) }

// acceptLevels ties groups to their members, table by table: a table that lists
// only some members of its groups gives no sums.
func (j *joint) acceptLevels(order []ref, members map[ref][]ref) {
	byTables := map[[2]int][]candidate{}
	var pairs [][2]int
	for _, parent := range order {
		byModel := map[int][]ref{}
		for _, member := range members[parent] {
			byModel[member.model] = append(byModel[member.model], member)
		}
		for _, model := range slices.Sorted(maps.Keys(byModel)) {
			pair := [2]int{parent.model, model}
			if byTables[pair] == nil {
				pairs = append(pairs, pair)
			}
			byTables[pair] = append(byTables[pair], j.candidate(parent, byModel[model]))
		}
	}
	for _, pair := range pairs {
		candidates := byTables[pair]
		candidates = slices.DeleteFunc(candidates, func(c candidate) bool { return !c.full && !c.fits })
		j.links = append(j.links, accepted(candidates, true)...)
		for _, c := range candidates {
			j.remainder(c)
		}
	}
}
