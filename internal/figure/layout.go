package figure

import (
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"

	"tre-toolkit/internal/disclosure"
)

// margin is around everything.
const (
	margin = 16.0
	inner  = width - 2*margin
)

// block is a part of a figure as high as it says.
type block struct {
	height float64
	draw   func(*pen)
}

// layout is the parts of a figure, one under another.
type layout struct {
	typography
	blocks []block
	height float64
}

func (f Figure) lay() layout {
	made := layout{typography: newTypography(), height: 2 * margin}
	body := map[Form]func(typography) []block{Lines: f.lineBlocks, Bars: f.barBlocks, Panels: f.panelBlocks}[f.Form]
	made.blocks = slices.Concat(f.header(made.typography), f.legend(made.typography), body(made.typography), f.footer(made.typography))
	for _, one := range made.blocks {
		made.height += one.height
	}
	made.height = math.Ceil(made.height)
	return made
}

func (l layout) draw(canvas vg.Canvas) {
	p := &pen{typography: l.typography, canvas: canvas, height: l.height}
	p.fill(paper, rectangle(0, 0, width, l.height)...)
	p.top = margin
	for _, one := range l.blocks {
		one.draw(p)
		p.top += one.height
	}
}

func space(height float64) block { return block{height, func(*pen) {}} }

// paragraph is a text over the whole width.
func paragraph(t typography, s style, text string, after float64) block {
	lines := t.wrap(s, text, inner)
	return block{float64(len(lines))*s.leading() + after, func(p *pen) { p.lines(margin, 0, s, toLeft, lines) }}
}

func (f Figure) header(t typography) []block {
	blocks := []block{paragraph(t, titleStyle, f.Title, 4)}
	if f.Subtitle != "" {
		blocks = append(blocks, paragraph(t, textStyle, f.Subtitle, 4))
	}
	return append(blocks, space(8))
}

func (f Figure) footer(t typography) []block {
	blocks := []block{space(10)}
	for _, note := range f.Notes {
		blocks = append(blocks, paragraph(t, noteStyle, note, 3))
	}
	if f.Source != "" {
		blocks = append(blocks, paragraph(t, noteStyle, "Source: "+f.Source, 0))
	}
	return blocks
}

// entry is a line of the legend: a sample, and what it means.
type entry struct {
	sample func(p *pen, x, y float64) // y is the middle of the line
	text   string
}

// sampleWidth is the room of a sample with what is after it.
const sampleWidth = 46.0

func (f Figure) legend(t typography) []block {
	var blocks []block
	var row []entry
	used := 0.0
	flush := func() {
		if len(row) > 0 {
			blocks = append(blocks, legendRow(t, row))
		}
		row, used = nil, 0
	}
	for _, one := range f.entries() {
		needs := sampleWidth + t.width(textStyle, one.text) + 20
		if used+needs > inner+20 {
			flush()
		}
		row, used = append(row, one), used+needs
	}
	flush()
	if len(blocks) > 0 {
		blocks = append(blocks, space(8))
	}
	return blocks
}

// legendRow has entries beside one another, or one that needs several lines.
func legendRow(t typography, row []entry) block {
	wrapped := make([][]string, len(row))
	height := 0.0
	for i, one := range row {
		wrapped[i] = t.wrap(textStyle, one.text, inner-sampleWidth)
		height = max(height, float64(len(wrapped[i]))*textStyle.leading()+3)
	}
	return block{height, func(p *pen) {
		x := margin
		for i, one := range row {
			one.sample(p, x, textStyle.size*0.65)
			p.lines(x+sampleWidth, 0, textStyle, toLeft, wrapped[i])
			x += sampleWidth + p.width(textStyle, one.text) + 20
		}
	}}
}

func (f Figure) entries() []entry {
	var list []entry
	if len(f.Series) > 1 && f.Form != Panels {
		for i, one := range f.Series {
			name := clean(one.Name)
			if !slices.ContainsFunc(one.Cells, func(c disclosure.Cell) bool { return !c.Masked() }) {
				name += " (all masked)"
			}
			list = append(list, entry{f.seriesSample(signs[i]), name})
		}
	}
	for _, meaning := range f.meanings() {
		list = append(list, entry{f.maskedSample(), meaning})
	}
	return list
}

func (f Figure) seriesSample(s sign) func(*pen, float64, float64) {
	return func(p *pen, x, y float64) {
		if f.Form == Lines {
			p.stroke(s.colour, lineWidth, s.dashes, point{x, y}, point{x + sampleWidth - 8, y})
			p.fill(s.colour, s.marker(x+(sampleWidth-8)/2, y)...)
			return
		}
		p.fill(s.colour, s.marker(x+6, y)...)
		p.fill(s.colour, rectangle(x+14, y-barHeight/2, sampleWidth-22, barHeight)...)
	}
}

func (f Figure) maskedSample() func(*pen, float64, float64) {
	return func(p *pen, x, y float64) {
		if f.Form != Lines {
			p.stub(x+14, y-stubHeight/2)
			return
		}
		p.stroke(muted, lineWidth, nil, point{x, y}, point{x + 11, y})
		p.fill(muted, disc(x+11, y)...)
		p.stroke(muted, lineWidth, nil, point{x + 27, y}, point{x + 38, y})
		p.fill(muted, disc(x+27, y)...)
	}
}

// meanings explains the marks of the masked cells.
func (f Figure) meanings() []string {
	what := "hatched"
	if f.Form == Lines {
		what = "gap"
	}
	var used, list []string
	for _, one := range f.Series {
		for _, cell := range one.Cells {
			if cell.Masked() && !slices.Contains(used, cell.String()) {
				used = append(used, cell.String())
			}
		}
	}
	slices.Sort(used)
	for _, mark := range used {
		meaning := "not shown, to protect people"
		if at := slices.IndexFunc(f.Marks, func(m Mark) bool { return m.Mark == mark }); at >= 0 {
			meaning = f.Marks[at].Meaning
		}
		if mark != "" {
			mark = " (" + mark + ")"
		}
		list = append(list, clean(what+mark+": "+meaning))
	}
	return list
}

// description says in words what the figure shows, every value among it.
func (f Figure) description() string {
	forms := map[Form]string{Lines: "Lines", Bars: "Bars", Panels: "Bars in panels"}
	parts := []string{forms[f.Form] + ", in " + f.unit() + "."}
	if f.Subtitle != "" {
		parts = append(parts, strings.TrimSuffix(f.Subtitle, ".")+".")
	}
	for _, one := range f.Series {
		var values []string
		for i, cell := range one.Cells {
			value := f.written(cell)
			if cell.Masked() {
				value = strings.TrimSpace("masked " + value)
			}
			values = append(values, f.Labels[i]+": "+value)
		}
		parts = append(parts, one.Name+": "+strings.Join(values, "; ")+".")
	}
	return strings.Join(append(parts, f.meanings()...), " ")
}

func (f Figure) unit() string {
	if f.Unit == Percent {
		return "per cent"
	}
	return f.Unit
}
