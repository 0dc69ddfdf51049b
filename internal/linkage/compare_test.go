package linkage_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/spec"
	"tre-toolkit/specs"
)

// people are participants numbered from one to another, who consent and are linked.
func people(study string, from, to int) []participant {
	var rows []participant
	for i := from; i <= to; i++ {
		rows = append(rows, participant{fmt.Sprintf("%s%d", study, i), study, "1", "1", "0", fmt.Sprintf("K%s%d", study, i)})
	}
	return rows
}

func (f fixture) compare(t *testing.T, earlier, later int) (string, error) {
	t.Helper()
	profile, err := spec.LoadRules(specs.Files, "ukllc-metrics")
	require.NoError(t, err)
	comparison, err := linkage.Compare(t.Context(), f.workspace.Warehouse, earlier, later, profile)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(map[string]any{"studies": comparison.Studies, "total": comparison.Total})
	require.NoError(t, err)
	return string(text), nil
}

// What may be told of two freezes, and what is refused, with nothing said of whom
// it concerns. Each line is freeze 1 and freeze 2: participants from-to.
func TestWhatTwoFreezesTell(t *testing.T) {
	cases := []struct {
		what          string
		before, after []participant
		answer        string // empty for a refusal
	}{
		{"nobody came or went", people("ALSPAC", 1, 100), people("ALSPAC", 1, 100), `{"study":"ALSPAC","joined":0,"left":0}`},
		{"one withdrew", people("ALSPAC", 1, 100), people("ALSPAC", 1, 99), ""},
		{"one joined", people("ALSPAC", 1, 100), people("ALSPAC", 1, 101), ""},
		{"nine withdrew", people("ALSPAC", 1, 100), people("ALSPAC", 10, 100), ""},
		{"ten withdrew", people("ALSPAC", 1, 100), people("ALSPAC", 11, 100), `{"study":"ALSPAC","joined":0,"left":10}`},
		{"twelve joined, eleven left", people("ALSPAC", 1, 100), people("ALSPAC", 12, 112), ""},
		{"twenty-two joined, twelve left", people("ALSPAC", 1, 100), people("ALSPAC", 13, 122), `{"study":"ALSPAC","joined":22,"left":12}`},
		{"one joined for one who left", people("ALSPAC", 1, 100), people("ALSPAC", 2, 101), `{"study":"ALSPAC","joined":"\u003c10","left":"\u003c10"}`},
		{"one left and eleven joined", people("ALSPAC", 1, 100), people("ALSPAC", 2, 111), `{"study":"ALSPAC","joined":"*","left":"\u003c10"}`},
		{"a small study", people("ALSPAC", 1, 5), people("ALSPAC", 1, 4), `{"study":"ALSPAC","joined":"*","left":"*"}`},
		{"nobody was there", nil, people("ALSPAC", 1, 100), `{"study":"ALSPAC","joined":100,"left":0}`},
		{"ten of one study, one of another", append(people("ALSPAC", 1, 100), people("BCS70", 1, 100)...), append(people("ALSPAC", 11, 100), people("BCS70", 1, 99)...), ""},
	}
	f := newFixtureInMemory(t)
	for i, one := range cases {
		t.Run(one.what, func(t *testing.T) {
			earlier, later := 2*i+1, 2*i+2
			require.NoError(t, f.freezeRows(t, earlier, one.before, nil))
			require.NoError(t, f.freezeRows(t, later, one.after, nil))
			answer, err := f.compare(t, earlier, later)
			if one.answer != "" {
				require.NoError(t, err)
				assert.Contains(t, answer, one.answer)
				return
			}
			var refusal *diagnostic.Refusal
			require.ErrorAs(t, err, &refusal)
			assert.Equal(t, "differencing", refusal.Rule)
			assert.NotContains(t, err.Error()+refusal.Hint, "ALSPAC")
			assert.NotContains(t, err.Error()+refusal.Hint, "BCS70")
		})
	}
}

// Three freezes tell more in three comparisons than in two.
func TestFreezesWithAnotherBetweenThemAreNotCompared(t *testing.T) {
	f := newFixtureInMemory(t)
	for i, rows := range [][]participant{people("ALSPAC", 1, 100), people("ALSPAC", 13, 112), people("ALSPAC", 16, 130)} {
		require.NoError(t, f.freezeRows(t, i+1, rows, nil))
	}
	_, err := f.compare(t, 1, 3)
	require.ErrorContains(t, err, "freezes 1 and 3 have another between them")
	_, err = f.compare(t, 1, 4)
	require.ErrorContains(t, err, "freeze 4: is not in this workspace [FRZ002]")
}

// With a list in one freeze and none in the other, the difference is who opted out.
func TestFreezesOfTwoOptOutRulesAreNotCompared(t *testing.T) {
	f := newFixtureInMemory(t)
	rows := people("ALSPAC", 1, 100)
	list := map[string]bool{}
	for i := range rows {
		rows[i].optOut = "1"
		if i < 50 {
			list[rows[i].key] = true
		}
	}
	require.NoError(t, f.freezeRows(t, 1, rows, nil))
	require.NoError(t, f.freezeRows(t, 2, rows, list))
	_, err := f.compare(t, 1, 2)
	var refusal *diagnostic.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, "differencing of opt-out rules", refusal.Rule)
}
