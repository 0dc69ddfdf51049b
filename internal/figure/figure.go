// Package figure draws published cells as a still picture, SVG or PNG.
//
// It takes cells alone, never counts, so that what was not published cannot be
// drawn: the compiler holds it. A masked cell is a gap in a line, and among bars a
// hatched stub of one size, whatever it hides; a legend says why. A shown zero has
// no bar, and its number beside it.
//
// The same figure gives the same bytes. A picture is 640 units wide and as high as
// it must be, a PNG has 1600 dots across; the smallest text is 13 units, which is 8
// on a screen that is 390 wide. Series differ in colour and in a second sign, dashes
// and markers. Fonts are those of the program; nothing is fetched.
package figure

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"html"
	"image/png"
	"io"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"tre-toolkit/internal/disclosure"
)

// Form is how a figure shows its values.
type Form int

const (
	// Lines go along labels that are in an order, such as months.
	Lines Form = iota
	// Bars lie under one another, for each label those of all series.
	Bars
	// Panels have the bars of one series each, beside one another.
	Panels
)

// Percent is the unit of percentages.
const Percent = "%"

// Figure is a picture of published cells. Every series has a cell for each label.
type Figure struct {
	Title, Subtitle string
	Form            Form
	Unit            string // of all values, such as participants, days or Percent
	Labels          []string
	Series          []Series
	OwnScales       bool // every panel has an axis of its own
	Marks           []Mark
	Notes           []string
	Source          string
}

// Series is a named row of cells, in the order of the figure's labels.
type Series struct {
	Name  string
	Cells []disclosure.Cell
}

// Mark says what a mark in place of a number means. Those that no cell has are
// left out of the legend.
type Mark struct{ Mark, Meaning string }

// ErrNothing says that no cell of a figure is shown.
var ErrNothing = errors.New("there is nothing to draw: every figure is masked")

// TooMany says that a figure has more than can be told apart, or seen.
type TooMany struct {
	Things string
	Number int
	Most   int
}

// Error says how many there are, and how many there may be.
func (e *TooMany) Error() string {
	return fmt.Sprintf("%d %s are too many for one figure: it has at most %d", e.Number, e.Things, e.Most)
}

// MostSeries is how many series Lines and Bars have at most: as many as there are
// colours.
const MostSeries = 6

const (
	mostPanels = 60
	mostRows   = 400
	mostPoints = 1200
)

func (f Figure) check() error {
	if len(f.Labels) == 0 || len(f.Series) == 0 {
		return ErrNothing
	}
	shown := false
	for _, one := range f.Series {
		if len(one.Cells) != len(f.Labels) {
			return fmt.Errorf("series %q has %d cells for %d labels", one.Name, len(one.Cells), len(f.Labels))
		}
		for _, cell := range one.Cells {
			shown = shown || !cell.Masked()
		}
	}
	if !shown {
		return ErrNothing
	}
	series, labels := len(f.Series), len(f.Labels)
	switch {
	case f.Form == Panels && series > mostPanels:
		return &TooMany{"panels", series, mostPanels}
	case f.Form != Panels && series > MostSeries:
		return &TooMany{"series", series, MostSeries}
	case f.Form == Lines && labels > mostPoints:
		return &TooMany{"points of a line", labels, mostPoints}
	case f.Form == Bars && labels*series > mostRows:
		return &TooMany{"bars", labels * series, mostRows}
	case f.Form == Panels && labels*((series+panelsAcross-1)/panelsAcross) > mostRows:
		return &TooMany{"bars under one another", labels * ((series + panelsAcross - 1) / panelsAcross), mostRows}
	}
	return nil
}

// width is that of every figure in units; dotsPerInch makes a PNG of 1600 dots.
const (
	width       = 640.0
	dotsPerInch = 180
)

// WriteSVG writes the figure as SVG, with a title and a description that has its
// values in words.
func (f Figure) WriteSVG(w io.Writer) error {
	if err := f.check(); err != nil {
		return err
	}
	made := f.lay()
	canvas := vgsvg.New(width, vg.Length(made.height))
	made.draw(canvas)
	var text bytes.Buffer
	if _, err := canvas.WriteTo(&text); err != nil {
		return err
	}
	_, body, found := bytes.Cut(text.Bytes(), []byte("<g transform="))
	if !found {
		return errors.New("the drawing has no beginning")
	}
	body = bytes.ReplaceAll(body, []byte(`style="font-family:Liberation Sans;`), []byte(`style="font-family:Liberation Sans,Arial,Helvetica,sans-serif;`))
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" role="img" aria-labelledby="title description">
<title id="title">%s</title>
<desc id="description">%s</desc>
<g transform=%s`, width, made.height, width, made.height, html.EscapeString(clean(f.Title)), html.EscapeString(clean(f.description())), body)
	return out.Flush()
}

// WritePNG writes the figure as PNG, the picture and nothing else.
func (f Figure) WritePNG(w io.Writer) error {
	if err := f.check(); err != nil {
		return err
	}
	made := f.lay()
	canvas := vgimg.NewWith(vgimg.UseWH(width, vg.Length(made.height)), vgimg.UseDPI(dotsPerInch))
	made.draw(canvas)
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	return encoder.Encode(w, fewColours(canvas.Image()))
}
