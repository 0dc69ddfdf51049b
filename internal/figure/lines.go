package figure

import (
	"slices"

	"tre-toolkit/internal/disclosure"
)

const (
	lineWidth  = 2.0
	plotHeight = 300.0
	ticksUp    = 5
)

// cells returns those of all series.
func (f Figure) cells() []disclosure.Cell {
	var list []disclosure.Cell
	for _, one := range f.Series {
		list = append(list, one.Cells...)
	}
	return list
}

// lineBlocks are lines from left to right over one axis.
func (f Figure) lineBlocks(t typography) []block {
	up := axisOf(f.Unit, f.cells(), ticksUp)
	var texts []string
	for _, one := range up.ticks {
		texts = append(texts, one.label)
	}
	across := f.places(t, margin+t.widest(axisStyle, texts)+8)
	labels := block{height: float64(across.deepest)*axisStyle.leading() + 12, draw: across.draw}
	return []block{
		paragraph(t, axisStyle, f.unit(), 8),
		{plotHeight, func(p *pen) {
			for _, one := range up.ticks {
				y := up.place(one.value, plotHeight, 0)
				p.stroke(grid, 1, nil, point{across.left, y}, point{width - margin, y})
				p.text(across.left-8, y+axisStyle.size*0.35, axisStyle, toRight, one.label)
			}
			p.stroke(rule, 1, nil, point{across.left, plotHeight}, point{width - margin, plotHeight})
			for i, one := range f.Series {
				p.line(signs[i], one.Cells, across.x, up)
			}
		}},
		labels,
	}
}

// line draws what is shown of a series. It is broken where something is masked.
func (p *pen) line(s sign, cells []disclosure.Cell, x []float64, up axis) {
	var piece []point
	flush := func() {
		if len(piece) > 1 {
			p.stroke(s.colour, lineWidth, s.dashes, piece...)
		}
		piece = nil
	}
	var shown []point
	for i, cell := range cells {
		value, is := cell.Value()
		if !is {
			flush()
			continue
		}
		at := point{x[i], up.place(value, plotHeight, 0)}
		piece, shown = append(piece, at), append(shown, at)
	}
	flush()
	for _, at := range shown {
		p.fill(s.colour, s.marker(at.x, at.y)...)
	}
}

// places are where the labels of a line lie, and which of them are written.
type places struct {
	left    float64
	x       []float64
	written [][]string // wrapped; nil where there is no room
	deepest int
}

// widestLabel is how wide a label is before it is wrapped.
const widestLabel = 90.0

func (f Figure) places(t typography, left float64) places {
	made := places{left: left, written: make([][]string, len(f.Labels))}
	wrapped := make([][]string, len(f.Labels))
	needs := 0.0
	for i, label := range f.Labels {
		wrapped[i] = t.wrap(axisStyle, label, widestLabel)
		needs = max(needs, t.widest(axisStyle, wrapped[i]))
	}
	from, to := left+needs/2, width-margin-needs/2
	each := 0.0
	if len(f.Labels) > 1 {
		each = (to - from) / float64(len(f.Labels)-1)
	} else {
		from = (left + width - margin) / 2
	}
	stride := strideOf(each, needs+12)
	for i := range f.Labels {
		made.x = append(made.x, from+float64(i)*each)
		if i%stride == 0 {
			made.written[i] = wrapped[i]
			made.deepest = max(made.deepest, len(wrapped[i]))
		}
	}
	return made
}

// strideOf returns every how many labels one is written. Twelve months are a year.
func strideOf(each, needs float64) int {
	strides := []int{1, 2, 3, 4, 6, 12, 24, 60, 120, 240, mostPoints}
	at := slices.IndexFunc(strides, func(stride int) bool { return float64(stride)*each >= needs })
	if each == 0 || at < 0 {
		return mostPoints
	}
	return strides[at]
}

func (made places) draw(p *pen) {
	for i, lines := range made.written {
		length := 4.0
		if lines != nil {
			length = 8
		}
		p.stroke(rule, 1, nil, point{made.x[i], 0}, point{made.x[i], length})
		p.lines(made.x[i], 8, axisStyle, toCentre, lines)
	}
}
