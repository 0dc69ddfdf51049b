package quality_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/quality"
	"tre-toolkit/internal/quality/report"
	"tre-toolkit/internal/spec"
)

// rowsWith returns rows of the hub, each of a person and a pathway of its own, with
// values that differ from row to row.
func rowsWith(n int, differing func(i int, one row)) table {
	var rows table
	for i := range n {
		one := row{
			"person_key": person(i), "pathway": pathway(i), "month_id": "100",
			"extract_start_date": "2021-01-01", "extract_end_date": "2021-03-31", "extract_date": "2021-05-01",
			"opened": "2021-01-05", "reason": "1", "closed": "2021-02-05 00:00:00", "agreement": "a",
		}
		differing(i, one)
		rows = append(rows, one)
	}
	return rows
}

func column(t testing.TB, r quality.Report, table, name string) quality.Column {
	t.Helper()
	for _, one := range r.Tables {
		at := slices.IndexFunc(one.Columns, func(c quality.Column) bool { return c.Name == name })
		if one.Name == table && at >= 0 {
			return one.Columns[at]
		}
	}
	require.Fail(t, "there is no column "+name)
	return quality.Column{}
}

func check(t testing.TB, r quality.Report, code, table, column string) quality.Check {
	t.Helper()
	at := slices.IndexFunc(r.Checks, func(c quality.Check) bool { return c.Code == code && c.Table == table && c.Columns[0] == column })
	require.GreaterOrEqual(t, at, 0)
	return r.Checks[at]
}

func (b *bench) referrals(t require.TestingT, rows table) quality.Report {
	return b.assess(t, map[string]table{"referrals": rows}, profile(t, "ukllc-metrics", 10))
}

// Three rows without a value, and three rows with one, tell the same of three people.
func TestEmptyRowsAreMaskedWhenTheyOrTheOthersAreFew(t *testing.T) {
	b := newBench(t)
	for filled, wanted := range map[int]string{100: "0 0.0", 97: "<10 *", 90: "10 10.0", 50: "50 50.0", 3: "* *", 0: "100 100.0"} {
		shown := column(t, b.referrals(t, rowsWith(100, func(i int, one row) {
			if i >= filled {
				delete(one, "agreement")
			}
		})), "referrals", "agreement")
		assert.Equal(t, wanted, fmt.Sprint(shown.Empty, shown.EmptyPercent), "%d rows have a value", filled)
	}
}

// Many rows of few people are as telling as few rows, in the check and in the
// column alike.
func TestRowsOfFewPeopleAreMasked(t *testing.T) {
	b := newBench(t)
	shown := b.referrals(t, rowsWith(100, func(i int, one row) {
		if i < 30 {
			one["person_key"], one["reason"] = person(i%3), "Q"
		}
	}))
	found := check(t, shown, "TST601", "referrals", "reason")
	assert.Equal(t, "broken * * *", fmt.Sprint(found.State, " ", found.Rows, " ", found.Percent, " ", found.People))
	reason := column(t, shown, "referrals", "reason")
	assert.Equal(t, "* *", fmt.Sprint(reason.Invalid, reason.InvalidPercent))
	assert.Empty(t, reason.Codes.Unlisted, "the code of three people is not named")
}

func TestACodeOfEnoughPeopleIsNamed(t *testing.T) {
	shown := newBench(t).referrals(t, rowsWith(100, func(i int, one row) {
		switch {
		case i < 15:
			one["reason"] = "Q"
		case i < 18:
			one["reason"] = "Smith"
		}
	}))
	reason := column(t, shown, "referrals", "reason")
	assert.Equal(t, []quality.CodeName{{Code: "Q"}}, reason.Codes.Unlisted)
	assert.Equal(t, "18 1 of 2", fmt.Sprintf("%s %d of %d", reason.Invalid, reason.Codes.Seen, reason.Codes.Listed))
}

// How often each of two columns is empty would tell how many rows have one alone.
func TestRowsWithOneOfTwoAreNotTheDifferenceOfTwoNumbers(t *testing.T) {
	shown := newBench(t).referrals(t, rowsWith(100, func(i int, one row) {
		if i < 40 {
			delete(one, "reason")
		}
		if i < 37 {
			delete(one, "closed")
		}
	}))
	assert.True(t, check(t, shown, "TST401", "referrals", "reason").Rows.Masked())
	assert.False(t, column(t, shown, "referrals", "reason").Empty.Masked())
	assert.True(t, column(t, shown, "referrals", "closed").Empty.Masked())
}

// A masked month cannot be worked out from the others and the table's rows.
func TestAMaskedMonthIsNotTheOnlyOne(t *testing.T) {
	shown := newBench(t).referrals(t, rowsWith(100, func(i int, one row) {
		one["month_id"] = monthID(i / 50)
		if i < 3 {
			one["month_id"] = "102"
		}
	})).Tables[0]
	var hidden int
	for _, one := range shown.Months {
		if one.Rows.Masked() {
			hidden++
		}
	}
	assert.Equal(t, 2, hidden, "%v", shown.Months)
	assert.Equal(t, "<10", shown.Months[2].Rows.String())
}

// The rest of the empty rows would be few.
func TestEmptyMonthsAreNotListedWhereTheyTellOfFew(t *testing.T) {
	b := newBench(t)
	shown := func(more int) []string {
		return column(t, b.referrals(t, rowsWith(100, func(i int, one row) {
			one["month_id"] = monthID(i / 40)
			if i < 40+more {
				delete(one, "agreement")
			}
		})), "referrals", "agreement").EmptyMonths
	}
	assert.Equal(t, []string{"2021-01"}, shown(0))
	assert.Empty(t, shown(3))
	assert.Equal(t, []string{"2021-01"}, shown(15))
}

func TestMissingMonthsAreSaidInWords(t *testing.T) {
	shown := newBench(t).referrals(t, rowsWith(60, func(i int, one row) {
		one["extract_end_date"] = "2021-06-30"
		one["month_id"] = []string{"100", "104"}[i%2]
	}))
	assert.Equal(t, []string{"2021-02", "2021-03", "2021-04", "2021-06"}, shown.Tables[0].Missing)
	assert.Contains(t, shown.Findings, quality.Finding{Severity: "warning", Table: "referrals", Says: "no rows at all of 2021-02 to 2021-04, 2021-06"})
}

// Where the parent has a key twice, nothing is before the earlier day of the two.
func TestTheEarliestDayOfAParentCounts(t *testing.T) {
	referral := func(opened string) row {
		return row{"person_key": "p1", "pathway": "w1", "extract_start_date": "2021-01-01", "extract_end_date": "2021-03-31", "opened": opened}
	}
	visit := func(on string) row {
		return row{"person_key": "p1", "pathway": "w1", "extract_start_date": "2021-01-01", "extract_end_date": "2021-03-31", "day_of_visit": on}
	}
	shown := newBench(t).assess(t, map[string]table{
		"referrals": {referral("2021-02-05"), referral("2021-01-10")}, "visits": {visit("2021-01-11"), visit("2021-01-09")},
	}, profile(t, "ukllc-metrics", 1))
	assert.Equal(t, "1", check(t, shown, "TST302", "visits", "pathway").Rows.String())
}

func TestAnEmptyVersionBreaksNothing(t *testing.T) {
	shown := newBench(t).assess(t, nil, profile(t, "ukllc-metrics", 10))
	for _, one := range shown.Checks {
		assert.Equal(t, quality.Held, one.State, one.Code)
	}
	for _, one := range shown.Tables {
		assert.Empty(t, one.Months, "no period, no months")
	}
}

// Without lists of codes nothing is coded; without a freeze nobody is unknown; and
// where nothing tells the month, none is missing.
func TestWhatCannotBeAsked(t *testing.T) {
	b := newBench(t)
	b.labels, b.rules.Months, b.freeze = spec.Labels{}, nil, 0
	shown := b.referrals(t, rowsWith(50, func(int, row) {}))
	assert.Nil(t, column(t, shown, "referrals", "reason").Codes)
	assert.False(t, slices.ContainsFunc(shown.Checks, func(c quality.Check) bool { return c.Code == "TST601" }))
	unknown := check(t, shown, "TST801", "referrals", "person_key")
	assert.Equal(t, "not judged: no freeze is named", unknown.State+": "+unknown.Why)
	assert.Nil(t, unknown.Rows)
	assert.Empty(t, shown.Tables[0].Months)
	assert.Equal(t, "50", shown.Tables[0].Rows.String())
}

// crowds are larger worlds: few and many rows of a kind, of few and many people.
var crowds = rapid.Custom(func(t *rapid.T) map[string]table {
	few := func(name string) int {
		return rapid.OneOf(rapid.IntRange(0, 4), rapid.IntRange(9, 40)).Draw(t, name)
	}
	var rows table
	for kind := range 6 {
		draw := aRow(t, "referrals")
		draw["extract_start_date"], draw["extract_end_date"] = "2021-01-01", "2022-03-31"
		ofOne := rapid.Bool().Draw(t, "of one person")
		for i := range few("rows") {
			one := row{}
			for name, value := range draw {
				one[name] = value
			}
			one["pathway"] = fmt.Sprintf("w%d_%d", kind, i)
			one["person_key"] = fmt.Sprintf("p%d_%d", kind, i)
			if ofOne {
				one["person_key"] = fmt.Sprintf("p%d", kind)
			}
			rows = append(rows, one)
		}
	}
	return map[string]table{"referrals": rows}
})

// What a report shows under an owner's rules passes the check of finished files
// under the same rules.
func TestReportsPassTheCheck(t *testing.T) {
	for name, threshold := range map[string]int64{"ukllc-metrics": 10, "ukllc-researcher": 10, "sdc-handbook": 10, "nhs-talking-therapies": 5} {
		t.Run(name, func(t *testing.T) {
			b, folder, rules := newBench(t), t.TempDir(), profile(t, name, threshold)
			for seed := range 25 {
				shown := b.assess(t, crowds.Example(seed), rules)
				for _, format := range []string{"md", "json"} {
					var text bytes.Buffer
					require.NoError(t, report.Write(&text, format, shown))
					path := filepath.Join(folder, "quality."+format)
					require.NoError(t, os.WriteFile(path, text.Bytes(), 0o600))
					checked, err := outputs.Check(t.Context(), []string{path}, outputs.Options{Profile: rules})
					require.NoError(t, err)
					for _, finding := range checked.Findings {
						// A zero that the handbook lets be shown is for a person to see.
						forAPerson := name == "sdc-handbook" && finding.Check == "CLS001" && finding.Severity == outputs.ForReview
						require.True(t, finding.Severity == outputs.Told || forAPerson, "%+v\n%s", finding, text.String())
					}
				}
			}
		})
	}
}

// No number of rows or people below the threshold stands anywhere, whatever the
// form, and a masked one has no number beside it.
func TestNoLowNumberIsShown(t *testing.T) {
	b, rules := newBench(t), profile(t, "ukllc-metrics", 10)
	for seed := range 50 {
		shown := b.assess(t, crowds.Example(seed), rules)
		low := func(what string, cells ...*disclosure.Cell) {
			for _, cell := range cells {
				if cell == nil {
					continue
				}
				value, visible := cell.Value()
				assert.False(t, visible && value > 0 && value < 10, "%s shows %s", what, cell)
				if cell.Masked() {
					_, err := strconv.ParseFloat(strings.Trim(cell.String(), "<"), 64)
					assert.True(t, err != nil || cell.String() == "<10", cell.String())
				}
			}
		}
		for _, one := range shown.Checks {
			low(one.Code, one.Rows, one.People)
			if one.Rows != nil && one.Rows.Masked() {
				assert.True(t, one.Percent.Masked() && one.People.Masked(), one.Code)
			}
		}
		for _, table := range shown.Tables {
			low(table.Name, &table.Rows, table.Outside, table.NoMonth)
			for _, one := range table.Months {
				low(one.Month, &one.Rows)
			}
			for _, column := range table.Columns {
				low(column.Name, &column.Empty, column.Invalid)
				assert.Equal(t, column.Empty.Masked() || table.Rows.Masked() || isZero(table.Rows), column.EmptyPercent.Masked(), column.Name)
			}
		}
	}
}

func isZero(cell disclosure.Cell) bool {
	value, shown := cell.Value()
	return shown && value == 0
}
