package linkage_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/spec"
)

// make makes freeze 16 of five participants with a list; K1 consents.
func (f fixture) make(t *testing.T, list string, change func(*linkage.Request)) (linkage.Result, error) {
	t.Helper()
	request := linkage.Request{
		Freeze: linkage.Freeze{Number: 16, Date: day(t, "2026-05-01")}, Cohorts: f.cohorts, Policy: f.policy, Now: noon,
		Permissions: f.write(t, "permissions.csv", permissionsHeader+"ALSPAC,S1,1,1,0\nALSPAC,S2,1,1,1\nALSPAC,S3,1,1,1\nBCS70,S4,1,1,1\nBCS70,S5,1,1,1\n"),
		Mapping:     f.write(t, "mapping.csv", mappingHeader+"S1,K1\nS2,K2\nS3,K3\nS4,K1\n"),
		List:        &linkage.PositiveList{Path: f.write(t, "list.dat", list), Received: day(t, "2026-06-10")},
	}
	if change != nil {
		change(&request)
	}
	return linkage.Make(t.Context(), f.workspace, request)
}

// The list speaks of section 251 rows only. S1 and S4 are one person, who is not on
// it: the consent that one study holds stands, the other study's row does not. Of
// who was taken out nothing is kept: S3 and S4 look as S5, who has no person key.
func TestAPositiveListSpeaksOfSection251Only(t *testing.T) {
	f := newFixture(t)
	result, err := f.make(t, "K2,\nK2,\nK99,\n", nil)
	require.NoError(t, err)
	assert.Equal(t, []string{
		"S1 permitted consent linked K1",
		"S2 permitted section 251 linked K2",
		"S3 permitted section 251 - -",
		"S4 permitted section 251 - -",
		"S5 permitted section 251 - -",
	}, f.spine(t, 16))
	record, err := linkage.FindRecord(t.Context(), f.workspace.Warehouse, 0)
	require.NoError(t, err)
	assert.Equal(t, result.OptOuts, *record.OptOuts)
	assert.Equal(t, linkage.ByList, record.OptOuts.AppliedBy)
	assert.Len(t, record.OptOuts.ListSHA256, 64)
	assert.Equal(t, "2026-06-10", record.OptOuts.Received.String())
	assert.Equal(t, "2026-06-17", record.OptOuts.Expires.String())
}

func TestAFreezeSaysThatThereWasNoList(t *testing.T) {
	f := newFixture(t)
	_, err := f.make(t, "", func(r *linkage.Request) { r.List = nil })
	require.NoError(t, err)
	record, err := linkage.FindRecord(t.Context(), f.workspace.Warehouse, 16)
	require.NoError(t, err)
	assert.Equal(t, &linkage.OptOuts{AppliedBy: linkage.ByNHSEngland}, record.OptOuts)

	f = newFixture(t)
	_, err = f.make(t, "", func(r *linkage.Request) { r.List, r.Policy.ListAbsent.Value = nil, spec.RefuseAbsentList })
	var refusal *diagnostic.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, "positive list", refusal.Rule)
	_, err = linkage.Find(t.Context(), f.workspace.Warehouse, 16)
	assert.Error(t, err)
}

// A list may be used up to its last day: seven days after its receipt, or the day
// that it brought along if that is earlier. Today is 15 June.
func TestAListGoesStale(t *testing.T) {
	table := `
		received    expires     | answer
		2026-06-15  -           | 2026-06-22
		2026-06-08  -           | 2026-06-15
		2026-06-07  -           | stale
		2026-06-10  2026-06-15  | 2026-06-15
		2026-06-10  2026-06-14  | stale
		2026-06-10  2026-06-10  | stale
		2026-06-01  2026-12-31  | stale
		2026-06-10  2026-12-31  | 2026-06-17
		2026-06-10  2026-06-09  | LST009
		2026-06-16  -           | LST008
		2027-06-10  2027-07-01  | LST008`
	f := newFixture(t)
	number := 0
	for _, line := range strings.Split(strings.TrimSpace(table), "\n")[1:] {
		fields := strings.Fields(line)
		number++
		result, err := f.make(t, "K2,\n", func(r *linkage.Request) {
			r.Freeze.Number, r.List.Received = number, day(t, fields[0])
			if fields[1] != "-" {
				r.List.Expires = day(t, fields[1])
			}
		})
		var stale *linkage.Stale
		switch wanted := fields[3]; {
		case wanted == "stale":
			require.ErrorAs(t, err, &stale, line)
			assert.Contains(t, stale.Hint, "check service")
		case strings.HasPrefix(wanted, "LST"):
			require.ErrorContains(t, err, "["+wanted+"]", line)
		default:
			require.NoError(t, err, line)
			assert.Equal(t, wanted, result.OptOuts.Expires.String(), line)
		}
	}
}

func TestListsOfOtherPeopleMakeNoFreeze(t *testing.T) {
	cases := map[string]struct{ list, fault string }{
		"nobody":                {"", "list.dat: is empty: a list of nobody [LST001]"},
		"people of elsewhere":   {"K98,\nK99,\n", "list.dat: names nobody: its keys are not those of the mapping [LST010]"},
		"study ids":             {"S2,\nS3,\n", "list.dat: names nobody"},
		"nobody of section 251": {"K9,\nK1X,\nK1,\n", ""}, // K1 flows under section 251 in BCS70
		"two lines wrong":       {"K2,\nK3\n,\n", "list.dat:2: the line is not one person key and a comma [LST004]\nlist.dat:3: the line is not one person key and a comma [LST004]"},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			_, err := f.make(t, one.list, nil)
			if one.fault == "" {
				require.NoError(t, err)
				return
			}
			var input *diagnostic.Input
			require.ErrorAs(t, err, &input)
			assert.Equal(t, one.fault, err.Error()[:min(len(one.fault), len(err.Error()))])
			_, err = linkage.Find(t.Context(), f.workspace.Warehouse, 0)
			assert.Error(t, err, "no freeze was made")
		})
	}
	t.Run("everybody of section 251 is left out", func(t *testing.T) {
		f := newFixture(t)
		_, err := f.make(t, "K1,\n", func(r *linkage.Request) {
			r.Mapping = f.write(t, "mapping.csv", mappingHeader+"S1,K1\nS2,K2\nS3,K3\n")
		})
		assert.ErrorContains(t, err, "list.dat: leaves out everybody who flows under section 251")
	})
}
