package report

import (
	"fmt"
	"math"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/page/axis"
	"tre-toolkit/internal/spec"
)

// The charts of the default view, which stand in the page before any script runs.

// line is measures over periods on a ground of lineWidth by lineHeight.
type line struct {
	Width, Height, Left, Right, Bottom float64
	Grid                               []gridLine
	Ticks                              []tick
	Series                             []series
}

type gridLine struct {
	Y     float64
	Label string
}

type tick struct {
	X     float64
	Label string
}

// series is one measure: stretches of neighbouring values, broken where one is
// masked, and its points.
type series struct {
	Name      string
	Stretches []string // points of a polyline
	Points    []point
}

type point struct{ X, Y float64 }

const (
	lineWidth  = 860.
	lineHeight = 320.
	lineLeft   = 56.
	lineRight  = 852.
	lineTop    = 14.
	lineBottom = 284.
	gridLines  = 4
	mostTicks  = 9
	allPercent = 100.
)

func (m *model) line(of *organisation, kind int, list []shown) line {
	made := line{Width: lineWidth, Height: lineHeight, Left: lineLeft, Right: lineRight, Bottom: lineBottom}
	most := 0.
	for _, measure := range list {
		for period := range m.kinds[kind].Periods {
			value, _ := m.cell(of, kind, period, measure).Value()
			most = max(most, value)
		}
	}
	step := axis.Step(most, gridLines)
	if list[0].Unit == spec.Percent {
		step = allPercent / gridLines
	}
	top := step * gridLines
	height := func(value float64) float64 { return tenth(lineBottom - value/top*(lineBottom-lineTop)) }
	for i := range gridLines + 1 {
		value := step * float64(i)
		made.Grid = append(made.Grid, gridLine{height(value), axis.Label(value)})
	}
	periods := m.kinds[kind].Periods
	place := func(i int) float64 {
		return tenth(lineLeft + (float64(i)+0.5)*(lineRight-lineLeft)/float64(len(periods)))
	}
	every := (len(periods) + mostTicks - 1) / mostTicks
	for i := 0; i < len(periods); i += every {
		made.Ticks = append(made.Ticks, tick{place(i), periods[i].Short})
	}
	for _, measure := range list {
		one := series{Name: measure.Label}
		var stretch []string
		for i := range periods {
			value, isShown := m.cell(of, kind, i, measure).Value()
			if !isShown {
				one.end(&stretch)
				continue
			}
			at := point{place(i), height(value)}
			one.Points = append(one.Points, at)
			stretch = append(stretch, fmt.Sprintf("%g,%g", at.X, at.Y))
		}
		one.end(&stretch)
		made.Series = append(made.Series, one)
	}
	return made
}

// end closes a stretch. One of a single value has no line: its point shows it.
func (s *series) end(stretch *[]string) {
	if len(*stretch) > 1 {
		s.Stretches = append(s.Stretches, strings.Join(*stretch, " "))
	}
	*stretch = nil
}

func tenth(x float64) float64 { return math.Round(10*x) / 10 }

// meter is a value beside the most that its row or column shows.
type meter struct{ Value, Most float64 }

// mostOf is the most that cells show: all, of percentages.
func mostOf(cells []disclosure.Cell, unit string) float64 {
	if unit == spec.Percent {
		return allPercent
	}
	most := 1.
	for _, cell := range cells {
		value, _ := cell.Value()
		most = max(most, value)
	}
	return most
}

// withMeter is a published cell with its length; a masked one has none.
func withMeter(cell disclosure.Cell, most float64) cellView {
	value, isShown := cell.Value()
	if !isShown {
		return cellView{Text: cell.String()}
	}
	return cellView{cell.String(), &meter{value, most}}
}
