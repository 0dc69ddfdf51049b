package measures

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/disclosure"
)

// scale is what the oracle knows of a questionnaire; no change means none is known.
type scale struct{ lowest, highest, caseness, change float64 }

var scales = map[string]scale{
	"AgoraAlone": {0, 5, 2.31, 0.73}, "SocialPhobia": {0, 68, 19, 10}, "PTSD": {0, 80, 32, 10}, "IBS": {0, 500, 75, 0},
}

func (s scale) has(score float64) bool {
	return score != none && score >= s.lowest && score <= s.highest
}

// rescored returns a pathway with the flags that its scores give.
func (o oracle) rescored(clause bool) oracle {
	depression, anxiety := scale{0, 27, 10, 6}, scale{0, 21, 8, 4}
	first, last := float64(o.gadFirst), float64(o.gadLast)
	if specific, known := scales[o.adsm]; known && specific.has(o.adsmFirst) && specific.has(o.adsmLast) {
		anxiety, first, last = specific, o.adsmFirst, o.adsmLast
	}
	d1, d2 := float64(o.phqFirst), float64(o.phqLast)
	o.caseness, o.notCaseness, o.recovery, o.improvement, o.noChange, o.deterioration = false, false, false, false, false, false
	if !depression.has(d1) || !anxiety.has(first) {
		return o
	}
	o.caseness = d1 >= depression.caseness || first >= anxiety.caseness
	o.notCaseness = !o.caseness
	if !depression.has(d2) || !anxiety.has(last) {
		return o
	}
	o.recovery = o.caseness && d2 < depression.caseness && last < anxiety.caseness
	if anxiety.change == 0 {
		return o
	}
	better := d1-d2 >= depression.change || first-last >= anxiety.change-1e-9
	worse := d2-d1 >= depression.change || last-first >= anxiety.change-1e-9
	o.improvement = better && (!worse || !clause)
	o.deterioration = worse && (!better || !clause)
	o.noChange = !o.improvement && !o.deterioration
	return o
}

// Outcomes by the second road are what the scores give, with and without the clause
// that a change the other way excludes one.
func TestRecomputedOutcomesAreWhatTheOracleScores(t *testing.T) {
	w := newWorld(t)
	nhs, exactly := rulesNamed(t, "nhs-talking-therapies"), fine(t)
	rapid.Check(t, func(t *rapid.T) {
		d := drawData(t)
		w.fill(t, d.rows, nil, nil, nil)
		request := w.request(nhs, []Period{window(t, "2023-03-01:2023-12-31")})
		request.Levels = []Level{England}
		request.Choices = Choices{Recomputed: true, WithoutClause: rapid.Bool().Draw(t, "without the clause")}
		counted, err := Count(context.Background(), w.w, request)
		require.NoError(t, err)
		var paths []oracle
		for _, o := range d.latest() {
			o.pairing = "none"
			paths = append(paths, o.rescored(!request.Choices.WithoutClause))
		}
		for _, one := range counted.tables[0].rows {
			comparison{t: t, data: d, paths: paths, measures: w.measures, periods: request.Periods, fine: exactly, within: func(oracle) bool { return true }}.row(one, 0)
		}
	})
}

// What must hold between measures holds in every row.
func TestIdentitiesHold(t *testing.T) {
	w := newWorld(t)
	nhs := rulesNamed(t, "nhs-talking-therapies")
	rapid.Check(t, func(t *rapid.T) {
		d := drawData(t)
		w.fill(t, d.rows, d.contacts, d.conditions, nil)
		request := w.request(nhs, drawPeriods(t))
		request.Levels = []Level{Provider}
		request.Choices.FinishedFlag = rapid.Bool().Draw(t, "finished by flag")
		counted, err := Count(context.Background(), w.w, request)
		require.NoError(t, err)
		for _, one := range counted.tables[0].rows {
			of := func(ids ...string) (sum disclosure.Count) {
				for _, id := range ids {
					sum = sum.Plus(one.counts.of(w.measures.Index(id)))
				}
				return sum
			}
			same := func(a, b disclosure.Count) { require.False(t, a.Exceeds(b) || b.Exceeds(a)) }
			atMost := func(a, b disclosure.Count) { require.False(t, a.Exceeds(b)) }
			if !request.Choices.FinishedFlag {
				same(of("M056"), of("M073", "M074", "M075", "M076"))
			}
			same(of("M056"), of("M057", "M058", "M059", "M060", "M061", "M340", "M062", "M063", "M066", "M344", "M341", "M069", "M070", "M342", "M071", "M072"))
			same(of("M031"), of("M032", "M033", "M034", "M035"))
			same(of("M001"), of("TTFIRST", "TTREPEAT"))
			same(of("M076"), of("TTDOSE2", "TTDOSE3", "TTDOSE5", "TTDOSE7", "TTDOSE9", "TTDOSE13", "TTDOSE17", "TTDOSE21"))
			same(of("M056"), of("TTPHQ0", "TTPHQ5", "TTPHQ10", "TTPHQ15", "TTPHQ20", "TTPHQNONE"))
			same(of("M056"), of("TTGAD0", "TTGAD5", "TTGAD10", "TTGAD15", "TTGADNONE"))
			atMost(of("M030"), of("M029"))
			atMost(of("M193"), of("M191"))
			atMost(of("M193"), of("M185"))
			atMost(of("M191", "M179"), of("M076"))
			atMost(of("M204"), of("M203"))
			atMost(of("M203"), of("M076"))
			atMost(of("M036"), of("M037"))
			atMost(of("M037"), of("M031"))
			atMost(of("M052"), of("M054"))
			atMost(of("M054"), of("M076"))
			atMost(of("M083", "M084", "M085", "M086", "M087", "M088"), of("M082"))
			atMost(of("M002", "M003", "M004", "M005", "M345", "M006", "M007", "M008", "M018", "M014", "M287"), of("M001"))
		}
	})
}
