package outputs

import (
	"hash/fnv"
	"iter"
	"slices"

	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

// labelled are the cells of a table by their labels, whatever the layout. A key is
// the sum of the hashes of a cell's labels, so that the order of labels does not
// matter and a label is taken away by subtraction.
type labelled struct {
	model  *layout.Model
	dims   int      // label columns, and one more where columns name what they count
	hashes []uint64 // of the different labels of the table; 0 for a total or no label
	names  []uint64 // by column of the table; 0 where the name says nothing
	used   int      // dimensions with a label anywhere
	untrue map[layout.CellAt]bool

	repeated    []uint64 // keys that several cells have, in order
	shape       uint64   // the same for tables of the same cells by label
	cells       int      // of counts
	deepest     int      // labels that a cell has at most
	codes       []string // by number of a label; empty for one that is no code, nil where no column holds codes
	codeColumns []int    // label columns of codes
}

func labelsOf(m *layout.Model) labelled {
	l := labelled{model: m, dims: m.Labels(), names: make([]uint64, len(m.Header)), untrue: map[layout.CellAt]bool{}}
	used := map[int]bool{}
	for _, column := range m.CountColumns {
		if name := m.ColumnLabel(column); name != "" {
			l.names[column] = hashOf(name)
			used[-1] = true
		}
	}
	texts := m.KeyTexts()
	l.hashes = make([]uint64, len(texts))
	for number, label := range texts {
		if !m.IsTotalLabel(number) {
			l.hashes[number] = hashOf(m.Label(label))
		}
	}
	for d := range l.dims {
		for row := range m.Rows() {
			if l.hashes[m.KeyNumber(row, d)] != 0 {
				used[d] = true
				break
			}
		}
	}
	l.used = len(used)
	l.findUntrue()
	for cell := range l.counted(0) {
		l.cells, l.deepest = l.cells+1, max(l.deepest, cell.depth)
	}
	l.findRepeated()
	l.findCodes()
	return l
}

// findRepeated finds the keys that several cells have, and the table's shape.
func (l *labelled) findRepeated() {
	keys := make([]uint64, 0, l.cells)
	for cell := range l.placed() {
		keys = append(keys, cell.sum)
	}
	slices.Sort(keys)
	for i, key := range keys {
		switch {
		case i > 0 && keys[i-1] == key: // counted as the first of its like
		case i+1 < len(keys) && keys[i+1] == key:
			l.repeated = append(l.repeated, key)
		default:
			l.shape += key * key
		}
	}
}

// findUntrue finds the totals that leave masked cells out: they are not the
// number of all, and totals that only arithmetic shows are not known to be.
func (l *labelled) findUntrue() {
	for _, line := range l.model.Lines {
		hidden := line.Guessed
		for part := range line.Parts.All {
			if hidden = hidden || l.model.HiddenAt(part); hidden {
				break
			}
		}
		if !hidden {
			continue
		}
		s := l.model.Sum(line)
		if line.Guessed || len(s.Hidden) > 0 && s.Total == s.Shown {
			l.untrue[line.Total] = true
		}
	}
}

// hashOf returns a number for a label, and 0 for none.
func hashOf(text string) uint64 {
	if text == "" {
		return 0
	}
	h := fnv.New64a()
	h.Write([]byte(text)) // a hash takes every byte
	return h.Sum64()*0x9e3779b97f4a7c15 | 1
}

// key returns the key of a cell without the dimensions that are chosen, and how
// many labels it has left; the column's name is the dimension after the labels.
// It returns false when a chosen dimension has no label there.
func (l labelled) key(at layout.CellAt, without uint) (sum uint64, depth int, whole bool) {
	sum, depth, whole = l.rowKey(at.Row, without)
	name := l.names[at.Column]
	switch {
	case without&(1<<l.dims) != 0:
		return sum, depth, whole && name != 0
	case name != 0:
		return sum + name, depth + 1, whole
	}
	return sum, depth, whole
}

// rowKey is key without the column's name.
func (l labelled) rowKey(row int, without uint) (sum uint64, depth int, whole bool) {
	whole = true
	for d := range l.dims {
		one := l.hashes[l.model.KeyNumber(row, d)]
		switch {
		case without&(1<<d) != 0:
			whole = whole && one != 0
		case one != 0:
			sum, depth = sum+one, depth+1
		}
	}
	return sum, depth, whole
}

// keyed is a cell with its key without some dimensions, and how many labels that
// leaves.
type keyed struct {
	at    layout.CellAt
	sum   uint64
	depth int
}

// counted gives every cell of counts that says what it seems to and that has a
// label in every dimension that is left out of its key.
func (l labelled) counted(without uint) iter.Seq[keyed] {
	m := l.model
	return func(yield func(keyed) bool) {
		for row := range m.Rows() {
			sum, depth, whole := l.rowKey(row, without)
			if !whole || !m.Counted(row) {
				continue
			}
			for _, column := range m.CountColumns {
				one := keyed{layout.CellAt{Row: row, Column: column}, sum, depth}
				name := l.names[column]
				left := without&(1<<l.dims) != 0
				if left && name == 0 || !l.saysCount(one.at) {
					continue
				}
				if !left && name != 0 {
					one.sum, one.depth = sum+name, depth+1
				}
				if !yield(one) {
					return
				}
			}
		}
	}
}

// saysCount reports whether a cell of counts says what it seems to: it is neither
// text nor a total that is known to leave people out.
func (l labelled) saysCount(at layout.CellAt) bool {
	if l.model.HiddenAt(at) {
		kind := l.model.At(at).Kind
		if kind == notation.Text || kind == notation.Blank && !l.model.Policy.BlankMask {
			return false
		}
	}
	return len(l.untrue) == 0 || !l.untrue[at]
}

// placed gives the cells that are no totals and whose labels no other cell of the
// table has.
func (l labelled) placed() iter.Seq[keyed] {
	m := l.model
	return func(yield func(keyed) bool) {
		for row := range m.Rows() {
			if !m.Counted(row) || m.TotalRow[row] {
				continue
			}
			sum, depth, _ := l.rowKey(row, 0)
			if depth == 0 {
				continue // a column's name alone is no label
			}
			for _, column := range m.CountColumns {
				if m.IsTotalColumn(column) {
					continue
				}
				one := keyed{layout.CellAt{Row: row, Column: column}, sum, depth}
				if name := l.names[column]; name != 0 {
					one.sum, one.depth = sum+name, depth+1
				}
				if _, again := slices.BinarySearch(l.repeated, one.sum); !again && !yield(one) {
					return
				}
			}
		}
	}
}

// unique returns the cells of counts, totals too, by the labels that no other cell
// of the table has.
func (l labelled) unique() map[uint64]keyed {
	cells, again := make(map[uint64]keyed, l.cells), map[uint64]bool{}
	for cell := range l.counted(0) {
		_, known := cells[cell.sum]
		again[cell.sum] = again[cell.sum] || known
		cells[cell.sum] = cell
	}
	for key, repeated := range again {
		if repeated {
			delete(cells, key)
		}
	}
	return cells
}
