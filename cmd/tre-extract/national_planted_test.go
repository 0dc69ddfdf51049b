package main

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/measures"
)

// disagreement is what the agreement table tells apart.
type disagreement struct{ outcome, flagged, scored, reason string }

// outcomeMeasures are the counts of the outcomes that flags and scores are compared by.
var outcomeMeasures = map[string]string{
	"Not at caseness": "M179", "Reliable improvement": "M185", "No reliable change": "M187", "Reliable deterioration": "M189", "Recovery": "M191",
}

// Where nothing is planted the two roads to the outcomes are one: no line of the
// agreement table disagrees, no figure of any ICB differs, and nothing is at fault.
func TestRoadsAreOneWhereNothingIsPlanted(t *testing.T) {
	for _, seed := range []uint64{3, 4} {
		n := newNation(t, 1500, 0, seed)
		require.Empty(t, n.planted)
		byFlags := n.count(t, measures.ICB, measures.Year, measures.Choices{})
		byScores := n.count(t, measures.ICB, measures.Year, measures.Choices{Recomputed: true})
		scored := slices.Collect(byScores.Groups())
		place, finished := 0, 0
		for group := range byFlags.Groups() {
			one := figuresOf(byFlags, group)
			one.assertIdentities(t, 0)
			require.Equal(t, figuresOf(byScores, scored[place]), one, "%s in year %d", group.Code1, group.Period+1)
			finished += one["M076"]
			place++
		}
		require.Greater(t, finished, 300)
		assert.Empty(t, disagreementsOf(t, byFlags))
		for _, fault := range byFlags.Faults() {
			value, shown := fault.Pathways.Value()
			assert.True(t, shown && value == 0, "%s: %s", fault.Fault, fault.Pathways)
		}
		byFlag := n.count(t, measures.England, measures.Year, measures.Choices{FinishedFlag: true})
		byCount := n.count(t, measures.England, measures.Year, measures.Choices{})
		assert.Equal(t, allFigures(byCount), allFigures(byFlag))
	}
}

func allFigures(results measures.Results) (list []nationalFigures) {
	for group := range results.Groups() {
		list = append(list, figuresOf(results, group))
	}
	return list
}

// disagreementsOf returns the lines of the agreement table that disagree.
func disagreementsOf(t *testing.T, results measures.Results) map[disagreement]int {
	t.Helper()
	agreement := results.Agreement()
	require.NotEmpty(t, agreement)
	found := map[disagreement]int{}
	for _, line := range agreement {
		if value, shown := line.Pathways.Value(); !line.Agrees && value > 0 {
			require.True(t, shown)
			found[disagreement{line.Outcome, strconv.FormatBool(line.Flagged), strconv.FormatBool(line.Scored), line.Reason}] = int(value)
		}
	}
	return found
}

// pathwaysWith returns the pathways that something is wrong with, each once.
func (n nation) pathwaysWith(what string) map[string]bool {
	found := map[string]bool{}
	for _, line := range n.planted {
		if line.what == what {
			found[line.pathway] = true
		}
	}
	return found
}

// faultNames are what the faults table calls what is planted. What is not among
// them is planted for the agreement table, or to be no fault of a kind.
var faultNames = map[string]string{
	"a pathway that no row says to use":                           "a pathway that no row says to use: not counted",
	"a provider that is not on the list":                          "Provider not on the list of organisations: counted under the code for unknown ones",
	"a provider that merged":                                      "Provider that merged: counted under its successor",
	"a reason without a discharge":                                "a reason without a discharge",
	"a score out of its range":                                    "a score out of its range: not used",
	"assessed before the referral":                                "assessed before the referral: the assessment is not counted",
	"discharged after two treatments and not flagged as finished": "discharged after two treatments and not flagged as finished",
	"discharged before the referral":                              "discharged before the referral: the end is not counted",
	"flagged as finished with fewer than two treatments":          "flagged as finished with fewer than two treatments, or not discharged",
	"flags of outcomes contradict one another":                    "flags of outcomes contradict one another",
	"last treatment before the first":                             "last treatment before the first",
	"more treatments than contacts":                               "more treatments than contacts",
	"no count of contacts":                                        "no count of contacts or of treatments: taken as none",
	"no day of referral":                                          "no day of referral: counted in no measure",
	"no sub-ICB":                                                  "no organisation: counted under the code for unknown ones",
	"second treatment before the first":                           "second treatment before the first: the second is not counted",
	"treated after discharge":                                     "treated after discharge",
	"treated before the referral":                                 "treated before the referral: the treatment is not counted",
}

// What is planted is found, all of it and nothing else: the disagreements of flags
// and scores by outcome and reason, and the faults by kind. Counted by either road,
// an outcome differs by what was planted of it.
func TestPlantedDisagreementsAreAllFound(t *testing.T) {
	for _, seed := range []uint64{5, 6, 7} {
		n := newNation(t, 2500, 0.3, seed)
		byFlags := n.count(t, measures.England, measures.Month, measures.Choices{})
		byScores := n.count(t, measures.England, measures.Month, measures.Choices{Recomputed: true})

		planted, more := map[disagreement]int{}, map[string]int{}
		for _, line := range n.planted {
			if line.outcome == "" {
				continue
			}
			planted[disagreement{line.outcome, line.flagged, line.scored, line.reason}]++
			more[line.outcome] += map[string]int{"true": 1, "false": -1}[line.flagged]
		}
		require.Equal(t, planted, disagreementsOf(t, byFlags), "seed %d", seed)
		flagged, scored := totalOf(allFigures(byFlags)), totalOf(allFigures(byScores))
		for outcome, measure := range outcomeMeasures {
			require.Equal(t, more[outcome], flagged[measure]-scored[measure], outcome)
		}
		for _, month := range allFigures(byScores) {
			month.assertIdentities(t, 0)
		}
		n.assertFaults(t, byFlags)
		n.assertPairings(t, flagged, seed)
	}
}

func totalOf(list []nationalFigures) nationalFigures {
	all := nationalFigures{}
	for _, one := range list {
		for id, value := range one {
			all[id] += value
		}
	}
	return all
}

// assertFaults holds that the faults are those planted, by kind.
func (n nation) assertFaults(t *testing.T, results measures.Results) {
	t.Helper()
	planted := map[string]int{}
	for what, name := range faultNames {
		planted[name] = len(n.pathwaysWith(what))
		require.Positive(t, planted[name], "nothing was planted of this kind: %s", what)
	}
	found := map[string]int{}
	for _, fault := range results.Faults() {
		value, shown := fault.Pathways.Value()
		require.True(t, shown, fault.Fault)
		if value > 0 {
			found[fault.Fault] = int(value)
		}
	}
	require.Equal(t, planted, found)
}

// assertPairings holds that those with the measure of another complaint are no
// longer counted as paired: fewer by as many than where nothing is planted, but for
// those whom other faults put out of the count.
func (n nation) assertPairings(t *testing.T, found nationalFigures, seed uint64) {
	t.Helper()
	paired := n.pathwaysWith("the anxiety measure of another complaint")
	require.NotEmpty(t, paired)
	untouched := newNation(t, 2500, 0, seed)
	before := totalOf(allFigures(untouched.count(t, measures.England, measures.Month, measures.Choices{})))
	gone := n.outOfTheCount(t, untouched)
	require.Equal(t, before["M204"]-len(paired)-gone, found["M204"])
}

// outOfTheCount returns how many finished courses with the right measure are no
// longer counted, since no row says to use them or they have no day of referral.
func (n nation) outOfTheCount(t *testing.T, untouched nation) (gone int) {
	t.Helper()
	away := n.pathwaysWith("a pathway that no row says to use")
	for pathway := range n.pathwaysWith("no day of referral") {
		away[pathway] = true
	}
	for pathway, row := range untouched.latestRows(t) {
		if specific := row["adsm"] != "" && row["adsm"] != "GAD7"; specific && away[pathway] && strings.EqualFold(row["completedtreatment_flag"], "true") {
			gone++
		}
	}
	return gone
}

// latestRows returns the row of the hub's latest extract of every pathway.
func (n nation) latestRows(t *testing.T) map[string]map[string]string {
	t.Helper()
	latest := map[string]map[string]string{}
	for _, row := range readLines(t, filepath.Join(n.dir, "NHSE_IAPT_v0003", "demographics_and_referral.csv")) {
		if known := latest[row["pathwayid"]]; known == nil || known["extract_end_date"] < row["extract_end_date"] {
			latest[row["pathwayid"]] = row
		}
	}
	return latest
}

// The referrals of a provider that merged stand under its successor, those of one
// that is not on the list under the code for unknown ones, and all others under
// their own.
func TestMergedAndUnknownProvidersAreCountedWhereTheyBelong(t *testing.T) {
	n := newNation(t, 2500, 0.1, 8)
	successors := map[string]string{}
	for _, one := range n.request.Organisations {
		successors[one.Code] = one.Code
		if one.Successor != "" {
			successors[one.Code] = one.Successor
		}
	}
	expected, merged, unknown := map[string]int{}, 0, 0
	for _, row := range n.latestRows(t) {
		if !strings.EqualFold(row["usepathway_flag"], "true") || row["referralrequestreceiveddate"] == "" {
			continue
		}
		code, listed := successors[row["orgid_provider"]]
		if !listed {
			code = n.request.Measures.UnknownCode
			unknown++
		} else if code != row["orgid_provider"] {
			merged++
		}
		expected[code]++
	}
	require.Len(t, n.pathwaysWith("a provider that merged"), merged)
	require.Len(t, n.pathwaysWith("a provider that is not on the list"), unknown)
	require.Positive(t, merged)
	require.Positive(t, unknown)

	whole := days(t, "2020-10-01:2024-03-31")
	results := n.countIn(t, measures.Provider, []measures.Period{whole}, measures.Choices{})
	found := map[string]int{}
	for group := range results.Groups() {
		if referrals := figuresOf(results, group)["M001"]; referrals > 0 {
			found[group.Code1] = referrals
		}
	}
	assert.Equal(t, expected, found)
}
