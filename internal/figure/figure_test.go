package figure

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"image/color"
	"image/png"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
	"tre-toolkit/specs"
)

func rules(t testing.TB, name string) disclosure.Profile {
	t.Helper()
	profile, err := spec.LoadRules(specs.Files, name)
	require.NoError(t, err)
	return profile
}

// published are counts as a profile lets them be shown.
func published(profile disclosure.Profile, counts ...int64) []disclosure.Cell {
	var cells []disclosure.Cell
	for _, count := range counts {
		cells = append(cells, profile.Cell(disclosure.CountOf(count)))
	}
	return cells
}

func svg(t testing.TB, f Figure) string {
	t.Helper()
	var text bytes.Buffer
	require.NoError(t, f.WriteSVG(&text))
	return text.String()
}

func pngOf(t testing.TB, f Figure) []byte {
	t.Helper()
	var picture bytes.Buffer
	require.NoError(t, f.WritePNG(&picture))
	return picture.Bytes()
}

// drawing is an SVG as XML.
type drawing struct {
	Role        string    `xml:"role,attr"`
	Labelled    string    `xml:"aria-labelledby,attr"`
	Box         string    `xml:"viewBox,attr"`
	Title       string    `xml:"title"`
	Description string    `xml:"desc"`
	Texts       []written `xml:"g>text"`
	Paths       []shape   `xml:"g>path"`
}

type written struct {
	X     float64 `xml:"x,attr"`
	Y     float64 `xml:"y,attr"`
	Style string  `xml:"style,attr"`
	Text  string  `xml:",chardata"`
}

type shape struct {
	Style string `xml:"style,attr"`
	Data  string `xml:"d,attr"`
}

func parse(t testing.TB, text string) drawing {
	t.Helper()
	var made drawing
	decoder := xml.NewDecoder(strings.NewReader(text))
	decoder.Strict = true
	require.NoError(t, decoder.Decode(&made))
	return made
}

func (d drawing) words() []string {
	list := []string{d.Title, d.Description}
	for _, one := range d.Texts {
		list = append(list, one.Text)
	}
	return list
}

var months = []string{"Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}

func aFigure(profile disclosure.Profile, form Form) Figure {
	return Figure{
		Title: "Referrals", Subtitle: "England", Form: form, Unit: "referrals", Labels: months[:4],
		Series: []Series{{"All", published(profile, 120, 3, 88, 0)}, {"By self", published(profile, 60, 61, 2, 1450)}},
		Marks:  []Mark{{"<10", "a count of 1 to 9"}, {"*", "hidden for another's sake"}, {"", "a count of 0 to 4"}},
		Notes:  []string{"A note."}, Source: "somewhere",
	}
}

var forms = []Form{Lines, Bars, Panels}

// A screen reader gets a title and every value in words.
func TestAPictureIsDescribedInWords(t *testing.T) {
	made := parse(t, svg(t, aFigure(rules(t, "ukllc-metrics"), Bars)))
	assert.Equal(t, "img", made.Role)
	assert.Equal(t, "title description", made.Labelled)
	assert.Equal(t, "Referrals", made.Title)
	assert.Equal(t, "Bars, in referrals. England. All: Apr: 120; May: masked <10; Jun: 88; Jul: 0. "+
		"By self: Apr: 60; May: 61; Jun: masked <10; Jul: 1,450. hatched (<10): a count of 1 to 9", made.Description)
	for _, text := range []string{"Referrals", "England", "All", "By self", "hatched (<10): a count of 1 to 9", "Source: somewhere", "A note.", "1,450", "<10"} {
		assert.True(t, slices.ContainsFunc(made.Texts, func(w written) bool { return w.Text == text }), text)
	}
	assert.NotContains(t, strings.Join(made.words(), " "), "another's sake", "no cell has that mark")
}

var numbers = regexp.MustCompile(`\d[\d,]*(\.\d+)?`)

// Every number in a picture is a published cell or a tick of an axis. What the
// rules hide is in it nowhere.
func TestEveryNumberIsPublishedOrATick(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		profile := rules(t, rapid.SampledFrom([]string{"ukllc-metrics", "nhs-talking-therapies"}).Draw(rt, "rules"))
		made := Figure{Title: "Title", Form: rapid.SampledFrom(forms).Draw(rt, "form"), Unit: "people", Labels: months}
		known := map[string]bool{}
		for i := range rapid.IntRange(1, 6).Draw(rt, "series") {
			one := Series{Name: "series " + string(rune('a'+i))}
			for range months {
				cell := profile.Cell(disclosure.CountOf(rapid.OneOf(rapid.Int64Range(0, 30), rapid.Int64Range(0, 90_000)).Draw(rt, "count")))
				one.Cells = append(one.Cells, cell)
				known[made.written(cell)] = !cell.Masked()
			}
			made.Series = append(made.Series, one)
		}
		made.OwnScales = rapid.Bool().Draw(rt, "own scales")
		for _, several := range append(made.Series, Series{Cells: made.cells()}) {
			for _, steps := range []int{2, ticksUp} {
				for _, one := range axisOf(made.Unit, several.Cells, steps).ticks {
					known[one.label] = true
				}
			}
		}
		if made.check() != nil {
			rt.Skip("nothing is shown")
		}
		for _, text := range parse(t, svg(t, made)).words() {
			for _, found := range numbers.FindAllString(strings.ReplaceAll(text, "<10", ""), -1) {
				require.True(t, known[found], "%q in %q", found, text)
			}
		}
	})
}

// Two worlds whose counts differ, and whose published cells are the same, have the
// same picture to the byte.
func TestWhatIsHiddenChangesNothing(t *testing.T) {
	worlds := map[string][2][]int64{
		"ukllc-metrics":         {{14, 3, 200, 9, 0, 9, 11, 1}, {14, 8, 200, 1, 0, 2, 11, 9}},
		"nhs-talking-therapies": {{14, 3, 200, 4, 0, 9, 11, 1}, {16, 0, 198, 1, 4, 12, 9, 4}},
	}
	for name, world := range worlds {
		for _, form := range forms {
			profile := rules(t, name)
			figureOf := func(counts []int64) Figure {
				return Figure{Title: "A", Form: form, Unit: "people", Labels: months[:8], Series: []Series{{"a", published(profile, counts...)}, {"b", published(profile, counts...)}}}
			}
			one, other := figureOf(world[0]), figureOf(world[1])
			assert.Equal(t, svg(t, one), svg(t, other))
			assert.Equal(t, pngOf(t, one), pngOf(t, other))
		}
	}
}

func TestTheSameFigureGivesTheSameBytes(t *testing.T) {
	for _, form := range forms {
		made := aFigure(rules(t, "ukllc-metrics"), form)
		assert.Equal(t, svg(t, made), svg(t, made))
		assert.Equal(t, pngOf(t, made), pngOf(t, made))
	}
}

// pathsOf returns the shapes that are stroked or filled in a colour.
func (d drawing) pathsOf(property string, c color.Color) []string {
	red, green, blue, _ := c.RGBA()
	sought := fmt.Sprintf("%s:#%02X%02X%02X", property, red>>8, green>>8, blue>>8)
	var list []string
	for _, one := range d.Paths {
		if strings.Contains(one.Style, sought) {
			list = append(list, one.Data)
		}
	}
	return list
}

// A line is broken where a cell is masked; a cell alone between two gaps has its
// marker.
func TestALineHasGaps(t *testing.T) {
	profile := rules(t, "ukllc-metrics")
	made := Figure{Title: "A", Form: Lines, Unit: "people", Labels: months[:8], Series: []Series{{"a", published(profile, 20, 30, 25, 4, 40, 9, 0, 12)}}}
	drawn := parse(t, svg(t, made))
	assert.Len(t, drawn.pathsOf("fill", signs[0].colour), 6, "a marker for each shown cell, zero among them")
	var points []int
	for _, line := range drawn.pathsOf("stroke", signs[0].colour) {
		points = append(points, strings.Count(line, "L")+1)
	}
	assert.Equal(t, []int{3, 2}, points)
}

// A masked bar is a stub, the same whatever is hidden and why; a zero has no bar.
func TestAMaskedBarIsAStubOfOneSize(t *testing.T) {
	profile := rules(t, "ukllc-metrics")
	of := func(cell disclosure.Cell) drawing {
		return parse(t, svg(t, Figure{Title: "A", Form: Bars, Unit: "people", Labels: months[:2], Series: []Series{{"a", []disclosure.Cell{published(profile, 50)[0], cell}}}}))
	}
	low, secondary, zero := of(published(profile, 3)[0]), of(profile.Withhold()), of(published(profile, 0)[0])
	hatches := func(d drawing) []string { return d.pathsOf("stroke", muted) }
	assert.Greater(t, len(hatches(low)), len(hatches(zero))+5)
	assert.Equal(t, hatches(low), hatches(secondary))
	assert.Len(t, zero.pathsOf("fill", signs[0].colour), 1, "the bar of 50 alone")
	assert.True(t, slices.ContainsFunc(zero.Texts, func(w written) bool { return w.Text == "0" && strings.Contains(w.Style, "14px") }))
}

// Axes begin at zero and end at or after the largest value. Percentages have one of
// 100, unless all are small.
func TestAxes(t *testing.T) {
	researcher, nhs := rules(t, "ukllc-metrics"), rules(t, "nhs-talking-therapies")
	percentages := func(parts ...int64) []disclosure.Cell {
		var cells []disclosure.Cell
		for _, part := range parts {
			cells = append(cells, nhs.Percentage(disclosure.CountOf(part*10), disclosure.CountOf(1000)))
		}
		return cells
	}
	averages := []disclosure.Cell{nhs.Statistic(disclosure.StatisticOf(0.7), disclosure.CountOf(100))}
	cases := []struct {
		name, unit string
		cells      []disclosure.Cell
		ticks      string
	}{
		{"counts", "people", published(researcher, 12, 88, 3), "0 20 40 60 80 100"},
		{"large counts", "people", published(researcher, 14_901), "0 5,000 10,000 15,000"},
		{"few", "people", published(rules(t, "opensafely-midpoint6"), 9), "0 2 4 6 8 10"},
		{"a round number", "people", published(researcher, 50), "0 10 20 30 40 50"},
		{"nothing but zero", "people", published(researcher, 0), "0 1"},
		{"percentages", Percent, percentages(12, 43), "0 20 40 60 80 100"},
		{"small percentages", Percent, percentages(2, 8), "0 2 4 6 8"},
		{"averages", "days", averages, "0.0 0.2 0.4 0.6 0.8"},
	}
	for _, c := range cases {
		var labels []string
		made := axisOf(c.unit, c.cells, ticksUp)
		for _, one := range made.ticks {
			labels = append(labels, one.label)
		}
		assert.Equal(t, c.ticks, strings.Join(labels, " "), c.name)
		assert.Equal(t, made.end, made.ticks[len(made.ticks)-1].value)
	}
}

// What is written lies within the picture, however long it is.
func TestNothingIsCutOff(t *testing.T) {
	profile := rules(t, "ukllc-metrics")
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringMatching(`([A-Za-z<&"]{1,60} ?){1,12}`)
		made := Figure{
			Title: text.Draw(rt, "title"), Subtitle: text.Draw(rt, "subtitle"), Unit: rapid.SampledFrom([]string{"people", Percent}).Draw(rt, "unit"),
			Form: rapid.SampledFrom(forms).Draw(rt, "form"), Labels: rapid.SliceOfN(text, 1, 12).Draw(rt, "labels"),
			Marks: []Mark{{"<10", text.Draw(rt, "meaning")}}, Notes: []string{text.Draw(rt, "note")}, Source: text.Draw(rt, "source"),
		}
		for range rapid.IntRange(1, 6).Draw(rt, "series") {
			one := Series{Name: text.Draw(rt, "name")}
			for range made.Labels {
				one.Cells = append(one.Cells, published(profile, rapid.Int64Range(0, 9_999_999).Draw(rt, "count"))...)
			}
			made.Series = append(made.Series, one)
		}
		if made.check() != nil {
			rt.Skip("nothing is shown")
		}
		drawn := parse(t, svg(t, made))
		fonts := newTypography()
		_, height, _ := strings.Cut(drawn.Box, "640 ")
		bottom, err := strconv.ParseFloat(height, 64)
		require.NoError(t, err)
		for _, one := range drawn.Texts {
			size, err := strconv.ParseFloat(fontSize.FindStringSubmatch(one.Style)[1], 64)
			require.NoError(t, err)
			right := one.X + fonts.width(style{size, strings.Contains(one.Style, "bold")}, one.Text)
			require.True(t, one.X >= 0 && right <= width+0.5, "%q from %v to %v", one.Text, one.X, right)
			require.True(t, -one.Y >= 0 && -one.Y <= bottom)
		}
	})
}

var fontSize = regexp.MustCompile(`font-size:([\d.]+)px`)

// A text may hold anything: the picture stays XML, and no markup of the text's.
func TestHostileTexts(t *testing.T) {
	const hostile = "<script>alert(1)</script>\x00\x1b[2J\xff &amp; \"x' style=\"font-family:Liberation Sans;"
	profile := rules(t, "ukllc-metrics")
	for _, form := range forms {
		made := Figure{
			Title: hostile, Subtitle: hostile, Form: form, Unit: hostile, Labels: []string{hostile, ""}, Source: hostile, Notes: []string{hostile},
			Series: []Series{{hostile, published(profile, 20, 3)}, {"", published(profile, 20, 30)}}, Marks: []Mark{{"<10", hostile}},
		}
		text := svg(t, made)
		parse(t, text)
		assert.NotContains(t, text, "<script")
		assert.NotContains(t, text, "\x1b")
		pngOf(t, made)
	}
}

// A PNG is 1600 dots wide and holds a picture, and nothing that is not seen.
func TestPNGHoldsAPictureAlone(t *testing.T) {
	for _, form := range forms {
		content := pngOf(t, aFigure(rules(t, "ukllc-metrics"), form))
		picture, err := png.Decode(bytes.NewReader(content))
		require.NoError(t, err)
		assert.Equal(t, 1600, picture.Bounds().Dx())
		var chunks []string
		for at := 8; at < len(content); {
			length := int(binary.BigEndian.Uint32(content[at:]))
			chunks = append(chunks, string(content[at+4:at+8]))
			at += 12 + length
		}
		assert.Equal(t, []string{"IHDR", "PLTE", "IDAT", "IEND"}, slices.Compact(chunks))
		assert.Less(t, len(content), 60_000)
	}
}

// Colours can be seen on the paper (WCAG 2.2: 3:1 for what is drawn, 4.5:1 for
// what is written), and a PNG, whose colours are fewer, has the same.
func TestContrast(t *testing.T) {
	drawn := []color.Color{muted, rule}
	for _, one := range signs {
		drawn = append(drawn, one.colour)
	}
	for _, c := range drawn {
		assert.GreaterOrEqual(t, contrast(c, paper), 3.0, "%v", c)
		red, green, blue, _ := c.RGBA()
		assert.Equal(t, c, color.NRGBA{shade(uint8(red)), shade(uint8(green)), shade(uint8(blue)), 0xff}, "a PNG keeps it")
	}
	assert.GreaterOrEqual(t, contrast(ink, paper), 4.5)
}

func contrast(a, b color.Color) float64 {
	first, second := luminance(a), luminance(b)
	return (max(first, second) + 0.05) / (min(first, second) + 0.05)
}

// linear returns the light of each colour.
func linear(c color.Color) [3]float64 {
	red, green, blue, _ := c.RGBA()
	var list [3]float64
	for i, part := range []uint32{red, green, blue} {
		value := float64(part) / 0xffff
		if list[i] = value / 12.92; value > 0.04045 {
			list[i] = math.Pow((value+0.055)/1.055, 2.4)
		}
	}
	return list
}

func luminance(c color.Color) float64 {
	light := linear(c)
	return 0.2126*light[0] + 0.7152*light[1] + 0.0722*light[2]
}

// Colours differ for people with either of the common kinds of colour blindness
// (Viénot, Brettel and Mollon, 1999), as far apart as 15 in CIELAB.
func TestColoursDifferForTheColourBlind(t *testing.T) {
	kinds := map[string][3][3]float64{
		"all colours":  {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
		"protanopia":   {{0.11238, 0.88762, 0}, {0.11238, 0.88762, 0}, {0.00401, -0.00401, 1}},
		"deuteranopia": {{0.29275, 0.70725, 0}, {0.29275, 0.70725, 0}, {-0.02234, 0.02234, 1}},
	}
	for name, kind := range kinds {
		for i := range signs {
			for j := range i {
				assert.Greater(t, apart(seen(kind, signs[i].colour), seen(kind, signs[j].colour)), 15.0, "%s: %d and %d", name, i, j)
			}
		}
	}
}

func seen(kind [3][3]float64, c color.Color) [3]float64 {
	light := linear(c)
	var list [3]float64
	for i, row := range kind {
		list[i] = max(row[0]*light[0]+row[1]*light[1]+row[2]*light[2], 0)
	}
	return lab(list)
}

func lab(light [3]float64) [3]float64 {
	f := func(value float64) float64 {
		if value > 0.008856 {
			return math.Cbrt(value)
		}
		return 7.787*value + 16.0/116
	}
	x := f((0.4124*light[0] + 0.3576*light[1] + 0.1805*light[2]) / 0.95047)
	y := f(0.2126*light[0] + 0.7152*light[1] + 0.0722*light[2])
	z := f((0.0193*light[0] + 0.1192*light[1] + 0.9505*light[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

func apart(a, b [3]float64) float64 {
	return math.Sqrt((a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1]) + (a[2]-b[2])*(a[2]-b[2]))
}

// What cannot be drawn is said, and nothing is written.
func TestWhatCannotBeDrawn(t *testing.T) {
	profile := rules(t, "ukllc-metrics")
	many := func(form Form, series, labels int) Figure {
		made := Figure{Form: form, Labels: make([]string, labels)}
		for range series {
			made.Series = append(made.Series, Series{Cells: published(profile, slices.Repeat([]int64{20}, labels)...)})
		}
		return made
	}
	masked := many(Bars, 1, 2)
	masked.Series[0].Cells = published(profile, 3, 4)
	uneven := many(Bars, 2, 2)
	uneven.Series[1].Cells = uneven.Series[1].Cells[:1]
	cases := []struct {
		figure Figure
		says   string
	}{
		{Figure{}, "there is nothing to draw"},
		{masked, "there is nothing to draw: every figure is masked"},
		{uneven, "has 1 cells for 2 labels"},
		{many(Lines, 7, 2), "7 series are too many for one figure: it has at most 6"},
		{many(Bars, 7, 2), "7 series are too many"},
		{many(Panels, 61, 2), "61 panels are too many"},
		{many(Bars, 6, 67), "402 bars are too many"},
		{many(Panels, 9, 134), "402 bars under one another are too many"},
		{many(Lines, 1, 1201), "1201 points of a line are too many"},
	}
	for _, c := range cases {
		var out bytes.Buffer
		assert.ErrorContains(t, c.figure.WriteSVG(&out), c.says)
		assert.ErrorContains(t, c.figure.WritePNG(&out), c.says)
		assert.Zero(t, out.Len())
	}
	var tooMany *TooMany
	require.ErrorAs(t, many(Bars, 7, 2).WriteSVG(io.Discard), &tooMany)
	require.ErrorIs(t, masked.WriteSVG(io.Discard), ErrNothing)
}

// The largest figures that are drawn.
func TestTheLargestFigures(t *testing.T) {
	profile := rules(t, "ukllc-metrics")
	labels := make([]string, 400)
	for i := range labels {
		labels[i] = "organisation"
	}
	made := Figure{Form: Bars, Labels: labels, Series: []Series{{"a", published(profile, slices.Repeat([]int64{20}, 400)...)}}}
	assert.NotEmpty(t, svg(t, made))
}

func BenchmarkPNG(b *testing.B) {
	made := aFigure(rules(b, "ukllc-metrics"), Lines)
	for b.Loop() {
		require.NoError(b, made.WritePNG(io.Discard))
	}
}

func BenchmarkSVG(b *testing.B) {
	made := aFigure(rules(b, "ukllc-metrics"), Lines)
	for b.Loop() {
		require.NoError(b, made.WriteSVG(io.Discard))
	}
}
