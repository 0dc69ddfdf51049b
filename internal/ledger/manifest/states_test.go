package manifest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/ledger/manifest"
)

// present is a present in which nothing has changed.
func present(made manifest.Manifest) manifest.Present {
	plan := made.Plan
	return manifest.Present{
		Signers:  []string{made.Signer},
		Record:   &manifest.Record{Done: true},
		Spec:     &manifest.Spec{SHA256: made.SpecSHA256, Freeze: made.Freeze},
		Freeze:   &manifest.Freeze{Number: made.Freeze, Date: made.FreezeDate, From: made.FreezeFrom},
		Versions: []manifest.Version{{Name: "NHSE_IAPT@3", Delivery: hashA}},
		Key:      &manifest.Key{ID: made.KeyID, Version: made.KeyVersion},
		Plan:     &plan,
	}
}

func states(verdict manifest.Verdict) []manifest.State {
	list := []manifest.State{}
	for _, finding := range verdict.Findings {
		list = append(list, finding.State)
	}
	return list
}

// Each change of the present, and the state that it is called.
func TestStates(t *testing.T) {
	mine := newSigner(t, "mine")
	dir, made := extract(t, mine)
	cases := []struct {
		name   string
		change func(now *manifest.Present)
		want   []manifest.State
	}{
		{"nothing has changed", func(*manifest.Present) {}, []manifest.State{manifest.Releasable}},
		{"another specification", func(now *manifest.Present) { now.Spec.SHA256 = hashA; now.Plan.PlanHash = hashB }, []manifest.State{manifest.SpecChanged}},
		{"another freeze is named", func(now *manifest.Present) { now.Spec.SHA256, now.Spec.Freeze = hashA, 17 }, []manifest.State{manifest.SpecChanged, manifest.FreezeChanged}},
		{"the approval has ended", func(now *manifest.Present) { now.Spec.Approval = "it ended on 2026-01-01" }, []manifest.State{manifest.ApprovalExpired}},
		{"the freeze is gone", func(now *manifest.Present) { *now.Freeze = manifest.Freeze{} }, []manifest.State{manifest.FreezeChanged}},
		{"the freeze is of another day", func(now *manifest.Present) { now.Freeze.Date = "2026-05-02" }, []manifest.State{manifest.FreezeChanged}},
		{"the freeze is of another mapping", func(now *manifest.Present) { now.Freeze.From.Mapping = hashA }, []manifest.State{manifest.FreezeChanged}},
		{"other participants", func(now *manifest.Present) { now.Plan.Total, now.Plan.PlanHash = *figure(t, "1200"), hashB }, []manifest.State{manifest.FreezeChanged}},
		{"another delivery", func(now *manifest.Present) { now.Versions[0].Delivery = hashB }, []manifest.State{manifest.VersionChanged}},
		{"the version is gone", func(now *manifest.Present) { now.Versions[0].Delivery = "" }, []manifest.State{manifest.VersionChanged}},
		{"a newer version", func(now *manifest.Present) { now.Versions[0].Newer = "NHSE_IAPT@4" }, []manifest.State{manifest.VersionSuperseded}},
		{"another key", func(now *manifest.Present) { now.Key.ID = "fedcba9876543210" }, []manifest.State{manifest.KeysRotated}},
		{"another version of the key", func(now *manifest.Present) { now.Key.Version = 2 }, []manifest.State{manifest.KeysRotated}},
		{"no run is recorded", func(now *manifest.Present) { *now.Record = manifest.Record{} }, []manifest.State{manifest.NotRecorded}},
		{"a run began", func(now *manifest.Present) { *now.Record = manifest.Record{Begun: true} }, []manifest.State{manifest.NotRecorded}},
		{"the ledger was changed", func(now *manifest.Present) { now.Record.Broken = "entry 3: missing" }, []manifest.State{manifest.LedgerChanged}},
		{"another program", func(now *manifest.Present) { now.Plan.PlanHash = hashB }, []manifest.State{manifest.PlanChanged}},
		{"all at once", func(now *manifest.Present) {
			now.Spec.SHA256, now.Spec.Approval, now.Freeze.Number = hashA, "it has ended", 0
			now.Versions[0].Newer, now.Key.Version = "NHSE_IAPT@4", 2
		}, []manifest.State{manifest.SpecChanged, manifest.ApprovalExpired, manifest.FreezeChanged, manifest.VersionSuperseded, manifest.KeysRotated}},
	}
	folder, err := manifest.Read(dir)
	require.NoError(t, err)
	for _, one := range cases {
		t.Run(one.name, func(t *testing.T) {
			now := present(made)
			one.change(&now)
			verdict := folder.Judge(now)
			assert.ElementsMatch(t, one.want, states(verdict))
			assert.Empty(t, verdict.NotJudged)
			assert.Equal(t, one.want[0] == manifest.Releasable, verdict.Releasable())
		})
	}
}

// Without a workspace the folder and the signature are judged, and it is said
// what could not be: nothing is called releasable.
func TestWhatCannotBeJudgedIsSaid(t *testing.T) {
	dir, made := extract(t, newSigner(t, "mine"))
	folder, err := manifest.Read(dir)
	require.NoError(t, err)
	verdict := folder.Judge(manifest.Present{})
	assert.Empty(t, verdict.Findings)
	assert.False(t, verdict.Releasable())
	assert.Equal(t, []manifest.State{
		manifest.SignerUnknown, manifest.NotRecorded, manifest.LedgerChanged, manifest.SpecChanged, manifest.ApprovalExpired,
		manifest.FreezeChanged, manifest.VersionChanged, manifest.VersionSuperseded, manifest.KeysRotated, manifest.PlanChanged,
	}, verdict.NotJudged)
	assert.Equal(t, "mine", verdict.SignedBy)

	now := present(made)
	now.Key = nil
	verdict = folder.Judge(now)
	assert.False(t, verdict.Releasable(), "one thing that is not known is enough")
	assert.Equal(t, []manifest.State{manifest.KeysRotated}, verdict.NotJudged)
}

// A folder that is not what was made is so whatever else is true of it.
func TestABrokenFolderIsTold(t *testing.T) {
	dir, made := extract(t, newSigner(t, "mine"))
	require.NoError(t, os.Remove(filepath.Join(dir, "citations", "llc_0042.txt")))
	folder, err := manifest.Read(dir)
	require.NoError(t, err)
	now := present(made)
	now.Key.Version = 2
	verdict := folder.Judge(now)
	assert.Equal(t, []manifest.State{manifest.FilesMissing, manifest.KeysRotated}, states(verdict))
	assert.True(t, verdict.IsBroken())
}
