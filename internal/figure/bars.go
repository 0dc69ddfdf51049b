package figure

import "tre-toolkit/internal/disclosure"

const (
	barHeight  = 14.0
	rowHeight  = 19.0
	betweenRow = 7.0

	mostLabel    = 220.0 // the room of labels beside bars
	panelsAcross = 3
	panelLabel   = 150.0
	panelGap     = 14.0
)

// field is the room of bars: from where they begin to where the longest ends, and
// of their numbers.
type field struct {
	left, right, numbers float64
	axis                 axis
}

// rows are labels one under another.
type rows struct {
	wrapped [][]string
	tops    []float64
	height  float64
	width   float64 // of the labels
}

// rowsOf lays labels of so many bars each.
func (f Figure) rowsOf(t typography, bars int, most float64) rows {
	made := rows{width: min(most, t.widest(axisStyle, cleaned(f.Labels)))}
	for _, label := range f.Labels {
		lines := t.wrap(axisStyle, label, made.width+1)
		made.wrapped = append(made.wrapped, lines)
		made.tops = append(made.tops, made.height)
		made.height += max(float64(bars)*rowHeight, float64(len(lines))*axisStyle.leading())
		if bars > 1 || len(lines) > 1 {
			made.height += betweenRow
		}
	}
	return made
}

func cleaned(texts []string) []string {
	list := make([]string, len(texts))
	for i, text := range texts {
		list[i] = clean(text)
	}
	return list
}

func (r rows) drawLabels(p *pen, y float64) {
	for i, lines := range r.wrapped {
		p.lines(margin, y+r.tops[i]+1, axisStyle, toLeft, lines)
	}
}

// widestNumber is the room that numbers need beside bars.
func (f Figure) widestNumber(t typography) float64 {
	widest := 0.0
	for _, cell := range f.cells() {
		widest = max(widest, t.width(axisStyle, f.written(cell)))
	}
	return widest + 6
}

// barBlocks are the bars of all series, those of a label together.
func (f Figure) barBlocks(t typography) []block {
	made := f.rowsOf(t, len(f.Series), mostLabel)
	area := field{left: margin + made.width + 10, numbers: f.widestNumber(t), axis: axisOf(f.Unit, f.cells(), ticksUp)}
	if len(f.Series) > 1 {
		area.left += 2*markerSize + 4
	}
	area.right = width - margin - area.numbers
	return []block{f.axisBlock(area), {made.height, func(p *pen) {
		area.grid(p, 0, made.height)
		made.drawLabels(p, 0)
		for s, one := range f.Series {
			for i, cell := range one.Cells {
				y := made.tops[i] + float64(s)*rowHeight
				if len(f.Series) > 1 {
					p.fill(signs[s].colour, signs[s].marker(area.left-markerSize-4, y+rowHeight/2)...)
				}
				f.bar(p, area, signs[s], cell, y)
			}
		}
	}}}
}

// axisBlock has the unit and the ticks over bars.
func (f Figure) axisBlock(area field) block {
	return block{2*axisStyle.leading() + 4, func(p *pen) {
		p.text(area.left, axisStyle.size, axisStyle, toLeft, clean(f.unit()))
		area.ticks(p, axisStyle.leading()+axisStyle.size)
	}}
}

// ticks writes the axis's numbers, those that have room.
func (a field) ticks(p *pen, y float64) {
	free := 0.0
	for i, one := range a.axis.ticks {
		x, half := a.axis.place(one.value, a.left, a.right), p.width(axisStyle, one.label)/2
		if i > 0 && x-half < free {
			continue
		}
		p.text(x, y, axisStyle, toCentre, one.label)
		free = x + half + 8
	}
}

func (a field) grid(p *pen, y, height float64) {
	for _, one := range a.axis.ticks {
		x := a.axis.place(one.value, a.left, a.right)
		p.stroke(grid, 1, nil, point{x, y}, point{x, y + height})
	}
	p.stroke(rule, 1, nil, point{a.left, y}, point{a.left, y + height})
}

// bar draws one cell with what is written of it. What is masked has a stub of one
// size.
func (f Figure) bar(p *pen, area field, s sign, cell disclosure.Cell, y float64) {
	middle := y + rowHeight/2
	end := area.left + 1
	if value, shown := cell.Value(); shown {
		end = area.axis.place(value, area.left, area.right)
		if end > area.left {
			p.fill(s.colour, rectangle(area.left, middle-barHeight/2, end-area.left, barHeight)...)
		}
	} else {
		p.stub(end, middle-stubHeight/2)
		end += stubWidth
	}
	written := f.written(cell)
	p.fill(paper, rectangle(end+3, middle-barHeight/2, p.width(axisStyle, written)+4, barHeight)...)
	p.text(end+5, middle+axisStyle.size*0.35, axisStyle, toLeft, written)
}

// panelBlocks are the panels, several beside one another, with the labels at the
// left of each row of panels.
func (f Figure) panelBlocks(t typography) []block {
	made := f.rowsOf(t, 1, panelLabel)
	left := margin + made.width + 10
	each := (width - margin - left + panelGap) / panelsAcross
	blocks := []block{paragraph(t, axisStyle, f.unit(), 8)}
	for first := 0; first < len(f.Series); first += panelsAcross {
		several := f.Series[first:min(first+panelsAcross, len(f.Series))]
		titles := make([][]string, len(several))
		deepest := 0
		for i, one := range several {
			titles[i] = t.wrap(headStyle, one.Name, each-panelGap)
			deepest = max(deepest, len(titles[i]))
		}
		head := float64(deepest)*headStyle.leading() + axisStyle.leading() + 6
		blocks = append(blocks, block{head + made.height + 14, func(p *pen) {
			made.drawLabels(p, head)
			for i, one := range several {
				x := left + float64(i)*each
				p.lines(x, 0, headStyle, toLeft, titles[i])
				area := field{left: x, right: x + each - panelGap - f.widestNumber(p.typography), axis: f.panelAxis(one)}
				area.ticks(p, head-6)
				area.grid(p, head, made.height)
				for j, cell := range one.Cells {
					f.bar(p, area, signs[0], cell, head+made.tops[j])
				}
			}
		}})
	}
	return blocks
}

// panelAxis has few ticks, since a panel is narrow.
func (f Figure) panelAxis(one Series) axis {
	const steps = 2
	if f.OwnScales {
		return axisOf(f.Unit, one.Cells, steps)
	}
	return axisOf(f.Unit, f.cells(), steps)
}
