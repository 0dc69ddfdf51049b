package measures

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/disclosure"
)

// course is a pathway of somebody of their own who was seen, treated and finished.
func course(n int) hubRow {
	return hubRow{
		pathway: fmt.Sprintf("path%d", n), person: fmt.Sprintf("person%d", n), extractEnd: 300,
		region: "Y56", icb: "QA", subICB: "S1", provider: "R1", age: 40, decile: 5, gender: "1", ethnicity: "A", source: "B1", endCode: "46",
		received: 1, assessed: 5, entered: 10, second: 20, last: 30, discharged: 40, contacts: 5, treatments: 4, completed: true,
		caseness: true, recovery: true, improvement: true, phqFirst: 20, phqLast: 5, gadFirst: 15, gadLast: 3, adsmFirst: none, adsmLast: none,
	}
}

func courses(n int, change func(int, *hubRow)) []hubRow {
	var rows []hubRow
	for i := range n {
		row := course(i)
		if change != nil {
			change(i, &row)
		}
		rows = append(rows, row)
	}
	return rows
}

func resultsOf(t testing.TB, w *world, request Request) Results {
	t.Helper()
	counted, err := Count(context.Background(), w.w, request)
	require.NoError(t, err)
	results, err := counted.Results()
	require.NoError(t, err)
	return results
}

// figure returns what is printed of a measure of a group.
func figure(t testing.TB, r Results, code1, value, name string) string {
	t.Helper()
	var text bytes.Buffer
	require.NoError(t, r.WriteCSV(&text))
	lines, err := csv.NewReader(&text).ReadAll()
	require.NoError(t, err)
	for _, line := range lines {
		if line[3] == code1 && line[len(line)-2] == name && (!r.hasVariables() || line[8] == value) {
			return line[len(line)-1]
		}
	}
	return "no line"
}

var quarter = "2023-04-01:2023-06-30"

// Counts to the nearest five, 0 to 4 blank, whole percentages of exact counts, one
// place for means.
func TestTheRulesOfThePublication(t *testing.T) {
	w := newWorld(t)
	w.fill(t, courses(23, func(i int, r *hubRow) {
		if i >= 9 {
			r.recovery = false
		}
		if i < 4 {
			r.provider = "R2"
		}
	}), nil, nil, nil)
	r := resultsOf(t, w, w.request(rulesNamed(t, "nhs-talking-therapies"), []Period{window(t, quarter)}))
	assert.Equal(t, "25", figure(t, r, "all", "", "Count_ReferralsReceived"))
	assert.Equal(t, "10", figure(t, r, "all", "", "Count_Recovery"))
	assert.Equal(t, "39", figure(t, r, "all", "", "Percentage_Recovery"), "9 of 23, not 10 of 25")
	assert.Equal(t, "9.0", figure(t, r, "all", "", "Mean_WaitEnteredTreatment"))
	assert.Equal(t, "", figure(t, r, "all", "", "Count_GPReferrals"))
	assert.Equal(t, "20", figure(t, r, "R1", "", "Count_ReferralsReceived"))
	assert.Equal(t, "no line", figure(t, r, "R2", "", "Count_ReferralsReceived"), "four of four masked: like none at all")
}

// A total over a variable adds up rounded figures; blanks are not counted.
func TestTotalsAreSumsOfRoundedFigures(t *testing.T) {
	w := newWorld(t)
	w.fill(t, courses(17, func(i int, r *hubRow) {
		switch {
		case i < 7:
			r.gender = "2"
		case i < 10:
			r.gender = "9"
		}
	}), nil, nil, nil)
	request := w.request(rulesNamed(t, "nhs-talking-therapies"), []Period{window(t, quarter)})
	request.Levels, request.Variables = []Level{England}, []string{"Gender"}
	r := resultsOf(t, w, request)
	for value, shown := range map[string]string{"Male": "5", "Female": "5", "Indeterminate": "no line", "Total": "10"} {
		assert.Equal(t, shown, figure(t, r, "all", value, "Count_ReferralsReceived"), value)
	}
	assert.Equal(t, "no line", figure(t, r, "all", "Total", "Percentage_Recovery"), "sums are of counts")
}

// The faults of the dashboards' SQL: none of them is here.
func TestNoneOfTheDashboardsFaults(t *testing.T) {
	w := newWorld(t)
	nhs := rulesNamed(t, "nhs-talking-therapies")
	rows := courses(40, func(i int, r *hubRow) { r.ethnicity = string("ABCLM"[i%5]) })
	var contacts []contactRow
	for i, row := range rows {
		for n, code := range []string{"5", "3"} {
			contacts = append(contacts, contactRow{row.pathway, fmt.Sprintf("c%d", n), 300, 20, code, "01", ""})
		}
		_ = i
	}
	w.fill(t, rows, contacts, nil, nil)
	request := w.request(nhs, []Period{window(t, quarter)})
	request.Levels, request.Variables = []Level{England}, []string{"EthnicGroup"}
	r := resultsOf(t, w, request)
	assert.Equal(t, "25", figure(t, r, "all", "White", "Count_ReferralsReceived"), "A, B and C are one group, counted once")
	assert.Equal(t, "10", figure(t, r, "all", "Asian or Asian British", "Count_ReferralsReceived"), "L is not lost")
	assert.Equal(t, "10", figure(t, r, "all", "Black or Black British", "Count_ReferralsReceived"), "nor is M")

	request.Variables = nil
	r = resultsOf(t, w, request)
	assert.Equal(t, "80", figure(t, r, "all", "", "Count_Appointments"))
	assert.Equal(t, "40", figure(t, r, "all", "", "Count_ApptsAttended"), "those who did not come are not among them")
	assert.Equal(t, "40", figure(t, r, "all", "", "Count_ApptsDNA"))
	for n, shown := range map[int64]string{4: "", 5: "5", 6: "5", 7: "5", 8: "10", 12: "10", 13: "15", 17: "15"} {
		assert.Equal(t, shown, nhs.Cell(disclosure.CountOf(n)).String(), "%d is not rounded up twice", n)
	}
	assert.Equal(t, "0", fine(t).Percentage(disclosure.CountOf(0), disclosure.CountOf(40)).String()[:1], "a share of none is 0 where zeros are shown")
	assert.Equal(t, nhs.Name(), nhs.ForNation().Name())
	assert.Equal(t, "5", nhs.ForNation().Cell(disclosure.CountOf(6)).String(), "England is rounded as all others are")
}

// Under rules that print exact counts, a reader who adds and subtracts the measures
// of a study learns no low count: here five of twenty came from a GP.
func TestMeasuresOfAStudyDoNotGiveOneAnotherAway(t *testing.T) {
	w := newWorld(t)
	rows := courses(20, func(i int, r *hubRow) {
		if i < 5 {
			r.source = "A1"
		}
	})
	var members []memberRow
	for _, row := range rows {
		members = append(members, memberRow{"ALSPAC", row.person})
	}
	w.fill(t, rows, nil, nil, members)
	request := w.request(rulesNamed(t, "ukllc-metrics"), []Period{window(t, quarter)})
	request.Levels, request.Freeze = []Level{Study}, 16
	r := resultsOf(t, w, request)
	all, self, gp := figure(t, r, "ALSPAC", "", "Count_ReferralsReceived"), figure(t, r, "ALSPAC", "", "Count_SelfReferrals"), figure(t, r, "ALSPAC", "", "Count_GPReferrals")
	assert.Equal(t, "<10", gp)
	assert.False(t, all == "20" && self == "15", "20 referrals less 15 would be 5")
	assert.Equal(t, "20", figure(t, r, "ALSPAC", "", "Count_FinishedCourseTreatment"))

	request.Levels = []Level{England, Study}
	_, err := Count(context.Background(), w.w, request)
	var refusal *diagnostic.Refusal
	assert.ErrorAs(t, err, &refusal)
	request.Levels, request.Freeze = []Level{Study}, 0
	_, err = Count(context.Background(), w.w, request)
	assert.ErrorIs(t, err, ErrNoStudies)
}

// Twelve pathways of two people are two people's.
func TestAThresholdOfPeopleCountsPeople(t *testing.T) {
	w := newWorld(t)
	rows := courses(12, func(i int, r *hubRow) { r.person = fmt.Sprintf("person%d", i%2) })
	w.fill(t, rows, nil, nil, []memberRow{{"BIB", "person0"}, {"BIB", "person1"}})
	request := w.request(rulesNamed(t, "ukllc-metrics"), []Period{window(t, quarter)})
	request.Levels, request.Freeze = []Level{Study}, 16
	r := resultsOf(t, w, request)
	for _, name := range []string{"Count_ReferralsReceived", "Count_SelfReferrals", "Count_FinishedCourseTreatment", "Mean_WaitEnteredTreatment", "Percentage_Recovery"} {
		assert.NotRegexp(t, `\d`, strings.ReplaceAll(figure(t, r, "BIB", "", name), "<10", ""), name)
	}
}

// Flags and scores agree but where they do not, and then the line says by what the
// scores were judged.
func TestAgreementFindsWhereFlagsAndScoresPart(t *testing.T) {
	w := newWorld(t)
	w.fill(t, courses(30, func(i int, r *hubRow) {
		if i < 10 {
			r.phqLast = 15 // no recovery by the scores
		}
		if i >= 20 {
			r.gadLast = none
		}
	}), nil, nil, nil)
	r := resultsOf(t, w, w.request(rulesNamed(t, "nhs-talking-therapies"), []Period{window(t, quarter)}))
	list := r.Agreement()
	told := map[string]string{}
	for _, one := range list {
		if one.Outcome == "Recovery" {
			told[fmt.Sprint(one.Flagged, one.Scored, " ", one.Reason)] = one.Pathways.String()
			assert.Equal(t, one.Flagged == one.Scored, one.Agrees)
		}
	}
	assert.Equal(t, map[string]string{
		"true true judged by PHQ-9 and GAD-7": "10", "true false judged by PHQ-9 and GAD-7": "10", "true false a first or last score is missing": "10",
	}, told)
}

// The lines of the comparison add up to measures, so that it does not stand beside
// exact counts; and a mark that states a bound does not stand for what is withheld.
func TestBesideExactCountsFlagsAndScoresAreNotCompared(t *testing.T) {
	w := newWorld(t)
	w.fill(t, courses(60, nil), nil, nil, nil)
	for _, name := range []string{"ukllc-metrics", "ukllc-researcher"} {
		request := w.request(rulesNamed(t, name), []Period{window(t, quarter)})
		request.Levels = []Level{England}
		r := resultsOf(t, w, request)
		assert.Empty(t, r.Agreement(), name)
		for group := range r.Groups() {
			for i, cell := range group.Cells {
				assert.False(t, name == "ukllc-researcher" && cell.String() == "<10", r.Measures()[i].Name)
			}
		}
	}
}

// An encrypted code that is a number is no count.
func TestCodesAreNoNumbers(t *testing.T) {
	w := newWorld(t)
	w.fill(t, courses(10, func(_ int, r *hubRow) { r.subICB, r.provider = "471100", "0815" }), nil, nil, nil)
	r := resultsOf(t, w, w.request(rulesNamed(t, "nhs-talking-therapies"), []Period{window(t, quarter)}))
	assert.Equal(t, "10", figure(t, r, "SubICB 471100", "", "Count_ReferralsReceived"))
	assert.Equal(t, "10", figure(t, r, "Provider 0815", "", "Count_ReferralsReceived"))
	assert.Equal(t, "no line", figure(t, r, "471100", "", "Count_ReferralsReceived"))
}

func TestResultsAsJSONAreWhole(t *testing.T) {
	w := newWorld(t)
	w.fill(t, courses(20, nil), nil, nil, nil)
	request := w.request(rulesNamed(t, "nhs-talking-therapies"), []Period{window(t, quarter)})
	request.Choices.Recomputed = true
	r := resultsOf(t, w, request)
	var text bytes.Buffer
	require.NoError(t, r.WriteJSON(&text, Source{Dataset: "NHSE_IAPT", Version: 3}))
	var read struct {
		Rules      string
		Unverified []string
		Counts     []struct {
			Level, ID string
			Figure    any
		}
	}
	require.NoError(t, json.Unmarshal(text.Bytes(), &read))
	assert.Equal(t, "nhs-talking-therapies", read.Rules)
	assert.Equal(t, 20.0, read.Counts[0].Figure)
	assert.Contains(t, strings.Join(read.Unverified, "\n"), "PCL-5: general knowledge")
	assert.NotContains(t, strings.Join(read.Unverified, "\n"), "PHQ-9")
}

func FuzzReadOrganisations(f *testing.F) {
	f.Add("code,name,successor\nA,B,\nC,D,A\n")
	f.Add("code,name\nA,B\nA,B\n")
	f.Add("\"")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := ReadOrganisations(strings.NewReader(text))
		if err != nil {
			return
		}
		codes := map[string]bool{}
		for _, one := range list {
			assert.NotEmpty(t, one.Code)
			assert.False(t, codes[one.Code])
			codes[one.Code] = true
		}
	})
}
