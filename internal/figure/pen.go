package figure

import (
	"image/color"
	"strings"
	"unicode"
	"unicode/utf8"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	xfont "golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// typography measures text and breaks it into lines.
type typography struct{ fonts *font.Cache }

func newTypography() typography {
	regular := font.Font{Typeface: "Liberation", Variant: "Sans"}
	bold := regular
	bold.Weight = xfont.WeightBold
	return typography{font.NewCache(font.Collection{{Font: regular, Face: mustParse(liberationsansregular.TTF)}, {Font: bold, Face: mustParse(liberationsansbold.TTF)}})}
}

// mustParse reads a font that is part of the program.
func mustParse(file []byte) *opentype.Font {
	face, err := opentype.Parse(file)
	if err != nil {
		panic(err)
	}
	return face
}

// style is how a text looks.
type style struct {
	size float64
	bold bool
}

var (
	titleStyle = style{22, true}
	textStyle  = style{15, false}
	headStyle  = style{14, true}
	axisStyle  = style{14, false}
	noteStyle  = style{13, false}
)

// leading is the height of a line.
func (s style) leading() float64 { return s.size * 1.3 }

func (t typography) face(s style) font.Face {
	wanted := font.Font{Typeface: "Liberation", Variant: "Sans"}
	if s.bold {
		wanted.Weight = xfont.WeightBold
	}
	return t.fonts.Lookup(wanted, vg.Length(s.size))
}

func (t typography) width(s style, text string) float64 {
	face := t.face(s)
	return float64(face.Width(text))
}

func (t typography) widest(s style, texts []string) float64 {
	most := 0.0
	for _, text := range texts {
		most = max(most, t.width(s, text))
	}
	return most
}

// wrap breaks a text into lines of a width, between words where it can.
func (t typography) wrap(s style, text string, width float64) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(clean(text)) {
		if line != "" && t.width(s, line+" "+word) <= width {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for line = word; t.width(s, line) > width; {
			fits := t.fitting(s, line, width)
			lines = append(lines, line[:fits])
			line = line[fits:]
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// fitting returns how many bytes of a word are no wider, one letter at least.
func (t typography) fitting(s style, word string, width float64) int {
	fits := 0
	for at, letter := range word {
		end := at + utf8.RuneLen(letter)
		if fits > 0 && t.width(s, word[:end]) > width {
			break
		}
		fits = end
	}
	return fits
}

// clean returns a text without what cannot be drawn, or written as XML.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
}

// pen draws on a canvas. Its places are units from the left and from the top of
// what is drawn.
type pen struct {
	typography
	canvas      vg.Canvas
	height, top float64
}

func (p *pen) at(x, y float64) vg.Point {
	return vg.Point{X: vg.Length(x), Y: vg.Length(p.height - p.top - y)}
}

// alignments of a text to its place.
const (
	toLeft   = 0.0
	toCentre = 0.5
	toRight  = 1.0
)

// text writes a line, whose baseline is at y.
func (p *pen) text(x, y float64, s style, alignment float64, text string) {
	p.canvas.SetColor(ink)
	p.canvas.FillString(p.face(s), p.at(x-alignment*p.width(s, text), y), text)
}

// lines writes several lines, the first of which begins at the top.
func (p *pen) lines(x, y float64, s style, alignment float64, lines []string) {
	for i, line := range lines {
		p.text(x, y+float64(i)*s.leading()+s.size, s, alignment, line)
	}
}

// point is a place on the figure.
type point struct{ x, y float64 }

func (p *pen) path(points []point) vg.Path {
	var path vg.Path
	for i, one := range points {
		if i == 0 {
			path.Move(p.at(one.x, one.y))
		} else {
			path.Line(p.at(one.x, one.y))
		}
	}
	return path
}

func (p *pen) stroke(c color.Color, width float64, dashes []vg.Length, points ...point) {
	p.canvas.SetColor(c)
	p.canvas.SetLineWidth(vg.Length(width))
	p.canvas.SetLineDash(dashes, 0)
	p.canvas.Stroke(p.path(points))
}

func (p *pen) fill(c color.Color, points ...point) {
	p.canvas.SetColor(c)
	path := p.path(points)
	path.Close()
	p.canvas.Fill(path)
}

func rectangle(x, y, width, height float64) []point {
	return []point{{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}}
}

// The stub that stands for a masked bar has one size.
const (
	stubWidth  = 18.0
	stubHeight = 14.0
)

// stub draws a hatched box.
func (p *pen) stub(x, y float64) {
	for from := x - stubHeight + 4; from < x+stubWidth; from += 5 {
		start := point{max(from, x), y + stubHeight - max(x-from, 0)}
		end := point{min(from+stubHeight, x+stubWidth), y + max(from+stubHeight-x-stubWidth, 0)}
		p.stroke(muted, 1, nil, start, end)
	}
	corners := rectangle(x, y, stubWidth, stubHeight)
	p.stroke(muted, 1, nil, append(corners, corners[0])...)
}
