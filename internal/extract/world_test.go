package extract_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/auxtables"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/extract"
	"tre-toolkit/internal/keys"
	"tre-toolkit/internal/ledger/manifest"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/metrics"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions"
	"tre-toolkit/internal/warehouse"
	"tre-toolkit/specs"
)

// TestMain lets the random worlds be few: each is loaded, frozen and extracted.
func TestMain(m *testing.M) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if !given {
		if err := flag.Set("rapid.checks", "10"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// specFiles is a dataset of three tables: pathways, events of pathways, and what
// is recorded of a person without a pathway.
var specFiles = fstest.MapFS{
	"datasets/NHSE_TINY.toml": {Data: []byte(`
name = "NHSE_TINY"
stem = "TINY"
schema = "nhsd"
hub = "hub"
person = "cohortkey_e"
linkage = "nhs_e"
table_order = ["events", "hub", "jobs"]
[descriptors]
title = "Tiny dataset"
short_name = "TINY"
[[versions]]
number = 3
date = 2024-04-26
doi = "10.71760/ukllc-dataset-00360-03"
title = "Tiny dataset"
creators = ["NHS England"]
publisher = "UK LLC"
year = 2024
`)},
	"datasets/NHSE_TINY/hub.toml": {Data: []byte(`
name = "hub"
period_key = "pathwayid"
row_key = ["pathwayid", "referred"]
columns = [
  { name = "cohortkey_e", type = "VARCHAR", category = "person" },
  { name = "pathwayid", type = "VARCHAR", category = "linking" },
  { name = "extract_start_date", type = "DATE" },
  { name = "extract_end_date", type = "DATE" },
  { name = "extract_date", type = "DATE" },
  { name = "referred", type = "DATE" },
  { name = "score", type = "SMALLINT" },
  { name = "provider", type = "VARCHAR", category = "special_approval", code = true },
  { name = "age", type = "SMALLINT" },
  { name = "tool", type = "VARCHAR", label = "The tool", from = "T.Tool" },
  { name = "home", type = "VARCHAR", category = "identifying" },
  { name = "seen", type = "DATE" },
  { name = "unique_monthid", type = "SMALLINT", calendar = true },
  { name = "added_later", type = "VARCHAR", since = 900 },
]
`)},
	"datasets/NHSE_TINY/events.toml": {Data: []byte(`
name = "events"
period_key = "pathwayid"
row_key = ["pathwayid", "referred"]
columns = [
  { name = "cohortkey_e", type = "VARCHAR", category = "person" },
  { name = "extract_start_date", type = "DATE" },
  { name = "extract_end_date", type = "DATE" },
  { name = "extract_date", type = "DATE" },
  { name = "referred", type = "DATE" },
  { name = "score", type = "SMALLINT" },
  { name = "pathwayid", type = "VARCHAR", category = "linking" },
  { name = "provider", type = "VARCHAR", category = "special_approval", code = true },
  { name = "age", type = "SMALLINT" },
  { name = "tool", type = "VARCHAR", label = "The tool", from = "T.Tool" },
  { name = "home", type = "VARCHAR", category = "identifying" },
  { name = "seen", type = "DATE" },
  { name = "unique_monthid", type = "SMALLINT", calendar = true },
]
`)},
	"datasets/NHSE_TINY/jobs.toml": {Data: []byte(`
name = "jobs"
period_key = "cohortkey_e"
row_key = ["cohortkey_e", "referred"]
columns = [
  { name = "cohortkey_e", type = "VARCHAR", category = "person" },
  { name = "pathwayid", type = "VARCHAR", category = "linking" },
  { name = "extract_start_date", type = "DATE" },
  { name = "extract_end_date", type = "DATE" },
  { name = "extract_date", type = "DATE" },
  { name = "referred", type = "DATE" },
  { name = "score", type = "SMALLINT" },
  { name = "provider", type = "VARCHAR", category = "special_approval", code = true },
  { name = "age", type = "SMALLINT" },
  { name = "tool", type = "VARCHAR", label = "The tool", from = "T.Tool" },
  { name = "home", type = "VARCHAR", category = "identifying" },
  { name = "seen", type = "DATE" },
  { name = "unique_monthid", type = "SMALLINT", calendar = true },
]
`)},
}

var tableNames = []string{"events", "hub", "jobs"}

var cohorts = spec.Cohorts{Studies: []spec.StudyInfo{
	{Code: "ALSPAC", NHSLinkage: true, Purpose: spec.AnyPurpose},
	{Code: "BIB", NHSLinkage: true, Purpose: spec.AnyPurpose},
	{Code: "GLAD", NHSLinkage: true, Purpose: spec.AnyPurpose},
	{Code: "SABRE", NHSLinkage: false, Purpose: spec.AnyPurpose},
}}

// world is everything that comes in: who takes part, who is whom, what the NHS
// recorded.
type world struct {
	permissions []permission
	mapping     []mapped
	rows        map[string][]row // by table
}

type permission struct{ study, id, status, nhs, optOut string }

type mapped struct{ id, person string }

// row is a row of any of the three tables; an empty text is NULL.
type row struct{ person, pathway, start, end, extracted, referred, score string }

// The other columns follow from these, so that tables of rows stay short.

func (r row) provider() string {
	return map[string]string{"": "", "0": "RX1", "5": "RX2", "27": "RX1"}[r.score]
}

func (r row) age() string { return map[string]string{"": "", "0": "0", "5": "34", "27": "90"}[r.score] }

func (r row) tool() string {
	return map[string]string{"": "", "0": "F320", "5": "F33", "27": "F41"}[r.score]
}

func (r row) home() string {
	return map[string]string{"": "", "0": "SW1A 1AA", "5": "ls29jt", "27": "ZZ99 3VZ"}[r.score]
}

// month is that of the submission. Rows of two tools may come again in one.
func (r row) month() string {
	return map[string]string{"": "", "0": "1446", "5": "1447", "27": "1447"}[r.score]
}

// seen is some days after the referral, and once a day that stands for none.
func (r row) seen() string {
	if r.score == "27" {
		return "1900-01-01"
	}
	return addDays(r.referred, map[string]int{"0": 0, "5": 40}[r.score])
}

// addDays moves a day; no day stays none.
func addDays(day string, days int) string {
	if day == "" {
		return ""
	}
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err) // the test's own days
	}
	return at.AddDate(0, 0, days).Format(time.DateOnly)
}

// drawWorld draws a small world in which everything that matters happens often.
func drawWorld(t *rapid.T) world {
	w := world{rows: map[string][]row{}}
	flags := rapid.SampledFrom([]string{"1", "1", "1", "0", "9", ""})
	person := rapid.SampledFrom([]string{"K1", "K2", "K3", "K4", "K5"})
	for i := range rapid.IntRange(1, 14).Draw(t, "enrolments") {
		id := fmt.Sprintf("S%02d", i)
		w.permissions = append(w.permissions, permission{
			rapid.SampledFrom([]string{"ALSPAC", "BIB", "GLAD", "SABRE"}).Draw(t, "study"), id,
			flags.Draw(t, "status"), flags.Draw(t, "permission"), rapid.SampledFrom([]string{"0", "0", "1", "9", ""}).Draw(t, "opt-out"),
		})
		// The first always is: a mapping that names nobody is refused.
		if i == 0 || rapid.IntRange(0, 4).Draw(t, "mapped") > 0 {
			w.mapping = append(w.mapping, mapped{id, person.Draw(t, "person")})
		}
	}
	w.mapping = append(w.mapping, mapped{"S98", "K1"}, mapped{"S99", "K9"}) // in no study
	periods := rapid.SampledFrom([][2]string{
		{"2020-09-01", "2020-12-31"}, {"2020-09-01", "2021-03-31"}, {"2021-04-01", "2021-06-30"},
		{"2021-04-01", "2022-03-31"}, {"2022-03-31", "2022-03-31"}, {"2022-04-01", "9999-12-31"}, {"", ""}, {"2021-04-01", ""},
	})
	for _, table := range tableNames {
		for range rapid.IntRange(0, 16).Draw(t, table) {
			one := row{person: rapid.SampledFrom([]string{"K1", "K2", "K3", "K4", "K5", "K8", ""}).Draw(t, "person")}
			// A pathway is of one person.
			if pathway := rapid.SampledFrom([]string{"1", "2", ""}).Draw(t, "pathway"); pathway != "" {
				one.pathway = "P" + one.person + pathway
			}
			period := periods.Draw(t, "period")
			one.start, one.end = period[0], period[1]
			one.extracted = rapid.SampledFrom([]string{"2022-05-01", "2022-05-01", "2022-06-01", ""}).Draw(t, "extracted")
			one.referred = rapid.SampledFrom([]string{"", "2020-08-31", "2020-09-01", "2021-03-31", "2021-04-01"}).Draw(t, "referred")
			one.score = rapid.SampledFrom([]string{"", "0", "5", "27"}).Draw(t, "score")
			w.rows[table] = append(w.rows[table], one)
		}
	}
	return w
}

// place is a workspace in which one world after another is loaded, each as its
// own version and freeze.
type place struct {
	dir       string
	workspace *warehouse.Workspace
	dataset   spec.Dataset
	root      keys.Root
	labels    map[string]spec.Labels
	today     spec.Date
	next      int
}

func newPlace(t testing.TB, settings warehouse.Settings) *place {
	t.Helper()
	dir := t.TempDir()
	settings.Directories = []string{dir}
	require.NoError(t, warehouse.Create(t.Context(), filepath.Join(dir, "workspace"), warehouse.TRE))
	workspace, err := warehouse.OpenForWriting(t.Context(), filepath.Join(dir, "workspace"), "test", settings)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, workspace.Close()) })
	dataset, err := spec.LoadDataset(specFiles, "NHSE_TINY")
	require.NoError(t, err)
	root, err := keys.Create(workspace.KeysDir(), filepath.Join(dir, "identity.txt"))
	require.NoError(t, err)
	return &place{dir: dir, workspace: workspace, dataset: dataset, root: root}
}

type failer interface {
	Errorf(format string, args ...any)
	FailNow()
}

func csvOf(records [][]string) []byte {
	var text bytes.Buffer
	_ = csv.NewWriter(&text).WriteAll(records) // a buffer takes everything
	return text.Bytes()
}

// load loads a world as the next version and freeze, and returns their number.
func (p *place) load(t failer, w world) int {
	p.next++
	p.loadVersion(t, p.next, w)
	p.freeze(t, p.next, w)
	return p.next
}

func tiny(number int) spec.DatasetVersion {
	return spec.DatasetVersion{Dataset: "NHSE_TINY", Number: spec.VersionNumber(number)}
}

func (p *place) loadVersion(t failer, number int, w world) auxtables.Result {
	if _, known := p.dataset.Release(tiny(number)); !known {
		release := p.dataset.Versions[0]
		release.Number = spec.VersionNumber(number)
		p.dataset.Versions = append(p.dataset.Versions, release)
	}
	dir := filepath.Join(p.dir, fmt.Sprintf("delivery%d", number))
	require.NoError(t, os.MkdirAll(dir, 0o700))
	for _, table := range tableNames {
		header := []string{"cohortkey_e", "pathwayid", "extract_start_date", "extract_end_date", "extract_date", "referred", "score", "provider", "age", "tool", "home", "seen", "unique_monthid"}
		if table == "hub" && number >= 900 {
			header = append(header, "added_later")
		}
		records := [][]string{header}
		for i, r := range w.rows[table] {
			record := []string{r.person, r.pathway, r.start, r.end, r.extracted, r.referred, r.score, r.provider(), r.age(), r.tool(), r.home(), r.seen(), r.month()}
			if len(header) > len(record) {
				record = append(record, fmt.Sprint(i))
			}
			records = append(records, record)
		}
		// A line that differs in no cell makes each delivery another one.
		text := append(csvOf(records), bytes.Repeat([]byte("\n"), number)...)
		require.NoError(t, os.WriteFile(filepath.Join(dir, table+".csv"), text, 0o600))
	}
	day, err := spec.ParseDate("2024-04-26")
	require.NoError(t, err)
	request := auxtables.Request{
		Dataset: p.dataset, Version: tiny(number),
		Date: day, Paths: []string{dir}, Now: time.Unix(0, 0),
	}
	delivery, err := auxtables.Inspect(context.Background(), request)
	require.NoError(t, err)
	result, err := auxtables.Load(context.Background(), p.workspace, delivery, func(string) {})
	require.NoError(t, err)
	return result
}

func (p *place) freeze(t failer, number int, w world) {
	permissions := [][]string{{"cohort", "study_id_e", "ukllc_status", "nhs_e_linkage_permission", "national_opt_out"}}
	for _, one := range w.permissions {
		permissions = append(permissions, []string{one.study, one.id, one.status, one.nhs, one.optOut})
	}
	mapping := [][]string{{"study_id_e", "cohortkey_e"}}
	for _, one := range w.mapping {
		mapping = append(mapping, []string{one.id, one.person})
	}
	paths := [2]string{}
	for i, records := range [][][]string{permissions, mapping} {
		paths[i] = filepath.Join(p.dir, fmt.Sprintf("freeze%d_%d.csv", number, i))
		require.NoError(t, os.WriteFile(paths[i], csvOf(records), 0o600))
	}
	day, err := spec.ParseDate("2026-05-01")
	require.NoError(t, err)
	_, err = linkage.Make(context.Background(), p.workspace, linkage.Request{
		Freeze: linkage.Freeze{Number: number, Date: day}, Permissions: paths[0], Mapping: paths[1], Cohorts: cohorts, Now: time.Unix(0, 0),
	})
	require.NoError(t, err)
}

// exactly is a profile that masks nothing, to compare true numbers.
func exactly(t failer) disclosure.Profile {
	profile, err := disclosure.NewProfile(disclosure.Rules{
		Name: "exactly", Threshold: said[int64](1), Zero: said(disclosure.ShowZero), Marks: said([]string{"x"}),
		SecondaryMark: said("y"), NoteRequired: said(false), RoundingBase: said[int64](1), Totals: said(disclosure.SumOfShown),
		PercentageFrom: said(disclosure.FromShown), PercentageDecimals: said(1), PercentageMask: said(disclosure.MaskedByEither),
		PercentageNarrows: said(false), StatisticPeople: said[int64](1),
	})
	require.NoError(t, err)
	return profile
}

func said[T any](value T) disclosure.Setting[T] {
	return disclosure.Setting[T]{Value: value, Reason: "the reason", Source: "the source"}
}

// count returns the two tables of metrics with true numbers.
func (p *place) count(t failer, number int) (participants, funnel map[string]map[string]string) {
	scope := p.scope(t, number)
	counted, err := metrics.CountParticipants(context.Background(), p.workspace.Warehouse, scope)
	require.NoError(t, err)
	steps, err := metrics.CountFunnel(context.Background(), p.workspace.Warehouse, scope, counted)
	require.NoError(t, err)
	return cells(counted.Protect(exactly(t))), cells(steps.Protect(exactly(t)))
}

func (p *place) scope(t failer, number int) metrics.Scope {
	version, err := versions.Find(context.Background(), p.workspace.Warehouse, p.dataset, tiny(number))
	require.NoError(t, err)
	scope := metrics.Scope{Dataset: p.dataset, Version: version.Name, Date: version.Date, DOI: version.DOI(), Freeze: number, Rows: map[string]int64{}}
	for _, table := range version.Tables {
		scope.Rows[table.Name] = table.Rows
	}
	return scope
}

// cells returns a grid's cells by column and study, totals as study Total.
func cells(grid metrics.Grid) map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, column := range grid.Columns {
		all[column.Name] = map[string]string{"Total": column.Total.String()}
		for i, study := range grid.Studies {
			all[column.Name][study] = column.Cells[i].String()
		}
	}
	return all
}

// run builds the extract of a project spec and returns the records of each of
// its tables' files, header first, and the manifest.
func (p *place) run(t failer, text string) (map[string][][]string, extract.Manifest) {
	return p.runUnder(t, text, exactly(t))
}

func (p *place) runUnder(t failer, text string, profile disclosure.Profile) (map[string][][]string, extract.Manifest) {
	project, err := spec.LoadProject(fstest.MapFS{"p.toml": {Data: []byte(text)}}, "p.toml")
	require.NoError(t, err)
	plan, err := extract.Make(context.Background(), p.workspace.Warehouse, p.sources(project, profile))
	require.NoError(t, err)
	dir := filepath.Join(p.dir, "extract")
	require.NoError(t, os.RemoveAll(dir))
	draft, err := extract.NewDraft(dir)
	require.NoError(t, err)
	made, err := extract.Run(context.Background(), p.workspace.Warehouse, plan, extract.Output{Draft: draft, Dir: dir, Root: p.root, Step: func(string) {}})
	require.NoError(t, err)
	folder, err := manifest.Read(dir)
	require.NoError(t, err)
	require.Empty(t, folder.Findings)
	files := map[string][][]string{}
	for _, table := range plan.Tables {
		file, err := os.Open(filepath.Join(dir, table.File))
		require.NoError(t, err)
		files[table.Table], err = csv.NewReader(file).ReadAll()
		require.NoError(t, err)
		require.NoError(t, file.Close())
	}
	return files, made
}

// sources are the specifications that a project is planned from.
func (p *place) sources(project spec.Project, profile disclosure.Profile) extract.Sources {
	return extract.Sources{
		Project: project, Datasets: map[string]spec.Dataset{"NHSE_TINY": p.dataset}, Labels: p.labels, Cohorts: cohorts, Rules: profile, Today: p.today,
	}
}

func (p *place) plan(t failer, text string, profile disclosure.Profile) extract.Plan {
	plan, err := p.tryPlan(t, text, profile)
	require.NoError(t, err)
	return plan
}

// tryPlan plans a project and returns the plan's own error.
func (p *place) tryPlan(t failer, text string, profile disclosure.Profile) (extract.Plan, error) {
	project, err := spec.LoadProject(fstest.MapFS{"p.toml": {Data: []byte(text)}}, "p.toml")
	require.NoError(t, err)
	return extract.Make(context.Background(), p.workspace.Warehouse, p.sources(project, profile))
}

// ukllc is the profile that the environment's own counts go by.
func ukllc(t failer) disclosure.Profile {
	profile, err := spec.LoadRules(specs.Files, "ukllc-metrics")
	require.NoError(t, err)
	return profile
}

// tryRun runs a project and returns the run's own error.
func (p *place) tryRun(ctx context.Context, t failer, text string, step func(string)) error {
	plan := p.plan(t, text, exactly(t))
	dir := filepath.Join(p.dir, "extract")
	require.NoError(t, os.RemoveAll(dir))
	draft, err := extract.NewDraft(dir)
	require.NoError(t, err)
	_, err = extract.Run(ctx, p.workspace.Warehouse, plan, extract.Output{Draft: draft, Dir: dir, Root: p.root, Step: step})
	return err
}

// runRaw runs a project and shows every file of its extract.
func (p *place) runRaw(t failer, text string, each func(name string, text []byte)) {
	require.NoError(t, p.tryRun(context.Background(), t, text, func(string) {}))
	dir := filepath.Join(p.dir, "extract")
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		each(filepath.Base(path), content)
		return err
	}))
}

func (p *place) assertNoExtract(t testing.TB) {
	t.Helper()
	require.NoDirExists(t, filepath.Join(p.dir, "extract"))
	drafts, err := filepath.Glob(filepath.Join(p.dir, ".unfinished-*"))
	require.NoError(t, err)
	require.Empty(t, drafts)
}
