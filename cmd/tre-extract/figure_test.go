package main

import (
	"encoding/csv"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/measures"
)

// Every number of a picture is one that metrics or measures print under the same
// rules, and the rest are the ticks of its axes, and the years under a line.
func TestFiguresShowPublishedNumbersAlone(t *testing.T) {
	const long = "2020-09-01:2024-03-31"
	cases := []struct {
		published, figure []string
		lines             bool // which have no numbers beside them
		axes              int
	}{
		{[]string{"metrics"}, []string{"--of", "participants"}, false, 9},
		{[]string{"metrics", "--funnel"}, []string{"--of", "funnel"}, false, 25},
		{[]string{"measures", "--period", "quarter", "--levels", "England"}, []string{"--of", "M001,M031,M076", "--period", "quarter"}, true, 1},
		{[]string{"measures", "--period", long, "--levels", "England", "--variables", "AgeBand"}, []string{"--of", "M001,M031", "--by", "AgeBand", "--period", long}, false, 1},
		{[]string{"measures", "--period", long, "--levels", "England", "--variables", "Gender"}, []string{"--of", "M192,M186", "--by", "Gender", "--period", long}, false, 1},
		{[]string{"measures", "--period", long, "--levels", "Region"}, []string{"--of", "M049", "--by", "organisation", "--level", "Region", "--period", long}, false, 1},
		{[]string{"measures", "--period", long, "--rules", "ukllc-metrics"}, []string{"--of", "M001", "--by", "organisation", "--period", long, "--rules", "ukllc-metrics"}, false, 1},
	}
	workspace := shared(t).loaded
	for _, c := range cases {
		t.Run(strings.Join(c.figure[:2], " "), func(t *testing.T) {
			known := numbersIn(t, must(t, append(c.published, "NHSE_IAPT@3", "-w", workspace)...))
			picture := must(t, append([]string{"figure", "NHSE_IAPT@3", "-w", workspace, "--out", "-"}, c.figure...)...)
			written := map[string]int{}
			for _, one := range writtenNumber.FindAllStringSubmatch(picture, -1) {
				written[ungrouped(one[1])]++
			}
			values := describedValue.FindAllStringSubmatch(picture, -1)
			require.NotEmpty(t, values)
			for _, one := range values {
				assert.True(t, known[ungrouped(one[1])], one[0])
				if c.lines {
					continue
				}
				if written[ungrouped(one[1])]--; written[ungrouped(one[1])] == 0 {
					delete(written, ungrouped(one[1]))
				}
			}
			requireTicks(t, written, c.axes)
		})
	}
}

var (
	writtenNumber  = regexp.MustCompile(`>([\d,.]+%?)</text>`)
	describedValue = regexp.MustCompile(`: ([\d,.]+?%?)(?:;|\.[ <])`) // in the description, for those who do not see
)

func ungrouped(number string) string { return strings.NewReplacer(",", "", "%", "").Replace(number) }

// numbersIn returns the last field of each line, and of the funnel's lines all.
func numbersIn(t *testing.T, text string) map[string]bool {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	known := map[string]bool{}
	for _, row := range rows[1:] {
		values := row[len(row)-1:]
		if rows[0][1] == "enrolled" {
			values = row[1:]
		}
		for _, value := range values {
			known[value] = true
		}
	}
	return known
}

// requireTicks asserts that numbers are those of so many axes from zero, whose steps
// are one, two or five times a power of ten. Years may be among them.
func requireTicks(t *testing.T, written map[string]int, axes int) {
	t.Helper()
	assert.Equal(t, axes, written["0"]+written["0.0"], "an axis begins at zero")
	var ticks []float64
	for text, times := range written {
		value, err := strconv.ParseFloat(text, 64)
		require.NoError(t, err)
		if value > 2000 && value < 2030 {
			continue
		}
		assert.LessOrEqual(t, times, axes, text)
		ticks = append(ticks, value)
	}
	slices.Sort(ticks)
	if axes > 1 {
		for _, tick := range ticks[1:] {
			assert.True(t, isStep(tick) || isStep(tick/2), "%v", tick)
		}
		return
	}
	assert.True(t, isStep(ticks[1]), "%v", ticks)
	for i, tick := range ticks {
		assert.InDelta(t, float64(i)*ticks[1], tick, 1e-9, "%v", ticks)
	}
}

func isStep(step float64) bool {
	digit := step / math.Pow(10, math.Floor(math.Log10(step)+1e-9))
	return slices.Contains([]float64{1, 2, 5}, math.Round(digit*1e9)/1e9)
}

// Published names become words.
func TestNamesOfMeasuresInWords(t *testing.T) {
	for name, want := range map[string]string{
		"ReferralsReceived":                              "Referrals received",
		"GPReferrals":                                    "GP referrals",
		"ADSMFinishedTreatment":                          "ADSM finished treatment",
		"AppropriatePairedADSM":                          "Appropriate paired ADSM",
		"OpenReferralNoActivity61to90days":               "Open referral no activity 61 to 90 days",
		"AccessingServices6WeeksFinishedCourseTreatment": "Accessing services 6 weeks finished course treatment",
		"AgeBand": "Age band",
		"":        "",
	} {
		assert.Equal(t, want, words(name))
	}
}

func TestTitlesOfPeriods(t *testing.T) {
	for window, want := range map[string]string{
		"2023-04-01:2023-04-30": "Apr 2023",
		"2024-02-01:2024-02-29": "Feb 2024",
		"2023-04-01:2023-06-30": "Apr to Jun 2023",
		"2023-04-01:2024-03-31": "2023/24",
		"2020-09-01:2024-03-31": "Sep 2020 to Mar 2024",
		"2023-01-01:2023-12-31": "Jan to Dec 2023",
		"2023-04-02:2023-04-30": "2 Apr 2023 to 30 Apr 2023",
	} {
		period, err := measures.ParseWindow(window)
		require.NoError(t, err)
		assert.Equal(t, want, periodTitle(period))
	}
}
