package release

import (
	"bytes"
	"encoding/binary"
	"encoding/json"

	"tre-toolkit/internal/outputs"
)

// Held is a table in few bytes, since a release has as many cells as there are
// numbers in all of its files: each different text once, and the cells as numbers.
// Its JSON form is that of the table.
type Held struct {
	table Table // without its cells
	texts []string
	cells []byte
	count int
	masks bool
}

// Hold packs a table.
func Hold(t Table) Held {
	p := packer{numbers: map[string]uint64{}}
	held := Held{count: len(t.Cells)}
	for _, cell := range t.Cells {
		p.cell(cell)
		held.masks = held.masks || cell.Masked
	}
	held.table, held.texts, held.cells = t, p.texts, bytes.Clone(p.packed)
	held.table.Cells = nil
	return held
}

// Len returns how many cells the table has.
func (h Held) Len() int { return h.count }

// Open returns the table with its cells.
func (h Held) Open() *Table {
	t := h.table
	t.Cells = make([]outputs.PublishedCell, h.count)
	u := unpacker{h.texts, h.cells, 0}
	for i := range t.Cells {
		t.Cells[i] = u.cell()
	}
	return &t
}

// MarshalJSON writes the table.
func (h Held) MarshalJSON() ([]byte, error) { return encoded(h.Open()) }

// UnmarshalJSON reads a table.
func (h *Held) UnmarshalJSON(content []byte) error {
	var t Table
	if err := json.Unmarshal(content, &t); err != nil {
		return err
	}
	*h = Hold(t)
	return nil
}

// What is true of a cell; most need no numbers of their own for their names and
// bounds.
const (
	isTotal = 1 << iota
	isMasked
	isLow
	namedAsRow
	namedByBoth // its row and its column
	isExact     // it is shown as it is, and both bounds are its value
)

type packer struct {
	numbers map[string]uint64
	texts   []string
	packed  []byte
	line    int64 // of the cell before
}

func (p *packer) text(text string) {
	n, known := p.numbers[text]
	if !known {
		n = uint64(len(p.texts))
		p.numbers[text] = n
		p.texts = append(p.texts, text)
	}
	p.packed = binary.AppendUvarint(p.packed, n)
}

func (p *packer) number(n int64) { p.packed = binary.AppendVarint(p.packed, n) }

func (p *packer) cell(c outputs.PublishedCell) {
	facts := factsOf(c)
	p.packed = append(p.packed, facts)
	p.packed = binary.AppendUvarint(p.packed, uint64(len(c.Place)))
	for _, label := range c.Place {
		p.text(label)
	}
	p.text(c.Row)
	p.text(c.Column)
	if facts&(namedAsRow|namedByBoth) == 0 {
		p.text(c.Name)
	}
	p.text(c.Mark)
	p.number(int64(c.Line) - p.line)
	p.line = int64(c.Line)
	p.number(c.Value)
	if facts&isExact == 0 {
		p.number(c.Lower)
		p.number(c.Upper)
	}
}

func factsOf(c outputs.PublishedCell) byte {
	var facts byte
	for _, fact := range []struct {
		holds bool
		bit   byte
	}{
		{c.Total, isTotal}, {c.Masked, isMasked}, {c.Low, isLow}, {c.Lower == c.Value && c.Upper == c.Value, isExact},
		{c.Name == c.Row, namedAsRow}, {c.Name != c.Row && c.Name == nameOfBoth(c), namedByBoth},
	} {
		if fact.holds {
			facts |= fact.bit
		}
	}
	return facts
}

func nameOfBoth(c outputs.PublishedCell) string { return c.Row + ", " + c.Column }

type unpacker struct {
	texts  []string
	packed []byte
	line   int64
}

func (u *unpacker) size() uint64 {
	n, width := binary.Uvarint(u.packed)
	u.packed = u.packed[width:]
	return n
}

func (u *unpacker) text() string { return u.texts[u.size()] }

func (u *unpacker) number() int64 {
	n, width := binary.Varint(u.packed)
	u.packed = u.packed[width:]
	return n
}

func (u *unpacker) cell() outputs.PublishedCell {
	facts := u.packed[0]
	u.packed = u.packed[1:]
	c := outputs.PublishedCell{Total: facts&isTotal != 0, Masked: facts&isMasked != 0, Low: facts&isLow != 0}
	if labels := u.size(); labels > 0 {
		c.Place = make([]string, labels)
	}
	for i := range c.Place {
		c.Place[i] = u.text()
	}
	c.Row, c.Column = u.text(), u.text()
	switch {
	case facts&namedAsRow != 0:
		c.Name = c.Row
	case facts&namedByBoth != 0:
		c.Name = nameOfBoth(c)
	default:
		c.Name = u.text()
	}
	c.Mark = u.text()
	u.line += u.number()
	c.Line, c.Value = int(u.line), u.number()
	c.Lower, c.Upper = c.Value, c.Value
	if facts&isExact == 0 {
		c.Lower, c.Upper = u.number(), u.number()
	}
	return c
}
