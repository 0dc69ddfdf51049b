package layout

import (
	"slices"
	"strings"

	"tre-toolkit/internal/outputs/notation"
)

// labels are the labels of the rows of a table: each different one once, and by
// row the numbers of its own.
type labels struct {
	width   int      // labels of a row
	texts   []string // by number
	facts   []labelFacts
	folded  []int32 // by number: the number of the first label that is the same but for case
	rows    []int32 // width numbers a row
	model   *Model
	numbers map[string]int32
	lower   map[string]int32
	last    []lastRead // by label column, what the row above had
}

type lastRead struct {
	raw    string
	number int32
}

func newLabels(m *Model, rows int) labels {
	l := labels{width: len(m.KeyColumns), model: m, numbers: map[string]int32{}, lower: map[string]int32{}, last: make([]lastRead, len(m.KeyColumns))}
	if m.sections {
		l.width++
	}
	l.rows = make([]int32, rows*l.width)
	for i := range l.last {
		l.last[i].number = l.number("")
	}
	return l
}

// of returns the numbers of a row's labels.
func (l *labels) of(row int) []int32 { return l.rows[row*l.width : (row+1)*l.width : (row+1)*l.width] }

// read returns the number of the label that a cell of a label column shows. Most
// cells of a long table say what the cell above says.
func (l *labels) read(raw string, i int) int32 {
	if raw != l.last[i].raw {
		cell, _ := notation.Clean(raw)
		l.last[i] = lastRead{raw, l.number(cell)}
	}
	return l.last[i].number
}

// number returns the number of a label.
func (l *labels) number(text string) int32 {
	n, known := l.numbers[text]
	if !known {
		text = strings.Clone(text) // a piece of the file would keep all of it
		n = int32(len(l.texts))
		l.numbers[text] = n
		l.texts = append(l.texts, text)
		l.facts = append(l.facts, l.model.judge(text))
		l.folded = append(l.folded, l.fold(n, text))
	}
	return n
}

// fold returns the number of the first label that differs in case alone.
func (l *labels) fold(n int32, text string) int32 {
	lower := strings.ToLower(text)
	first, known := l.lower[lower]
	if !known {
		first = n
		l.lower[lower] = n
	}
	return first
}

// any reports whether a fact holds of any of the labels.
func (l *labels) any(numbers []int32, holds func(labelFacts) bool) bool {
	for _, n := range numbers {
		if holds(l.facts[n]) {
			return true
		}
	}
	return false
}

// fillDown gives a blank label, but for the last, the label above it: merged
// cells are written once.
func (l *labels) fillDown(numbers, above []int32) {
	for i := range numbers {
		if l.texts[numbers[i]] == "" && i+1 < len(numbers) && i < len(above) {
			numbers[i] = above[i]
		}
	}
}

func (l *labels) joined(numbers []int32) string {
	var b strings.Builder
	for _, n := range numbers {
		b.WriteString(l.texts[n])
	}
	return b.String()
}

// finish lets go of what only reading needs.
func (l *labels) finish() { l.model, l.lower, l.last = nil, nil, nil }

// compact lets go of what only the checks of a single table need.
func (l *labels) compact() {
	l.numbers, l.folded = nil, nil
	l.texts, l.facts = slices.Clone(l.texts), slices.Clone(l.facts)
}
