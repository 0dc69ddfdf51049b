package report

import (
	"math"

	"tre-toolkit/internal/page/axis"
	"tre-toolkit/internal/quality"
)

// chart is a table's rows by month as a picture: a bar a month, on a page of
// chartWidth by chartHeight. A masked month has a stub of one height, whatever it
// hides, and a month without rows a gap.
type chart struct {
	Bars    []bar
	Ticks   []tick
	Grid    []gridLine
	Shown   bool // some month has a bar
	Masked  bool // some month is masked
	Missing bool // some month has no rows
}

type bar struct {
	Month, Rows         string
	X, Y, Width, Height float64
	IsMasked, IsMissing bool
}

type tick struct {
	X    float64
	Year string
}

type gridLine struct {
	Y     float64
	Label string
}

const (
	chartWidth   = 860.
	chartHeight  = 190.
	chartLeft    = 62.
	chartTop     = 12.
	chartBottom  = 160. // of the bars
	stubHeight   = 14.
	widestBar    = 26.
	barsOfChart  = chartWidth - chartLeft - 6
	barShareOf   = 0.78 // of a month's place; the rest is space between bars
	chartLines   = 4
	januaryMonth = "-01"
)

// newChart draws a table's months. Only shown numbers have a size.
func newChart(table quality.Table) chart {
	var c chart
	place := barsOfChart / float64(max(len(table.Months), 1))
	width := min(place*barShareOf, widestBar)
	most := 0.
	for _, one := range table.Months {
		value, _ := one.Rows.Value()
		most = max(most, value)
	}
	step := axis.Step(most, chartLines)
	top := step * chartLines
	for i := range chartLines + 1 {
		value := step * float64(i)
		c.Grid = append(c.Grid, gridLine{round(chartBottom - value/top*(chartBottom-chartTop)), axis.Label(value)})
	}
	for i, one := range table.Months {
		x := chartLeft + place*float64(i) + (place-width)/2
		b := bar{Month: one.Month, Rows: one.Rows.String(), X: round(x), Width: round(width)}
		value, shown := one.Rows.Value()
		switch {
		case !shown:
			b.IsMasked, c.Masked = true, true
			b.Y, b.Height = chartBottom-stubHeight, stubHeight
		case value == 0:
			b.IsMissing, c.Missing = true, true
			b.Y, b.Height = chartTop, chartBottom-chartTop
		default:
			c.Shown = true
			b.Height = round(max(value/top*(chartBottom-chartTop), 1))
			b.Y = round(chartBottom - b.Height)
		}
		c.Bars = append(c.Bars, b)
		if i == 0 || one.Month[4:] == januaryMonth {
			c.addTick(x+width/2, one.Month[:4])
		}
	}
	return c
}

const closestTicks = 34

// addTick names a year; the first is left out where the next would stand on it.
func (c *chart) addTick(x float64, year string) {
	if n := len(c.Ticks); n > 0 && x-c.Ticks[n-1].X < closestTicks {
		c.Ticks = c.Ticks[:n-1]
	}
	c.Ticks = append(c.Ticks, tick{round(x), year})
}

func round(x float64) float64 { return math.Round(10*x) / 10 }
