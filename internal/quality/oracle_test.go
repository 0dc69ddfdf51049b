package quality_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/quality"
)

func contextOf(t require.TestingT) context.Context {
	if one, is := t.(interface{ Context() context.Context }); is {
		return one.Context()
	}
	return context.Background()
}

// aRow draws a row of a table: few values, so that rows meet, and many gaps.
func aRow(t *rapid.T, name string) row {
	one := row{}
	maybe := func(column string, values ...string) {
		if i := rapid.IntRange(-1, len(values)-1).Draw(t, column); i >= 0 {
			one[column] = values[i]
		}
	}
	maybe("person_key", "p1", "p2", "p3")
	maybe("pathway", "w1", "w2", "w3")
	year := rapid.IntRange(2021, 2022).Draw(t, "year")
	one["extract_start_date"], one["extract_end_date"] = fmt.Sprintf("%d-01-01", year), endOf(year)
	if rapid.IntRange(0, 9).Draw(t, "no period") == 0 {
		delete(one, "extract_start_date")
	}
	if name == "referrals" {
		maybe("month_id", "100", "101", "102", "113", "500")
		maybe("opened", "2021-01-05", "2021-02-05", "2021-02-06")
		maybe("closed", "2021-01-05 00:30:00", "2021-02-05 10:00:00", "2021-02-06 00:00:00")
		maybe("reason", "1", "2", "02", "9")
		maybe("agreement", "a", "b")
		return one
	}
	maybe("day_of_visit", "2021-01-04", "2021-01-05", "2021-02-06", "2030-01-01")
	maybe("tool", "A", "B", "C")
	maybe("score", "0", "3", "4", "1.5", "1.55", "2.0", "10", "NA", "-1", " 1", "1e0")
	maybe("attended", "Y", "N", "X")
	return one
}

// world draws the rows of both tables.
func world(t *rapid.T) map[string]table {
	tables := map[string]table{}
	for _, name := range []string{"referrals", "visits"} {
		for range rapid.IntRange(0, 12).Draw(t, name) {
			tables[name] = append(tables[name], aRow(t, name))
		}
	}
	return tables
}

// broken says what an oracle found: rows, and the people in them.
type broken struct{ rows, people int }

func tally(rows table, isBroken func(row) bool) broken {
	var b broken
	people := map[string]bool{}
	for _, one := range rows {
		if !isBroken(one) {
			continue
		}
		b.rows++
		if key, has := one["person_key"]; has {
			people[key] = true
		}
	}
	b.people = len(people)
	return b
}

// key writes some values of a row; what is NULL is told from what is empty.
func key(one row, columns ...string) string {
	var parts []string
	for _, column := range columns {
		value, has := one[column]
		parts = append(parts, fmt.Sprint(has, value))
	}
	return strings.Join(parts, "|")
}

func has(one row, columns ...string) bool {
	for _, column := range columns {
		if _, found := one[column]; !found {
			return false
		}
	}
	return true
}

// wrongScore judges a score as the small dataset's scales do.
func wrongScore(one row) bool {
	whole, decimals, _ := strings.Cut(one["score"], ".")
	number, err := strconv.ParseFloat(one["score"], 64)
	digits := err == nil && strings.Trim(whole+decimals, "0123456789") == "" && whole != ""
	switch one["tool"] {
	case "A":
		return !digits || number < 0 || number > 3 || decimals != ""
	case "B":
		first := digits && number >= 1 && number <= 2 && len(decimals) <= 1
		second := digits && number >= 10 && number <= 11 && decimals == ""
		return !first && !second && one["score"] != "NA"
	}
	return false
}

var period = []string{"extract_start_date", "extract_end_date"}

// oracle answers every rule slowly and plainly, by code, table and first column.
func oracle(tables map[string]table) map[string]broken {
	referrals, visits := tables["referrals"], tables["visits"]
	answers := map[string]broken{}
	answers["TST101 referrals pathway"] = repeated(referrals)
	answers["TST201 visits pathway"] = tally(visits, func(one row) bool {
		return has(one, "pathway") && !slices.ContainsFunc(referrals, func(r row) bool {
			return key(r, append(period, "pathway")...) == key(one, append(period, "pathway")...)
		})
	})
	answers["TST301 referrals opened"] = tally(referrals, func(one row) bool {
		return has(one, "opened", "closed") && one["closed"][:10] < one["opened"]
	})
	answers["TST302 visits pathway"] = tally(visits, func(one row) bool {
		earliest := ""
		for _, r := range referrals {
			same := key(r, append(period, "pathway")...) == key(one, append(period, "pathway")...)
			if same && has(r, "opened") && (earliest == "" || r["opened"] < earliest) {
				earliest = r["opened"]
			}
		}
		return has(one, "pathway", "day_of_visit") && earliest != "" && one["day_of_visit"] < earliest
	})
	answers["TST401 referrals reason"] = tally(referrals, func(one row) bool { return has(one, "reason") != has(one, "closed") })
	answers["TST402 visits attended"] = tally(visits, func(one row) bool {
		return slices.Contains([]string{"N", "X"}, one["attended"]) && one["tool"] == "A"
	})
	for name, rows := range map[string]table{"referrals": referrals, "visits": visits} {
		for _, column := range []string{"person_key", "pathway"} {
			answers["TST501 "+name+" "+column] = tally(rows, func(one row) bool { return !has(one, column) })
		}
		answers["TST801 "+name+" person_key"] = tally(rows, func(one row) bool {
			return has(one, "person_key") && !slices.Contains(known, one["person_key"])
		})
	}
	answers["TST601 referrals reason"] = tally(referrals, func(one row) bool {
		return has(one, "reason") && !slices.Contains([]string{"1", "2"}, one["reason"])
	})
	answers["TST601 visits attended"] = tally(visits, func(one row) bool {
		return has(one, "attended") && !slices.Contains([]string{"Y", "N"}, one["attended"])
	})
	answers["TST701 visits tool"] = tally(visits, func(one row) bool { return has(one, "tool", "score") && wrongScore(one) })
	return answers
}

// repeated counts the rows of a key without the first, and everybody in them.
func repeated(rows table) broken {
	columns := append(slices.Clone(period), "pathway", "agreement")
	times := map[string]int{}
	judged := slices.DeleteFunc(slices.Clone(rows), func(one row) bool { return !has(one, append(period, "pathway")...) })
	for _, one := range judged {
		times[key(one, columns...)]++
	}
	answer := tally(judged, func(one row) bool { return times[key(one, columns...)] > 1 })
	answer.rows = len(judged) - len(times)
	return answer
}

func TestRulesAreThoseOfTheOracle(t *testing.T) {
	b := newBench(t)
	rapid.Check(t, func(t *rapid.T) {
		tables := world(t)
		report := b.assess(t, tables, profile(t, "ukllc-metrics", 1))
		answers := oracle(tables)
		for _, check := range report.Checks {
			name := check.Code + " " + check.Table + " " + check.Columns[0]
			wanted, asked := answers[name]
			require.True(t, asked, name)
			require.NotNil(t, check.Rows, name)
			assert.Equal(t, fmt.Sprint(wanted.rows, wanted.people), fmt.Sprint(check.Rows, check.People), "%s of %v", name, tables)
			state := quality.Held
			if wanted.rows > 0 {
				state = quality.Broken
			}
			assert.Equal(t, state, check.State, name)
			delete(answers, name)
		}
		assert.Empty(t, answers, "every rule was asked")
	})
}

// monthOf says which month a row is of, as the small dataset's rules do.
func monthOf(name string, one row) string {
	if name == "visits" {
		return one["day_of_visit"][:min(7, len(one["day_of_visit"]))]
	}
	number, err := strconv.Atoi(one["month_id"])
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%04d-%02d", 2021+(number-100)/12, 1+(number-100)%12)
}

func TestColumnsAndMonthsAreThoseOfTheOracle(t *testing.T) {
	b := newBench(t)
	rapid.Check(t, func(t *rapid.T) {
		tables := world(t)
		for _, shown := range b.assess(t, tables, profile(t, "ukllc-metrics", 1)).Tables {
			rows := tables[shown.Name]
			assert.Equal(t, fmt.Sprint(len(rows)), shown.Rows.String())
			assertMonths(t, shown, rows)
			for _, column := range shown.Columns {
				assertColumn(t, column, shown, rows)
			}
		}
	})
}

func assertMonths(t *rapid.T, shown quality.Table, rows table) {
	starts, ends := values(rows, "extract_start_date"), values(rows, "extract_end_date")
	if len(starts) == 0 || len(ends) == 0 {
		assert.Empty(t, shown.Months)
		assert.Nil(t, shown.Outside)
		return
	}
	first, last := slices.Min(starts)[:7], slices.Max(ends)[:7]
	of := func(holds func(month string) bool) int {
		return tally(rows, func(one row) bool { return holds(monthOf(shown.Name, one)) }).rows
	}
	require.Equal(t, first, shown.Months[0].Month)
	require.Equal(t, last, shown.Months[len(shown.Months)-1].Month)
	var missing []string
	for _, one := range shown.Months {
		wanted := of(func(month string) bool { return month == one.Month })
		assert.Equal(t, fmt.Sprint(wanted), one.Rows.String(), one.Month)
		if wanted == 0 {
			missing = append(missing, one.Month)
		}
	}
	assert.ElementsMatch(t, missing, shown.Missing)
	assert.Equal(t, fmt.Sprint(of(func(month string) bool { return month == "" })), shown.NoMonth.String())
	assert.Equal(t, fmt.Sprint(of(func(month string) bool { return month != "" && (month < first || month > last) })), shown.Outside.String())
}

// values lists a column's values.
func values(rows table, column string) []string {
	var list []string
	for _, one := range rows {
		if has(one, column) {
			list = append(list, one[column])
		}
	}
	return list
}

func assertColumn(t *rapid.T, column quality.Column, shown quality.Table, rows table) {
	filled := values(rows, column.Name)
	assert.Equal(t, fmt.Sprint(len(rows)-len(filled)), column.Empty.String(), column.Name)
	lists := map[string][]string{"reason": {"1", "2"}, "attended": {"Y", "N"}}
	if list := lists[column.Name]; list != nil {
		besides := slices.DeleteFunc(slices.Clone(filled), func(code string) bool { return slices.Contains(list, code) })
		assert.Equal(t, fmt.Sprint(len(besides)), column.Invalid.String(), column.Name)
		slices.Sort(besides)
		var unlisted []string
		for _, one := range column.Codes.Unlisted {
			unlisted = append(unlisted, one.Code)
		}
		// A code of nobody is not told of: its people are none.
		for _, code := range unlisted {
			assert.Contains(t, besides, code)
		}
		seen := slices.DeleteFunc(slices.Clone(list), func(code string) bool { return !slices.Contains(filled, code) })
		assert.Equal(t, len(seen), column.Codes.Seen)
	}
	if slices.Contains([]string{"opened", "closed", "day_of_visit"}, column.Name) && len(filled) > 0 {
		assert.Equal(t, slices.Min(filled)[:7]+" "+slices.Max(filled)[:7], column.FirstMonth+" "+column.LastMonth)
	}
	var empty []string
	for _, one := range shown.Months {
		ofMonth := slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return monthOf(shown.Name, r) != one.Month })
		if len(ofMonth) > 0 && len(values(ofMonth, column.Name)) == 0 && len(filled) > 0 {
			empty = append(empty, one.Month)
		}
	}
	assert.Equal(t, empty, column.EmptyMonths, column.Name)
}
