// Package chart draws what a linkage model says, as SVG: a picture that needs no
// script, no font from a network and no program but a browser.
//
// The package is pure: names and numbers in, text out. The same numbers give the
// same bytes. Every picture has a title and says in words what it shows.
package chart

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Bar is one labelled number of a group.
type Bar struct {
	Group, Label string // an empty group is that of the bar above
	Value        float64
}

// Point is a place on a line.
type Point struct{ X, Y float64 }

// Line is a named row of points, in order of X.
type Line struct {
	Name   string
	Points []Point
}

const (
	width     = 760.0
	labels    = 300.0 // the column of labels beside bars
	rowHeight = 18.0
	top       = 64.0
	margin    = 24.0
)

// colours are told apart by everybody, and in print by their lightness.
var colours = []string{"#0b5394", "#c55a11", "#5b8c2a", "#6a4c93"}

const (
	agrees    = "#0b5394"
	disagrees = "#c55a11"
)

type picture struct {
	body   strings.Builder
	height float64
}

func (p *picture) add(format string, args ...any) { fmt.Fprintf(&p.body, format+"\n", args...) }

// svg returns the picture with its title and its description.
func (p *picture) svg(title, description string) []byte {
	return []byte(fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" role="img" aria-labelledby="title description" font-family="sans-serif" font-size="12">
<title id="title">%s</title>
<desc id="description">%s</desc>
<rect width="100%%" height="100%%" fill="#ffffff"/>
<text x="%s" y="26" font-size="16" font-weight="bold">%s</text>
<text x="%s" y="46" fill="#444444">%s</text>
%s</svg>
`, at(width), at(p.height), escape(title), escape(description), at(margin), escape(title), at(margin), escape(description), p.body.String()))
}

// at writes a coordinate with a tenth of a pixel.
func at(x float64) string {
	return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64)
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func escape(text string) string { return escaper.Replace(text) }

func signed(value float64) string { return fmt.Sprintf("%+.1f", value) }

// span is the range of numbers that a picture shows, zero among them.
type span struct{ low, high float64 }

func spanOf(values ...float64) span {
	s := span{}
	for _, value := range values {
		s.low, s.high = min(s.low, value), max(s.high, value)
	}
	if s.low == s.high {
		s.high = s.low + 1
	}
	return s
}

// place returns where a number lies between two ends.
func (s span) place(value, from, to float64) float64 {
	return from + (value-s.low)/(s.high-s.low)*(to-from)
}

// Weights draws bars to both sides of zero: what speaks for one person to the
// right, what speaks for two to the left.
func Weights(title, description string, bars []Bar) []byte {
	values := make([]float64, len(bars))
	for i, bar := range bars {
		values[i] = bar.Value
	}
	s := spanOf(values...)
	p := &picture{height: top + rowHeight*float64(len(bars)) + margin}
	from, to := labels+40, width-margin-40
	zero := s.place(0, from, to)
	for i, bar := range bars {
		y := top + rowHeight*float64(i)
		p.label(y, bar)
		end, fill := s.place(bar.Value, from, to), agrees
		if bar.Value < 0 {
			fill = disagrees
		}
		p.add(`<rect x="%s" y="%s" width="%s" height="%s" fill="%s"/>`, at(min(zero, end)), at(y+2), at(math.Abs(end-zero)), at(rowHeight-4), fill)
		p.value(end, y, bar.Value < 0, signed(bar.Value))
	}
	p.add(`<line x1="%s" x2="%s" y1="%s" y2="%s" stroke="#222222"/>`, at(zero), at(zero), at(top-4), at(p.height-margin+4))
	return p.svg(title, description)
}

// label writes a row's group and label beside its bar.
func (p *picture) label(y float64, bar Bar) {
	if bar.Group != "" {
		p.add(`<text x="%s" y="%s" font-weight="bold">%s</text>`, at(margin), at(y+rowHeight-5), escape(bar.Group))
	}
	p.add(`<text x="%s" y="%s" text-anchor="end">%s</text>`, at(labels), at(y+rowHeight-5), escape(bar.Label))
}

func (p *picture) value(x, y float64, left bool, text string) {
	anchor, shift := "start", 4.0
	if left {
		anchor, shift = "end", -4
	}
	p.add(`<text x="%s" y="%s" text-anchor="%s" fill="#222222">%s</text>`, at(x+shift), at(y+rowHeight-5), anchor, text)
}

// Probabilities draws two bars a row, from nought to one: m above u.
func Probabilities(title, description string, m, u []Bar) []byte {
	p := &picture{height: top + rowHeight*float64(len(m)) + margin + 16}
	from, to := labels+16, width-margin-60
	s := span{0, 1}
	for i, bar := range m {
		y := top + rowHeight*float64(i)
		p.label(y, bar)
		half := (rowHeight - 4) / 2
		p.add(`<rect x="%s" y="%s" width="%s" height="%s" fill="%s"/>`, at(from), at(y+2), at(s.place(bar.Value, 0, to-from)), at(half), agrees)
		p.add(`<rect x="%s" y="%s" width="%s" height="%s" fill="%s"/>`, at(from), at(y+2+half), at(s.place(u[i].Value, 0, to-from)), at(half), disagrees)
		longer := s.place(max(bar.Value, u[i].Value), from, to)
		p.value(longer, y, false, fmt.Sprintf("%.3g / %.3g", bar.Value, u[i].Value))
	}
	p.legend(p.height-margin+8, []string{"m: records of one person", "u: records of two people"}, []string{agrees, disagrees})
	return p.svg(title, description)
}

func (p *picture) legend(y float64, names, fills []string) {
	x := labels + 16
	for i, name := range names {
		p.add(`<rect x="%s" y="%s" width="10" height="10" fill="%s"/>`, at(x), at(y-9), fills[i])
		p.add(`<text x="%s" y="%s">%s</text>`, at(x+16), at(y), escape(name))
		x += 32 + 7*float64(len(name))
	}
}

// Waterfall draws how a weight comes about: it begins with the first bar, each
// bar moves it, and the last row is where it ends.
func Waterfall(title, description string, bars []Bar) []byte {
	sums := []float64{0}
	for _, bar := range bars {
		sums = append(sums, sums[len(sums)-1]+bar.Value)
	}
	s := spanOf(sums...)
	p := &picture{height: top + rowHeight*float64(len(bars)+1) + margin}
	from, to := labels+50, width-margin-50
	for i, bar := range bars {
		y := top + rowHeight*float64(i)
		p.label(y, bar)
		begin, end, fill := s.place(sums[i], from, to), s.place(sums[i+1], from, to), agrees
		if bar.Value < 0 {
			fill = disagrees
		}
		p.add(`<rect x="%s" y="%s" width="%s" height="%s" fill="%s"/>`, at(min(begin, end)), at(y+2), at(max(math.Abs(end-begin), 0.5)), at(rowHeight-4), fill)
		p.add(`<line x1="%s" x2="%s" y1="%s" y2="%s" stroke="#888888"/>`, at(end), at(end), at(y+2), at(y+2+rowHeight))
		p.value(end, y, bar.Value < 0, signed(bar.Value))
	}
	y, total := top+rowHeight*float64(len(bars)), sums[len(sums)-1]
	zero, end := s.place(0, from, to), s.place(total, from, to)
	p.label(y, Bar{Group: "weight", Value: total})
	p.add(`<rect x="%s" y="%s" width="%s" height="%s" fill="#444444"/>`, at(min(zero, end)), at(y+2), at(math.Abs(end-zero)), at(rowHeight-4))
	p.value(end, y, total < 0, signed(total))
	p.add(`<line x1="%s" x2="%s" y1="%s" y2="%s" stroke="#222222" stroke-dasharray="2 3"/>`, at(zero), at(zero), at(top-4), at(y+rowHeight))
	return p.svg(title, description)
}

const plotHeight = 300.0

// Lines draws lines over a common pair of axes. The vertical one runs from low to
// high.
func Lines(title, description, acrossName, upName string, low, high float64, lines []Line) []byte {
	p := &picture{height: top + plotHeight + 64}
	left, right, bottom := margin+56, width-margin-20, top+plotHeight
	across := span{math.Inf(1), math.Inf(-1)}
	for _, line := range lines {
		for _, point := range line.Points {
			across.low, across.high = min(across.low, point.X), max(across.high, point.X)
		}
	}
	if !(across.low < across.high) {
		across = span{0, 1}
	}
	up := span{low, high}
	for i := range 6 {
		part := float64(i) / 5
		y, x := bottom-part*plotHeight, left+part*(right-left)
		p.add(`<line x1="%s" x2="%s" y1="%s" y2="%s" stroke="#dddddd"/>`, at(left), at(right), at(y), at(y))
		p.add(`<text x="%s" y="%s" text-anchor="end">%.4g</text>`, at(left-6), at(y+4), low+part*(high-low))
		p.add(`<text x="%s" y="%s" text-anchor="middle">%.3g</text>`, at(x), at(bottom+18), across.low+part*(across.high-across.low))
	}
	p.add(`<text x="%s" y="%s" text-anchor="middle">%s</text>`, at((left+right)/2), at(bottom+36), escape(acrossName))
	p.add(`<text x="%s" y="%s" fill="#444444">%s</text>`, at(margin), at(top-6), escape(upName))
	var names, fills []string
	for i, line := range lines {
		colour := colours[i%len(colours)]
		var places []string
		for _, point := range line.Points {
			places = append(places, at(across.place(point.X, left, right))+","+at(up.place(min(max(point.Y, low), high), bottom, top)))
		}
		p.add(`<polyline fill="none" stroke="%s" stroke-width="2" points="%s"/>`, colour, strings.Join(places, " "))
		names, fills = append(names, line.Name), append(fills, colour)
	}
	p.legend(p.height-8, names, fills)
	return p.svg(title, description)
}
