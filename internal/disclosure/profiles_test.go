package disclosure_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
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

func shipped(t testing.TB, name string) disclosure.Profile {
	t.Helper()
	profile, err := spec.LoadRules(specs.Files, name)
	require.NoError(t, err)
	return profile
}

// blank is how the tables below write an empty cell.
const blank = "(blank)"

func show(cell disclosure.Cell) string {
	if cell.String() == "" {
		return blank
	}
	return cell.String()
}

// What each owner's rules make of a count of people. One line a range.
func TestWhatEachProfileShows(t *testing.T) {
	tables := map[string]string{
		"ukllc-metrics": `
			0            0
			1..9         <10
			10           10
			11           11
			827          827
			52914        52914`,
		"ukllc-researcher": `
			0..9         <10
			10           10
			11           11
			827          827`,
		"nhs-talking-therapies": `
			0..4         (blank)
			5..7         5
			8..12        10
			13..17       15
			18..22       20
			23..27       25
			827          825
			828          830
			1234567      1234565`,
		"hes": `
			0            0
			1..7         *
			8..12        10
			13..17       15
			827          825`,
		"opensafely": `
			0            0
			1..7         [REDACTED]
			8..12        10
			13..17       15
			828          830`,
		"opensafely-measures": `
			0            0
			1..5         (blank)
			6            6
			827          827`,
		"opensafely-midpoint6": `
			0            0
			1..6         3
			7..12        9
			13..18       15
			19..24       21
			600          597
			601          603`,
		"sdc-handbook": `
			0            0
			1..9         *
			10           10
			827          827`,
		"acro": `
			0..9         (blank)
			10           10
			827          827`,
	}
	for name, table := range tables {
		t.Run(name, func(t *testing.T) {
			profile := shipped(t, name)
			for _, line := range strings.Split(strings.TrimSpace(table), "\n") {
				fields := strings.Fields(line)
				from, to := span(t, fields[0])
				for n := from; n <= to; n++ {
					assert.Equal(t, fields[1], show(profile.Cell(disclosure.CountOf(n))), "a count of %d", n)
				}
			}
		})
	}
}

func span(t *testing.T, text string) (from, to int64) {
	t.Helper()
	first, last, isRange := strings.Cut(text, "..")
	if !isRange {
		last = first
	}
	from, err := strconv.ParseInt(first, 10, 64)
	require.NoError(t, err)
	to, err = strconv.ParseInt(last, 10, 64)
	require.NoError(t, err)
	return from, to
}

// The published map of the NHS rule, value by value, when the facts are at hand.
func TestNHSRoundingIsThePublishedMap(t *testing.T) {
	folder := os.Getenv("TRE_SHARED")
	if folder == "" {
		t.Skip("TRE_SHARED names no folder of facts")
	}
	text, err := os.ReadFile(filepath.Join(folder, "data", "disclosure_cases.json"))
	require.NoError(t, err)
	var cases []struct {
		ID     string         `json:"id"`
		Expect map[string]any `json:"expect"`
	}
	require.NoError(t, json.Unmarshal(text, &cases))
	profile, seen := shipped(t, "nhs-talking-therapies"), 0
	for _, one := range cases {
		if one.ID != "nhs_round_map" {
			continue
		}
		for value, wanted := range one.Expect {
			n, err := strconv.ParseInt(value, 10, 64)
			require.NoError(t, err)
			assert.Equal(t, fmt.Sprint(wanted), profile.Cell(disclosure.CountOf(n)).String(), "a count of %d", n)
			seen++
		}
	}
	assert.GreaterOrEqual(t, seen, 20)
}

// Totals are made of the cells above them. Left: the counts; right: the cells
// and the total. The rule of "the 75 grids": a published total is the sum of
// the cells shown.
func TestTotalsAddWhatIsShown(t *testing.T) {
	cases := []struct{ profile, counts, cells, total string }{
		{"ukllc-metrics", "15 11 794", "15 11 794", "820"},
		{"ukllc-metrics", "7 15 11 794", "<10 15 11 794", "820"},
		{"ukllc-metrics", "7 3 40", "<10 <10 40", "40"},
		{"ukllc-metrics", "0 15 11", "0 15 11", "26"},
		{"ukllc-metrics", "0 0 0", "0 0 0", "0"},
		{"ukllc-metrics", "1 9 5", "<10 <10 <10", "*"},
		{"ukllc-metrics", "0 0 4", "0 0 <10", "*"},
		{"ukllc-researcher", "0 15 11", "<10 15 11", "26"},
		{"ukllc-researcher", "0 0 0", "<10 <10 <10", "<10"},
		{"ukllc-researcher", "15 11", "15 11", "26"},
		{"nhs-talking-therapies", "8 12 4", "10 10 (blank)", "20"},
		{"nhs-talking-therapies", "7 7 7", "5 5 5", "15"},
		{"nhs-talking-therapies", "0 1 4", "(blank) (blank) (blank)", "(blank)"},
	}
	for _, one := range cases {
		t.Run(one.profile+" "+one.counts, func(t *testing.T) {
			profile := shipped(t, one.profile)
			var counts []disclosure.Count
			for _, field := range strings.Fields(one.counts) {
				n, err := strconv.ParseInt(field, 10, 64)
				require.NoError(t, err)
				counts = append(counts, disclosure.CountOf(n))
			}
			cells := profile.Cells(counts)
			shown := make([]string, len(cells))
			for i, cell := range cells {
				shown[i] = show(cell)
			}
			assert.Equal(t, one.cells, strings.Join(shown, " "))
			assert.Equal(t, one.total, show(profile.Total(cells)))
		})
	}
}

// A percentage says no more than the counts it is of.
// A column's masked counts stand for enough people together, where the owner asks
// for it: one line a column, what is printed of it after the arrow.
func TestMaskedCountsOfAColumnStandTogether(t *testing.T) {
	profile := shipped(t, "opensafely-measures")
	for _, line := range []string{
		"2 2 6 -> . . .", "2 10 8 -> . 10 .", "1 10 10 -> . . .", "5 5 6 -> . . 6", "0 2 10 8 -> 0 . 10 .",
		"6 7 8 -> 6 7 8", "3 -> .", "0 0 -> 0 0", "1 0 0 -> . 0 0", "5 1 90 -> . . 90", "4 1 7 7 90 -> . . . . 90",
	} {
		before, after, _ := strings.Cut(line, " -> ")
		var counts []disclosure.Count
		for _, field := range strings.Fields(before) {
			n, err := strconv.ParseInt(field, 10, 64)
			require.NoError(t, err)
			counts = append(counts, disclosure.CountOf(n))
		}
		var shown []string
		for _, cell := range profile.Cells(counts) {
			shown = append(shown, cmp.Or(cell.String(), "."))
		}
		assert.Equal(t, after, strings.Join(shown, " "), line)
	}
}

func TestPercentages(t *testing.T) {
	cases := []struct {
		profile     string
		part, whole int64
		want        string
	}{
		{"ukllc-metrics", 50, 100, "50.0"},
		{"ukllc-metrics", 10, 30, "33.3"},
		{"ukllc-metrics", 9, 100, "<10"},
		{"ukllc-metrics", 0, 100, "0.0"},
		{"ukllc-metrics", 0, 9, "<10"},
		{"ukllc-metrics", 0, 0, "<10"},
		{"ukllc-researcher", 0, 100, "<10"},
		{"ukllc-researcher", 10, 80, "12.5"},
		{"nhs-talking-therapies", 4, 100, blank},
		{"nhs-talking-therapies", 5, 6, "83"},
		{"nhs-talking-therapies", 7, 21, "33"}, // of exact counts, not of 5 and 20
		{"nhs-talking-therapies", 50, 0, blank},
	}
	for _, one := range cases {
		got := shipped(t, one.profile).Percentage(disclosure.CountOf(one.part), disclosure.CountOf(one.whole))
		assert.Equal(t, one.want, show(got), "%s: %d of %d", one.profile, one.part, one.whole)
	}
}

// A masked cell has a mark and nothing else: no sentinel, no NaN, no value in
// JSON, nothing that a sum could take for a number.
func TestAMaskedCellHoldsNoNumber(t *testing.T) {
	for _, name := range []string{"ukllc-metrics", "ukllc-researcher", "nhs-talking-therapies"} {
		profile := shipped(t, name)
		cell := profile.Cell(disclosure.CountOf(3))
		value, shown := cell.Value()
		assert.False(t, shown)
		assert.Zero(t, value)
		assert.True(t, cell.Masked())
		text, err := json.Marshal(cell)
		require.NoError(t, err)
		var mark string
		require.NoError(t, json.Unmarshal(text, &mark), "a mark is text in JSON")
		assert.Equal(t, profile.Rules().Marks.Value[0], mark)
		// Which of the low counts it was cannot be told from the cell in any form.
		for n := int64(1); n < profile.Rules().Threshold.Value; n++ {
			assert.Equal(t, fmt.Sprintf("%#v", cell), fmt.Sprintf("%#v", profile.Cell(disclosure.CountOf(n))))
		}
	}
}

// Enrolled beside permitted: two study members who refused would be two people.
func TestCountsBesideOneAnother(t *testing.T) {
	profile := shipped(t, "ukllc-metrics")
	beside := func(count int64, given ...int64) string {
		var counts []disclosure.Count
		for _, n := range given {
			counts = append(counts, disclosure.CountOf(n))
		}
		return profile.Beside(disclosure.CountOf(count), counts...).String()
	}
	assert.Equal(t, "*", beside(52912, 52914), "52,914 enrolled are shown: 52,912 permitted would show two who refused")
	assert.Equal(t, "52912", beside(52912, 52912), "equal counts leave nobody between")
	assert.Equal(t, "52904", beside(52904, 52914), "ten between them may be told")
	assert.Equal(t, "*", beside(52905, 52914))
	assert.Equal(t, "52914", beside(52914, 7), "a masked count cannot be subtracted")
	assert.Equal(t, "12", beside(12, 0), "a shown zero is as far off as the count itself")
	assert.Equal(t, "*", beside(9, 52914), "low stays hidden, whatever it stands beside; the mark does not say that it is low")
	assert.Equal(t, "*", beside(100, 500, 91), "any one of the given counts is enough")
}

func TestSplitIntoParts(t *testing.T) {
	cases := []struct {
		name              string
		first, second     int64
		above             []int64 // groups that contain the total
		within            []int64 // groups within it
		cells, total, why string
	}{
		{"plain", 100, 50, []int64{400}, nil, "100 50", "150", "nothing is low and nothing is near"},
		{"one low part", 100, 7, []int64{400}, nil, "* *", "*", "7 is low, and a total without it would be no total"},
		{"both low", 3, 4, []int64{400}, nil, "* *", "*", "nothing is shown, so no total is"},
		{"total near above", 100, 50, []int64{152}, nil, "* *", "*", "152 less 150 is two people"},
		{"total near within", 50, 100, []int64{400}, []int64{145}, "* *", "*", "150 less 145 is five people"},
		{"an empty part", 100, 0, []int64{400}, nil, "100 0", "100", "nobody is nobody: the page shows zeros"},
	}
	for _, one := range cases {
		t.Run(one.name, func(t *testing.T) {
			above := countsOf(one.above)
			parts, total := shipped(t, "ukllc-metrics").Split(disclosure.CountOf(one.first), disclosure.CountOf(one.second), above, append(above, countsOf(one.within)...))
			assert.Equal(t, one.cells, parts[0].String()+" "+parts[1].String(), one.why)
			assert.Equal(t, one.total, total.String(), one.why)
		})
	}
}

func countsOf(numbers []int64) []disclosure.Count {
	counts := make([]disclosure.Count, len(numbers))
	for i, n := range numbers {
		counts[i] = disclosure.CountOf(n)
	}
	return counts
}

// By brute force, over every split of up to 30 people within every group above:
// no number shown lies in the masked range, no two nested numbers differ by a
// masked number, and no masked part can be worked out from what is shown.
func TestSplitGivesNothingBack(t *testing.T) {
	profile := shipped(t, "ukllc-metrics")
	const most = 30
	type parts struct{ first, second int64 }
	consistent := map[string][]parts{} // what a reader sees, and what it may have been
	for above := int64(0); above <= most; above++ {
		for first := int64(0); first <= above; first++ {
			for second := int64(0); first+second <= above; second++ {
				given := countsOf([]int64{above})
				cells, total := profile.Split(disclosure.CountOf(first), disclosure.CountOf(second), given, given)
				aboveCell := profile.Cell(disclosure.CountOf(above))
				seen := fmt.Sprintf("%s | %s %s | %s", aboveCell, cells[0], cells[1], total)
				consistent[seen] = append(consistent[seen], parts{first, second})
				for _, cell := range []disclosure.Cell{cells[0], cells[1], total} {
					assertNotLow(t, cell, seen)
					assertApart(t, cell, aboveCell, seen)
				}
				assertApart(t, cells[0], total, seen)
				assertApart(t, cells[1], total, seen)
			}
		}
	}
	for seen, all := range consistent {
		fields := strings.Fields(seen) // above | first second | total
		if fields[2] == "*" {
			assert.False(t, sameFor(all, func(p parts) int64 { return p.first }) && all[0].first < 10, "the first part is known from %s", seen)
		}
		if fields[3] == "*" {
			assert.False(t, sameFor(all, func(p parts) int64 { return p.second }) && all[0].second < 10, "the second part is known from %s", seen)
		}
	}
}

func assertNotLow(t *testing.T, cell disclosure.Cell, seen string) {
	t.Helper()
	if value, shown := cell.Value(); shown && value > 0 && value < 10 {
		assert.Fail(t, "a low number is shown", seen)
	}
}

// assertApart: the difference of two shown numbers, one group within the other,
// is a number of people too.
func assertApart(t *testing.T, cell, other disclosure.Cell, seen string) {
	t.Helper()
	a, shown := cell.Value()
	b, otherShown := other.Value()
	if apart := max(a-b, b-a); shown && otherShown && apart > 0 && apart < 10 {
		assert.Fail(t, "two shown numbers differ by a low number", seen)
	}
}

func sameFor[T any](all []T, of func(T) int64) bool {
	for _, one := range all {
		if of(one) != of(all[0]) {
			return false
		}
	}
	return true
}

// A stricter owner never shows what a laxer one hides.
func TestAHigherThresholdNeverShowsMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Int64Range(1, 40).Draw(t, "low")
		high := low + rapid.Int64Range(0, 40).Draw(t, "more")
		zero := rapid.SampledFrom([]string{disclosure.ShowZero, disclosure.MaskZero}).Draw(t, "zero")
		lax, strict := custom(t, low, zero), custom(t, high, zero)
		counts := countsOf(rapid.SliceOfN(rapid.Int64Range(0, 120), 1, 8).Draw(t, "counts"))
		for i, count := range counts {
			if lax.Cell(count).Masked() {
				require.True(t, strict.Cell(count).Masked(), "count %d", i)
			}
		}
		if lax.Total(lax.Cells(counts)).Masked() {
			require.True(t, strict.Total(strict.Cells(counts)).Masked())
		}
		// Beside others the same holds for what is near; a stricter profile also
		// masks others, which then need no distance.
		if lax.Beside(counts[0]).Masked() {
			require.True(t, strict.Beside(counts[0]).Masked())
		}
	})
}

// Whatever the counts, a shown cell is the count (or its rounding), a masked one
// is the mark, and a total says nothing that its shown cells do not.
func TestCellsAndTotalsTellTheTruth(t *testing.T) {
	for _, name := range []string{"ukllc-metrics", "ukllc-researcher", "nhs-talking-therapies"} {
		profile := shipped(t, name)
		base := profile.Rules().RoundingBase.Value
		rapid.Check(t, func(t *rapid.T) {
			numbers := rapid.SliceOfN(rapid.Int64Range(0, 60), 1, 12).Draw(t, "counts")
			cells := profile.Cells(countsOf(numbers))
			var sum float64
			for i, cell := range cells {
				value, shown := cell.Value()
				sum += value
				if !shown {
					require.Equal(t, profile.Rules().Marks.Value[0], cell.String())
					continue
				}
				require.LessOrEqual(t, 2*max(value-float64(numbers[i]), float64(numbers[i])-value), float64(base), "rounded to the nearest")
				require.Zero(t, int64(value)%base)
				require.False(t, value > 0 && value < float64(profile.Rules().Threshold.Value))
			}
			if total, shown := profile.Total(cells).Value(); shown {
				require.Equal(t, sum, total)
			}
		})
	}
}

type fatal interface {
	Errorf(format string, args ...any)
	FailNow()
}

func custom(t fatal, threshold int64, zero string) disclosure.Profile {
	rules := sound()
	rules.Threshold.Value, rules.Zero.Value = threshold, zero
	profile, err := disclosure.NewProfile(rules)
	require.NoError(t, err)
	return profile
}

func said[T any](value T) disclosure.Setting[T] {
	return disclosure.Setting[T]{Value: value, Reason: "the reason", Source: "the source"}
}

// sound returns rules with nothing wrong.
func sound() disclosure.Rules {
	return disclosure.Rules{
		Name: "test", Threshold: said[int64](10), Zero: said(disclosure.ShowZero), Marks: said([]string{"<10"}),
		SecondaryMark: said("*"), NoteRequired: said(false), RoundingBase: said[int64](1), Totals: said(disclosure.SumOfShown),
		PercentageFrom: said(disclosure.FromShown), PercentageDecimals: said(1), PercentageMask: said(disclosure.MaskedByEither),
		PercentageNarrows: said(false), StatisticPeople: said[int64](10),
	}
}

func TestNewProfileRefusesWhatIsNoRule(t *testing.T) {
	cases := map[string]struct {
		spoil   func(*disclosure.Rules)
		message string
	}{
		"a threshold of nobody":      {func(r *disclosure.Rules) { r.Threshold.Value = 0 }, "threshold is 0"},
		"a negative threshold":       {func(r *disclosure.Rules) { r.Threshold.Value = -5 }, "threshold is -5"},
		"rounding to nothing":        {func(r *disclosure.Rules) { r.RoundingBase.Value = 0 }, "rounding_base is 0"},
		"rounding people away":       {func(r *disclosure.Rules) { r.RoundingBase.Value = 50 }, "would be printed as 0"},
		"no mark":                    {func(r *disclosure.Rules) { r.Marks.Value = nil }, "marks is empty"},
		"a sentinel as a mark":       {func(r *disclosure.Rules) { r.Marks.Value = []string{"-99"} }, `"-99" is a number`},
		"a zero as a mark":           {func(r *disclosure.Rules) { r.Marks.Value = []string{"<10", "0"} }, `"0" is a number`},
		"NaN as a mark":              {func(r *disclosure.Rules) { r.SecondaryMark.Value = "NaN" }, `"NaN" is a number`},
		"too many decimals":          {func(r *disclosure.Rules) { r.PercentageDecimals.Value = 5 }, "percentage_decimals is 5"},
		"another zero":               {func(r *disclosure.Rules) { r.Zero.Value = "hide" }, `zero is "hide"`},
		"another total":              {func(r *disclosure.Rules) { r.Totals.Value = "" }, `totals is ""`},
		"another percentage":         {func(r *disclosure.Rules) { r.PercentageFrom.Value = "thin air" }, "percentage_from"},
		"another mask":               {func(r *disclosure.Rules) { r.PercentageMask.Value = "never" }, "percentage_mask"},
		"a threshold without reason": {func(r *disclosure.Rules) { r.Threshold.Reason = "" }, "threshold gives no reason or no source"},
		"a threshold without source": {func(r *disclosure.Rules) { r.Threshold.Source = "" }, "threshold gives no reason or no source"},
		"a mark without source":      {func(r *disclosure.Rules) { r.SecondaryMark.Source = "" }, "secondary_mark gives no reason"},
		"a statistic without reason": {func(r *disclosure.Rules) { r.StatisticPeople.Reason = "" }, "statistic_people gives no reason"},
		"a zero rule without reason": {func(r *disclosure.Rules) { r.Zero.Reason = "" }, "zero gives no reason"},
		"an odd midpoint": {func(r *disclosure.Rules) {
			r.RoundingMethod, r.RoundingBase = said(disclosure.RoundMidpoint), said[int64](5)
		}, "even base"},
		"another odd midpoint":        {func(r *disclosure.Rules) { r.MidpointBase = said[int64](5) }, "midpoint_base is 5"},
		"another rounding":            {func(r *disclosure.Rules) { r.RoundingMethod = said("up") }, "rounding_method"},
		"another answer":              {func(r *disclosure.Rules) { r.Extremes = said("perhaps") }, `extremes is "perhaps"`},
		"a file type with a dot":      {func(r *disclosure.Rules) { r.FileTypes = said([]string{".CSV"}) }, `file type ".CSV"`},
		"more than all":               {func(r *disclosure.Rules) { r.Dominance = said([]disclosure.Dominance{{Contributors: 1, Percent: 120}}) }, "120%"},
		"a negative size":             {func(r *disclosure.Rules) { r.FileBytes = said[int64](-1) }, "file_bytes is -1"},
		"a p% of all":                 {func(r *disclosure.Rules) { r.PPercent = said(100.0) }, "p_percent is 100"},
		"an optional without reason":  {func(r *disclosure.Rules) { r.Context.Value = disclosure.Tell }, "context gives no reason"},
		"a total rule without source": {func(r *disclosure.Rules) { r.Totals.Source = "" }, "totals gives no reason"},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			rules := sound()
			one.spoil(&rules)
			profile, err := disclosure.NewProfile(rules)
			require.ErrorContains(t, err, one.message)
			assert.True(t, profile.IsZero(), "a refused profile is no profile")
		})
	}
	t.Run("all faults at once", func(t *testing.T) {
		_, err := disclosure.NewProfile(disclosure.Rules{})
		require.Error(t, err)
		assert.GreaterOrEqual(t, strings.Count(err.Error(), "\n"), 16)
	})
}

func TestAProfileIsImmutable(t *testing.T) {
	rules := sound()
	profile, err := disclosure.NewProfile(rules)
	require.NoError(t, err)
	rules.Marks.Value[0] = "0"
	given := profile.Rules()
	given.Marks.Value[0] = "0"
	given.Threshold.Value = 1
	assert.Equal(t, "<10", profile.Cell(disclosure.CountOf(3)).String())
	assert.Equal(t, "<10", profile.Rules().Marks.Value[0])
}

// Decimals of a percentage over a small denominator would tell the exact count.
func TestDecimalsNeedALargeDenominator(t *testing.T) {
	hes := shipped(t, "hes")
	assert.Equal(t, "33", hes.Percentage(disclosure.CountOf(1000), disclosure.CountOf(3000)).String())
	assert.Equal(t, "33.3", hes.Percentage(disclosure.CountOf(2000), disclosure.CountOf(6000)).String())
	assert.Equal(t, "*", hes.Percentage(disclosure.CountOf(7), disclosure.CountOf(6000)).String())
}

// Every band of a midpoint holds as many counts as the base, so that no printed
// number stands for few.
func TestMidpointsStandForABand(t *testing.T) {
	profile := shipped(t, "opensafely-midpoint6")
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 1_000_000).Draw(t, "count")
		shown, _ := profile.Cell(disclosure.CountOf(n)).Value()
		if int64(shown)%6 != 3 || n < int64(shown)-2 || n > int64(shown)+3 {
			t.Fatalf("%d is shown as %g", n, shown)
		}
	})
}

// A shipped profile says something of every matter or leaves it to the owner, and
// lists each setting once.
func TestSettingsAreListedOnce(t *testing.T) {
	for _, name := range spec.RuleNames(specs.Files) {
		seen := map[string]bool{}
		for _, setting := range shipped(t, name).Rules().Settings() {
			assert.False(t, seen[setting.Name], "%s: %s", name, setting.Name)
			seen[setting.Name] = true
			assert.NotEmpty(t, setting.Value, "%s: %s", name, setting.Name)
		}
		for _, wanted := range []string{"threshold", "zero", "class_disclosure", "differences", "extremes", "context"} {
			assert.True(t, seen[wanted], "%s says nothing of %s", name, wanted)
		}
	}
}
