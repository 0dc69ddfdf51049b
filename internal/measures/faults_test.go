package measures

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Twenty courses are right and ten have one fault: the fault is named of ten, and
// what it would tell is not counted. Nothing else of them changes.
func TestEveryFaultIsNamedAndMisleadsNoMeasure(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		fault   string
		change  func(*hubRow)
		figures map[string]string
	}{
		{"no day of referral: counted in no measure", func(r *hubRow) { r.received = none },
			map[string]string{"Count_ReferralsReceived": "20", "Count_AccessingServices": "20", "Count_EndedReferrals": "20"}},
		{"assessed before the referral: the assessment is not counted", func(r *hubRow) { r.assessed = -20 },
			map[string]string{"Count_FirstAssessment28days": "20", "Count_AccessingServices": "30"}},
		{"treated before the referral: the treatment is not counted", func(r *hubRow) { r.entered = -20 },
			map[string]string{"Count_AccessingServices": "20", "Count_SecondTreatment": "20", "Count_FinishedCourseTreatment": "30", "Mean_WaitEnteredTreatment": "9.0"}},
		{"second treatment before the first: the second is not counted", func(r *hubRow) { r.second = 8 },
			map[string]string{"Count_SecondTreatment": "20", "Count_AccessingServices": "30"}},
		{"last treatment before the first", func(r *hubRow) { r.last = 6 },
			map[string]string{"Count_AccessingServices": "30"}},
		{"treated after discharge", func(r *hubRow) { r.last = 60 },
			map[string]string{"Count_EndedReferrals": "30", "Count_OpenReferralNoActivity60days": ""}},
		{"discharged before the referral: the end is not counted", func(r *hubRow) { r.discharged, r.last = -5, none },
			map[string]string{"Count_EndedReferrals": "20", "Count_FinishedCourseTreatment": "20", "Count_ReferralsReceived": "30", "Count_WaitingForTreatment": ""}},
		{"a reason without a discharge", func(r *hubRow) { r.discharged, r.completed, r.treatments = none, false, 1 },
			map[string]string{"Count_EndedReferrals": "20", "Count_EndedCompleted": "20", "Count_OpenReferralNoActivity60days": "10"}},
		{"flagged as finished with fewer than two treatments, or not discharged", func(r *hubRow) { r.treatments = 1 },
			map[string]string{"Count_FinishedCourseTreatment": "20", "Count_EndedTreatedOnce": "10"}},
		{"discharged after two treatments and not flagged as finished", func(r *hubRow) { r.completed = false },
			map[string]string{"Count_FinishedCourseTreatment": "30"}},
		{"more treatments than contacts", func(r *hubRow) { r.contacts = 0 },
			map[string]string{"Count_FinishedCourseTreatment": "30", "Count_EndedNotSeen": ""}},
		{"no count of contacts or of treatments: taken as none", func(r *hubRow) { r.treatments, r.completed = none, false },
			map[string]string{"Count_FinishedCourseTreatment": "20", "Count_EndedSeenNotTreated": "10"}},
		{"flags of outcomes contradict one another", func(r *hubRow) { r.notCaseness = true },
			map[string]string{"Count_NotAtCaseness": "10", "Count_Recovery": "20", "Percentage_Recovery": "100"}},
		{"a score out of its range: not used", func(r *hubRow) { r.phqFirst = 99 },
			map[string]string{"Count_FirstPHQ9Score20to27": "20", "Count_FirstPHQ9ScoreNone": "10"}},
		{"no organisation: counted under the code for unknown ones", func(r *hubRow) { r.icb = "" },
			map[string]string{"Count_ReferralsReceived": "30"}},
		{"no person: counted as a first referral", func(r *hubRow) { r.person = "" },
			map[string]string{"Count_FirstReferrals": "30", "Count_RepeatReferrals": ""}},
		{"a row without a pathway: not counted", func(r *hubRow) { r.pathway = "" },
			map[string]string{"Count_ReferralsReceived": "20"}},
		{"a pathway that no row says to use: not counted", func(r *hubRow) { r.unused = true },
			map[string]string{"Count_ReferralsReceived": "20"}},
	} {
		w.fill(t, courses(30, func(i int, r *hubRow) {
			if i >= 20 {
				c.change(r)
			}
		}), nil, nil, nil)
		r := resultsOf(t, w, w.request(rulesNamed(t, "nhs-talking-therapies"), []Period{window(t, quarter)}))
		assert.Equal(t, map[string]string{c.fault: "10"}, faultsFound(r), c.fault)
		for name, shown := range c.figures {
			assert.Equal(t, shown, figure(t, r, "all", "", name), "%s: %s", c.fault, name)
		}
	}
}

// faultsFound returns the faults that something has.
func faultsFound(r Results) map[string]string {
	found := map[string]string{}
	for _, one := range r.Faults() {
		if one.Pathways.String() != "" {
			found[one.Fault] = one.Pathways.String()
		}
	}
	return found
}

// Without any data every fault is named, and England has a line for every period
// that says nothing.
func TestAnEmptyHubAndAnEmptyPeriod(t *testing.T) {
	w := newWorld(t)
	for _, rows := range [][]hubRow{nil, courses(30, nil)} {
		w.fill(t, rows, nil, nil, nil)
		r := resultsOf(t, w, w.request(rulesNamed(t, "nhs-talking-therapies"), months(t, "2021-01-01:2021-03-31")))
		assert.Len(t, r.Faults(), 24)
		assert.Empty(t, r.Agreement(), "nobody finished in these months")
		periods := 0
		for group := range r.Groups() {
			assert.Equal(t, England, group.Level)
			assert.Equal(t, periods, group.Period)
			for i, cell := range group.Cells {
				assert.True(t, cell.Masked(), r.Measures()[i].Name)
			}
			periods++
		}
		assert.Equal(t, 3, periods)
	}
}

// A referral is a repeat of the last finished course of its person, wherever and
// whenever that ended: not of one that was broken off, of one that ends later, of
// somebody else's, or of itself.
func TestRepeatReferralsLookBackAtFinishedCourses(t *testing.T) {
	w := newWorld(t)
	earlier := func(n int, change func(*hubRow)) []hubRow {
		return courses(n, func(i int, r *hubRow) {
			r.pathway, r.provider = fmt.Sprintf("earlier%d", i), "R9"
			r.received, r.assessed, r.entered, r.second, r.last, r.discharged = -300, none, -290, -280, -270, -99
			change(r)
		})
	}
	for _, c := range []struct {
		what    string
		earlier []hubRow
		repeats string
		mean    string
	}{
		{"finished", earlier(20, func(*hubRow) {}), "20", "100.0"},
		{"finished on the day of the referral", earlier(20, func(r *hubRow) { r.discharged = 1 }), "20", "0.0"},
		{"broken off", earlier(20, func(r *hubRow) { r.treatments = 1 }), "", ""},
		{"still open", earlier(20, func(r *hubRow) { r.discharged = none }), "", ""},
		{"ends after the referral", earlier(20, func(r *hubRow) { r.discharged = 2 }), "", ""},
		{"ends before it begins", earlier(20, func(r *hubRow) { r.discharged = -400 }), "", ""},
		{"of somebody else", earlier(20, func(r *hubRow) { r.person += " of another place" }), "", ""},
		{"not to be used", earlier(20, func(r *hubRow) { r.unused = true }), "", ""},
	} {
		w.fill(t, append(courses(30, nil), c.earlier...), nil, nil, nil)
		r := resultsOf(t, w, w.request(rulesNamed(t, "nhs-talking-therapies"), []Period{window(t, quarter)}))
		assert.Equal(t, c.repeats, figure(t, r, "all", "", "Count_RepeatReferrals"), c.what)
		assert.Equal(t, c.mean, figure(t, r, "all", "", "Mean_DaysSincePreviousDischarge"), c.what)
		assert.Equal(t, c.mean, figure(t, r, "all", "", "Median_DaysSincePreviousDischarge"), c.what)
		assert.Equal(t, "30", figure(t, r, "all", "", "Count_ReferralsReceived"), c.what)
	}
}

// An organisation that merged is counted under its successor; one that is not on
// the list under the code for unknown ones; both are told.
func TestOrganisationsThatMergedOrAreUnknown(t *testing.T) {
	w := newWorld(t)
	w.fill(t, courses(30, func(i int, r *hubRow) { r.provider = []string{"OLD", "NEW", "XXX"}[i%3] }), nil, nil, nil)
	request := w.request(rulesNamed(t, "nhs-talking-therapies"), []Period{window(t, quarter)})
	request.Levels = []Level{Provider}
	var err error
	request.Organisations, err = ReadOrganisations(strings.NewReader("\ufeffCode,Name,Successor\nNEW,=New trust,\nOLD,Old trust,NEW\nQA,An ICB,\nS1,A sub-ICB,\n"))
	require.NoError(t, err)
	r := resultsOf(t, w, request)
	assert.Equal(t, "20", figure(t, r, "NEW", "", "Count_ReferralsReceived"))
	assert.Equal(t, "no line", figure(t, r, "OLD", "", "Count_ReferralsReceived"))
	assert.Equal(t, "10", figure(t, r, "InvalidCode", "", "Count_ReferralsReceived"))
	var text bytes.Buffer
	require.NoError(t, r.WriteCSV(&text))
	assert.Contains(t, text.String(), ",NEW,'=New trust,", "a formula is written as text")
	assert.Contains(t, fmt.Sprint(r.Faults()), "Provider that merged: counted under its successor 10")
	assert.Contains(t, fmt.Sprint(r.Faults()), "Provider not on the list of organisations: counted under the code for unknown ones 10")
}

// Two providers that merge in mid-year have their figures of the whole year under
// the code of the successor, as the publication has them; so has a sub-ICB by
// provider.
func TestAMergerInMidYearIsOfTheWholeYear(t *testing.T) {
	w := newWorld(t)
	w.fill(t, courses(60, func(i int, r *hubRow) {
		r.provider, r.received = "OLD", 10
		if i%3 == 0 {
			r.provider = "NEW"
		}
		if i >= 30 {
			r.provider, r.received = "NEW", 100
		}
		r.assessed, r.entered, r.second, r.last, r.discharged = none, none, none, none, none
		r.completed, r.endCode, r.treatments = false, "", 0
	}), nil, nil, nil)
	request := w.request(rulesNamed(t, "nhs-talking-therapies"), []Period{window(t, "2023-04-01:2023-06-30"), window(t, "2023-07-01:2023-09-30")})
	request.Levels = []Level{Provider, SubICBProvider}
	var err error
	request.Organisations, err = ReadOrganisations(strings.NewReader("code,name,successor\nNEW,New trust,\nOLD,Old trust,NEW\nQA,An ICB,\nS1,A sub-ICB,\n"))
	require.NoError(t, err)
	received := map[string][]string{}
	for group := range resultsOf(t, w, request).Groups() {
		code := group.Code1 + group.Code2
		received[code] = append(received[code], group.Cells[w.measures.Index("M001")].String())
	}
	assert.Equal(t, map[string][]string{"NEW": {"30", "30"}, "S1NEW": {"30", "30"}}, received)
}
