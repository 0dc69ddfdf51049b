package chart_test

import (
	"encoding/xml"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/linkage/matching/chart"
)

// Whatever the names and numbers, a picture is XML that holds no instruction.
func TestPicturesAreWellFormed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-z<>&"' ]{0,12}`)
		bar := rapid.Custom(func(t *rapid.T) chart.Bar {
			return chart.Bar{Group: text.Draw(t, "group"), Label: text.Draw(t, "label"), Value: rapid.Float64Range(-40, 40).Draw(t, "value")}
		})
		bars := rapid.SliceOfN(bar, 0, 6).Draw(t, "bars")
		points := []chart.Point{}
		for i, one := range bars {
			points = append(points, chart.Point{X: float64(i), Y: one.Value})
		}
		title := text.Draw(t, "title")
		for _, svg := range [][]byte{
			chart.Weights(title, title, bars),
			chart.Waterfall(title, title, bars),
			chart.Probabilities(title, title, bars, bars),
			chart.Lines(title, title, title, title, -40, 40, []chart.Line{{Name: title, Points: points}}),
		} {
			var any struct {
				Title string `xml:"title"`
			}
			require.NoError(t, xml.Unmarshal(svg, &any), string(svg))
			require.Equal(t, title, any.Title)
			require.NotContains(t, string(svg), "<script")
			require.NotContains(t, string(svg), "NaN")
		}
	})
}

// A waterfall ends where the bars add up to.
func TestWaterfallEndsAtTheSum(t *testing.T) {
	svg := chart.Waterfall("title", "description", []chart.Bar{{Label: "a", Value: -20}, {Label: "b", Value: 31.25}})
	require.Contains(t, string(svg), "+11.2<")
}
