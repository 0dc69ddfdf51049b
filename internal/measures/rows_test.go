package measures

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// The periods are parted into passes that are as long as they may be.
func TestEveryPeriodIsInOnePass(t *testing.T) {
	run := counting{request: Request{Periods: months(t, "2023-04-01:2023-08-31")}}
	for _, c := range []struct{ inPeriod, passes int }{{0, 1}, {1, 1}, {mostGroups / 5, 1}, {mostGroups / 2, 3}, {mostGroups, 5}, {mostGroups * 9, 5}} {
		passes := run.passes(c.inPeriod)
		assert.Len(t, passes, c.passes)
		next := 1
		for _, periods := range passes {
			assert.Equal(t, next, periods["first_period"])
			next = periods["last_period"].(int) + 1
		}
		assert.Equal(t, 6, next)
	}
}

// What several passes count is what one counts.
func TestPassesCountWhatOneCounts(t *testing.T) {
	w := newWorld(t)
	w.fill(t, courses(90, func(i int, r *hubRow) { r.received = i }), nil, nil, nil)
	run := counting{w: w.w, request: w.request(rulesNamed(t, "nhs-talking-therapies"), months(t, "2023-04-01:2023-06-30"))}
	run.request.Levels = []Level{Provider}
	counted, err := Count(context.Background(), w.w, run.request)
	require.NoError(t, err)
	parts := table{rows: map[place]*row{}}
	for period := range run.request.Periods {
		require.NoError(t, run.readCounts(context.Background(), &parts, warehouse.Args{"first_period": period + 1, "last_period": period + 1}))
	}
	require.Len(t, parts.rows, len(counted.tables[0].rows))
	for at, one := range counted.tables[0].rows {
		require.Len(t, parts.rows[at].counts.measures, len(one.counts.measures))
		for measure := range w.measures.Measures {
			a, b := one.counts.of(measure), parts.rows[at].counts.of(measure)
			assert.False(t, a.Exceeds(b) || b.Exceeds(a))
		}
	}
}

// A row holds what was counted at its place and nothing else.
func TestARowHoldsWhatIsThere(t *testing.T) {
	w := newWorld(t)
	w.fill(t, courses(1, func(_ int, r *hubRow) {
		r.assessed, r.entered, r.second, r.last, r.discharged, r.treatments = none, none, none, none, none, 0
	}), nil, nil, nil)
	request := w.request(rulesNamed(t, "nhs-talking-therapies"), months(t, quarter))
	request.Levels = []Level{Provider}
	counted, err := Count(context.Background(), w.w, request)
	require.NoError(t, err)
	april := counted.tables[0].rows[place{1, 1, "Total"}]
	assert.Len(t, april.counts.measures, 9, "received, self, first; waiting for assessment, and for treatment by four bounds")
	assert.Nil(t, april.people.counts)
	assert.Nil(t, april.averages)
	assert.Nil(t, april.atoms)
	assert.True(t, april.counts.of(w.measures.Index("M056")).IsZero())
	assert.True(t, equal(april.counts.of(w.measures.Index("M001")), 1))
	assert.Equal(t, average{}, april.average(w.measures.Index("M048")))
	var list tally
	assert.Error(t, list.Scan([]any{"M001", int64(2)}))
	assert.Error(t, list.Scan([]any{int64(1), "two"}))
	assert.NoError(t, list.Scan(nil))
	assert.Equal(t, disclosure.Count{}.IsZero(), list.of(1).IsZero())
}

// Every count has a class that it counts, though the data have none: where a zero is
// masked, that nothing occurred must not be told.
func TestEveryCountHasAClassWithoutData(t *testing.T) {
	w := newWorld(t)
	request := w.request(rulesNamed(t, "ukllc-researcher"), months(t, quarter)[:1])
	request.Levels = []Level{England}
	counted, err := Count(context.Background(), w.w, request)
	require.NoError(t, err)
	has := map[int]bool{}
	for _, measures := range counted.tables[0].matches {
		for _, measure := range measures {
			has[measure] = true
		}
	}
	for i, measure := range w.measures.Measures {
		all := len(measure.Values)+len(measure.OtherThan) == 0 && measure.Range == nil
		assert.Equal(t, measure.Kind == spec.CountMeasure && !all, has[i] && !all, measure.ID)
	}
}
