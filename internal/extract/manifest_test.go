package extract_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/extract"
	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/ledger/manifest"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
	"tre-toolkit/specs"
)

// lacking gives some of a table's rows no score.
func (w *world) lacking(table string, from, to int) {
	for i := from; i < to; i++ {
		w.rows[table][i].score = ""
	}
}

func fileOf(t testing.TB, made extract.Manifest, table string) extract.File {
	t.Helper()
	for _, file := range made.Files {
		if file.Table == table {
			return file
		}
	}
	require.Fail(t, "no file of "+table)
	return extract.File{}
}

// nullOf returns the share of rows without a value that a manifest shows.
func nullOf(t testing.TB, file extract.File, column string) string {
	t.Helper()
	for _, one := range file.Columns {
		if one.Name == column {
			return one.Null.String()
		}
	}
	require.Fail(t, "no column "+column)
	return ""
}

// A share of rows without a value is shown only where neither those who lack it
// nor those who have it are few.
func TestNullSharesTellOfNoFewPeople(t *testing.T) {
	profile, err := spec.LoadRules(specs.Files, "ukllc-metrics")
	require.NoError(t, err)
	for i, one := range []struct {
		name    string
		lacking int // of 100 participants, one row each
		want    string
	}{
		{"nobody lacks it: this owner shows a zero", 0, "0"},
		{"one lacks it", 1, "*"},
		{"nine lack it", 9, "*"},
		{"ten lack it", 10, "10.0"},
		{"half lack it", 50, "50.0"},
		{"ten have it", 90, "90.0"},
		{"nine have it", 91, "*"},
		{"nobody has it", 100, "100"},
	} {
		format := []string{"csv", "parquet"}[i%2]
		t.Run(one.name, func(t *testing.T) {
			w := world{}
			w.manyOf("ALSPAC", "A", 100)
			w.rowsFor("hub", "A", 100, "2022-03-31")
			w.lacking("hub", 0, one.lacking)
			place := newPlace(t, warehouse.Settings{})
			asked := project{studies: []string{"ALSPAC"}, transform: "none", columns: []string{"score", "pathwayid"}}.toml(place.load(t, w))
			plan := place.plan(t, strings.Replace(asked, `"csv"`, `"`+format+`"`, 1), profile)
			made := place.makeUnder(t, plan)
			assert.Equal(t, strings.TrimSuffix(one.want, ".0"), strings.TrimSuffix(nullOf(t, fileOf(t, made, "hub"), "score"), ".0"))
		})
	}
}

// Two columns whose gaps differ by a few participants: the second is hidden.
func TestNullSharesOfTwoColumnsTellOfNoFewPeople(t *testing.T) {
	profile, err := spec.LoadRules(specs.Files, "ukllc-metrics")
	require.NoError(t, err)
	w := world{}
	w.manyOf("ALSPAC", "A", 100)
	w.rowsFor("hub", "A", 100, "2022-03-31")
	w.lacking("hub", 0, 40)
	for i := range 43 {
		w.rows["hub"][i].referred = ""
	}
	place := newPlace(t, warehouse.Settings{})
	asked := project{studies: []string{"ALSPAC"}, transform: "none", columns: []string{"referred", "score"}}.toml(place.load(t, w))
	made := place.makeUnder(t, place.plan(t, asked, profile))
	shown := []string{nullOf(t, fileOf(t, made, "hub"), "referred"), nullOf(t, fileOf(t, made, "hub"), "score")}
	assert.Contains(t, shown, "*")
	assert.Subset(t, []string{"*", "40", "40.0", "43", "43.0"}, shown)
	assert.NotEqual(t, shown[0], shown[1])
}

// makeUnder runs a plan.
func (p *place) makeUnder(t testing.TB, plan extract.Plan) extract.Manifest {
	t.Helper()
	dir := filepath.Join(p.dir, "extract")
	require.NoError(t, os.RemoveAll(dir))
	draft, err := extract.NewDraft(dir)
	require.NoError(t, err)
	made, err := extract.Run(t.Context(), p.workspace.Warehouse, plan, extract.Output{
		Draft: draft, Dir: dir, Root: p.root, Step: func(string) {}, Tool: "(devel)",
		Checks: []manifest.Check{{Code: "EXT901", Outcome: manifest.Waived, By: "A. Manager", Reason: "agreed on 1 May"}},
	})
	require.NoError(t, err)
	return made
}

// The manifest that is returned is the one in the folder: canonical, signed by
// the workspace's key, with versions, sources and waivers.
func TestTheManifestOfARun(t *testing.T) {
	w := world{}
	w.manyOf("ALSPAC", "A", 40)
	w.rowsFor("hub", "A", 40, "2022-03-31")
	place := newPlace(t, warehouse.Settings{})
	made := place.makeUnder(t, place.plan(t, project{studies: []string{"ALSPAC"}, transform: "none", columns: []string{"score"}}.toml(place.load(t, w)), exactly(t)))
	folder, err := manifest.Read(filepath.Join(place.dir, "extract"))
	require.NoError(t, err)
	assert.Empty(t, folder.Findings)
	text, err := made.MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, string(folder.Text), string(text))
	signer, err := place.root.Signer()
	require.NoError(t, err)
	name, err := manifest.CheckSignature(folder.Text, folder.Signature, signer.Verifier())
	require.NoError(t, err)
	assert.Equal(t, "tre-extract/"+place.root.ID(), name)
	assert.Equal(t, place.root.ID(), made.KeyID)
	assert.Regexp(t, `^v1\.`, made.Database)
	assert.Len(t, made.FreezeFrom.Permissions, 64)
	assert.Len(t, made.FreezeFrom.Mapping, 64)
	assert.Len(t, extract.WaiverEvents(made), 1)
	assert.Equal(t, []manifest.Check{
		{Code: "specification", Outcome: manifest.Passed}, {Code: "published versions", Outcome: manifest.Passed},
		{Code: "EXT901", Outcome: manifest.Waived, By: "A. Manager", Reason: "agreed on 1 May"},
	}, made.Checks)
	hub := fileOf(t, made, "hub")
	assert.Equal(t, "40", hub.Rows.String())
	require.Len(t, hub.Columns, 2)
	assert.Equal(t, "score", hub.Columns[1].Name)
	assert.NotEmpty(t, hub.Columns[1].Category)
	assert.FileExists(t, filepath.Join(place.dir, "extract", "ro-crate-metadata.json"))
	records, err := csv.NewReader(strings.NewReader(fmt.Sprint(string(mustRead(t, filepath.Join(place.dir, "extract", hub.Name)))))).ReadAll()
	require.NoError(t, err)
	assert.Len(t, records, 41)
}

func mustRead(t testing.TB, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return text
}

// Which manifest came before is settled when a plan is first begun: run again,
// whatever was run meanwhile, it is the same, so that its bytes are.
func TestTheManifestBeforeIsSettledOnce(t *testing.T) {
	plan := func(project, hash string) extract.Plan {
		return extract.Plan{Project: project, Hash: strings.Repeat(hash, 64)}
	}
	one, two, other := plan("llc_0042", "1"), plan("llc_0042", "2"), plan("llc_0043", "3")
	var log ledger.Log
	begin := func(of extract.Plan) string {
		event := of.RunEvent()
		hashes := event.Settle(log)
		before := hashes["previous_manifest"]
		entry := ledger.Entry{Kind: ledger.Run, Phase: ledger.Begun, Subject: of.Project, Hashes: map[string]string{extract.PlanHash: of.Hash}}
		if before != "" {
			entry.Hashes["previous_manifest"] = before
		}
		log.Entries = append(log.Entries, entry)
		return before
	}
	done := func(of extract.Plan, made string) {
		log.Entries = append(log.Entries, ledger.Entry{Kind: ledger.Run, Phase: ledger.Done, Subject: of.Project, Hashes: map[string]string{extract.ManifestHash: made}})
	}
	assert.Empty(t, begin(one), "the first of a project has none before it")
	done(one, "manifest of one")
	assert.Empty(t, begin(one), "and run again it has none either")
	done(one, "manifest of one")
	assert.Equal(t, "manifest of one", begin(two))
	assert.Empty(t, begin(other), "another project's")
	done(two, "manifest of two")
	assert.Empty(t, begin(one))
	assert.Equal(t, "manifest of one", begin(two))
	assert.Equal(t, "manifest of two", begin(plan("llc_0042_b", "4")), "an amendment follows the project")
}
