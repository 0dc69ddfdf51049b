package synth

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/identifier"
	"tre-toolkit/internal/spec"
)

var shapes = []string{"v1.5", "v2.0", "v2.1"}

// generationNamed returns a generation as the programs carry it.
func generationNamed(t testing.TB, name string) spec.Generation {
	t.Helper()
	generations, err := spec.LoadGenerations(os.DirFS("../../specs"), "NHSE_IAPT")
	require.NoError(t, err)
	for _, generation := range generations {
		if generation.Name == name {
			return generation
		}
	}
	require.Fail(t, "no generation "+name)
	return spec.Generation{}
}

// sourced is a delivery of source tables.
type sourced struct {
	generation spec.Generation
	dir        string
	summary    Summary
}

func deliverSource(t testing.TB, shape string, people int, seed uint64) sourced {
	t.Helper()
	dataset, cohorts := iapt(t)
	made := sourced{generation: generationNamed(t, shape), dir: t.TempDir()}
	var err error
	made.summary, err = Source(t.Context(), dataset, made.generation, cohorts, Options{Dir: made.dir, People: people, Seed: seed})
	require.NoError(t, err)
	return made
}

// shared are the deliveries that tests only read: made once each, of smallScale
// people and sharedSeed.
var shared struct {
	sync.Mutex
	dir  string
	made map[string]sourced
}

const sharedSeed = 5

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "synth-")
	if err != nil {
		panic(err)
	}
	shared.dir, shared.made = dir, map[string]sourced{}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func sharedSource(t testing.TB, shape string) sourced {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	made, there := shared.made[shape]
	if there {
		return made
	}
	dataset, cohorts := iapt(t)
	made = sourced{generation: generationNamed(t, shape), dir: filepath.Join(shared.dir, shape)}
	var err error
	made.summary, err = Source(t.Context(), dataset, made.generation, cohorts, Options{Dir: made.dir, People: smallScale, Seed: sharedSeed})
	require.NoError(t, err)
	shared.made[shape] = made
	return made
}

// each visits the rows of a table in all its files.
func (s sourced) each(t testing.TB, table string, visit func(record)) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(s.dir, "NHSE_IAPT_"+s.generation.Name, table+"_*.csv"))
	require.NoError(t, err)
	require.NotEmpty(t, paths, table)
	for _, path := range paths {
		each(t, path, visit)
	}
}

// header is what a submission says of itself.
type header struct{ provider, month, kind, created string }

// headers returns all submissions by their ids.
func (s sourced) headers(t testing.TB) map[string]header {
	t.Helper()
	made := map[string]header{}
	sub := s.generation.Submission
	s.each(t, sub.Table, func(r record) {
		id := strings.Clone(r.get(sub.ID.String()))
		_, twice := made[id]
		require.False(t, twice, "a submission is there twice")
		made[id] = header{
			strings.Clone(r.get(sub.Provider.String())), strings.Clone(r.get(sub.PeriodStart.String())[:7]),
			strings.Clone(r.get(sub.FileType.String())), strings.Clone(r.get(sub.Created.String())),
		}
	})
	return made
}

// accepted returns the ids of the submissions that count: of each provider and
// month the refresh, or the primary one when that is all; with primaries, the
// primary ones.
func accepted(headers map[string]header, primaries bool) map[string]header {
	replaced := map[[2]string]bool{}
	for _, h := range headers {
		if h.kind == "Refresh" {
			replaced[[2]string{h.provider, h.month}] = true
		}
	}
	kept := map[string]header{}
	for id, h := range headers {
		if h.kind == "Primary" && (primaries || !replaced[[2]string{h.provider, h.month}]) || h.kind == "Refresh" && !primaries {
			kept[id] = h
		}
	}
	return kept
}

// submissionOf returns how to find the submission of a row: v1.5 says it of
// persons only.
func (s sourced) submissionOf(t testing.TB) func(record) string {
	t.Helper()
	if s.generation.Name != "v1.5" {
		return func(r record) string { return r.get("uniquesubmissionid") }
	}
	of := map[string]string{}
	s.each(t, "Person_v15", func(r record) { of[strings.Clone(r.get("iapt_record_number"))] = strings.Clone(r.get("header_id")) })
	return func(r record) string { return of[r.get("iapt_record_number")] }
}

// Participants of each table are those of the auxiliary one that is made of it.
func TestEveryShapeHasTheSamePeopleInItsTables(t *testing.T) {
	ready, _ := deliver(t, smallScale, sharedSeed)
	keys := func(table table) map[string]bool {
		made := map[string]bool{}
		each(t, tablePath(ready, "v0003", table), func(r record) { made[strings.Clone(r.get("cohortkey_e"))] = true })
		return made
	}
	tables := map[string]map[table][]string{
		"v1.5": {hub: {"Referral_v15"}, careActivities: {"Appointment_v15"}, waitingPauses: {"WaitingTimes_v15"}},
		"v2.0": {
			hub: {"IDS101Referral"}, careActivities: {"IDS201CareContact"}, careCluster: {"IDS803CareCluster"},
			scoredAssessments: {"IDS606CodedScoreAssessmentRefer", "IDS607CodedScoreAssessmentAct"}, employmentStatus: {"IDS004EmpStatus"},
			internetTherapies: {"IDS205InternetTherLog"}, conditions: {"IDS602LongTermCondition", "IDS603PresentingComplaints"},
			onwardReferrals: {"IDS105OnwardReferral"}, waitingPauses: {"IDS108WaitingTimePauses"},
		},
	}
	tables["v2.1"] = tables["v2.0"]
	for shape, pairs := range tables {
		made := sharedSource(t, shape)
		kept, submission := accepted(made.headers(t), false), made.submissionOf(t)
		for auxiliary, sources := range pairs {
			people := map[string]bool{}
			for _, source := range sources {
				made.each(t, source, func(r record) {
					if _, counts := kept[submission(r)]; counts {
						people[strings.Clone(r.get(personColumn(shape)))] = true
					}
				})
			}
			assert.Equal(t, keys(auxiliary), people, "%s: %s", shape, tableNames[auxiliary])
		}
	}
}

func personColumn(shape string) string {
	if shape == "v1.5" {
		return "iapt_person_id"
	}
	return "person_id"
}

// Keys and foreign keys hold in every submission, as the specification has them.
func TestSourceTablesKeepTheirKeys(t *testing.T) {
	for _, shape := range shapes {
		made := sharedSource(t, shape)
		there := map[string]map[string]bool{}
		for _, table := range made.generation.Tables {
			for _, key := range table.ForeignKeys {
				there[key.Table+"/"+joinNames(key.Columns)] = map[string]bool{}
			}
		}
		for _, table := range made.generation.Tables {
			seen, rows := map[string]bool{}, 0
			made.each(t, table.Name, func(r record) {
				rows++
				key := valueOf(r, table.Key)
				require.False(t, seen[key], "%s: a key is there twice: %s", table.Name, key)
				seen[key] = true
				for name, values := range there {
					if of, columns, _ := strings.Cut(name, "/"); of == table.Name {
						values[valueOf(r, parseNames(t, columns))] = true
					}
				}
			})
			assert.True(t, rows > 0 || table.Name == "Assessments_v15", table.Name)
		}
		for _, table := range made.generation.Tables {
			made.each(t, table.Name, func(r record) {
				for _, key := range table.ForeignKeys {
					value := valueOf(r, key.Columns)
					require.True(t, there[key.Table+"/"+joinNames(key.Columns)][value], "%s refers to no row of %s", table.Name, key.Table)
				}
			})
		}
	}
}

func joinNames(names []spec.Identifier) string {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = name.String()
	}
	return strings.Join(texts, ",")
}

func parseNames(t *testing.T, text string) []spec.Identifier {
	t.Helper()
	var names []spec.Identifier
	for _, one := range strings.Split(text, ",") {
		name, err := spec.ParseIdentifier(one)
		require.NoError(t, err)
		names = append(names, name)
	}
	return names
}

func valueOf(r record, columns []spec.Identifier) string {
	values := make([]string, len(columns))
	for i, column := range columns {
		values[i] = r.get(column.String())
	}
	return strings.Join(values, "|")
}

func TestSourceFilesHaveTheSpecifiedColumns(t *testing.T) {
	for _, shape := range shapes {
		made := sharedSource(t, shape)
		rows := map[string]int64{}
		for _, table := range made.generation.Tables {
			var expected []string
			for _, column := range table.Columns {
				expected = append(expected, column.Name)
			}
			paths, err := filepath.Glob(filepath.Join(made.dir, "NHSE_IAPT_"+shape, table.Name+"_*.csv"))
			require.NoError(t, err)
			assert.Len(t, paths, map[bool]int{true: 4, false: 43}[shape == "v1.5"])
			for _, path := range paths {
				name, err := filepath.Rel(made.dir, path)
				require.NoError(t, err)
				assert.Equal(t, expected, each(t, path, func(record) { rows[name]++ }))
			}
		}
		for _, file := range made.summary.Files {
			if filepath.Dir(file.Path) != "." {
				assert.Equal(t, rows[file.Path], file.Rows, file.Path)
				info, err := os.Stat(filepath.Join(made.dir, file.Path))
				require.NoError(t, err)
				assert.Equal(t, info.Size(), file.Bytes, file.Path)
			}
		}
	}
}

// The header says how many rows of each table a submission has, and every
// provider has sent a primary one for every month.
func TestHeadersCountTheirRows(t *testing.T) {
	made := sharedSource(t, "v2.1")
	counted := map[string]map[string]int64{}
	for _, table := range made.generation.Tables[1:] {
		number := strings.ToLower(table.Name[:6])
		made.each(t, table.Name, func(r record) {
			id := strings.Clone(r.get("uniquesubmissionid"))
			if counted[id] == nil {
				counted[id] = map[string]int64{}
			}
			counted[id][number]++
		})
	}
	primaries, refreshes := 0, 0
	made.each(t, "IDS000Header", func(r record) {
		var total int64
		for _, table := range made.generation.Tables[1:] {
			number := strings.ToLower(table.Name[:6])
			said := number64(t, r.get("total_"+number))
			require.Equal(t, counted[r.get("uniquesubmissionid")][number], said)
			total += said
		}
		require.Equal(t, total, number64(t, r.get("totalrecords")))
		at, err := time.Parse(time.DateOnly, r.get("reportingperiodstartdate"))
		require.NoError(t, err)
		require.EqualValues(t, 1429+12*(at.Year()-2019)+int(at.Month())-4, number64(t, r.get("unique_monthid")))
		require.Greater(t, r.get("datetimedatsetcreate")[:10], r.get("reportingperiodenddate"))
		if r.get("file_type") == "Refresh" {
			refreshes++
		} else {
			primaries++
		}
	})
	assert.Equal(t, months*providers, primaries)
	assert.InDelta(t, 0.6, float64(refreshes)/float64((months-1)*providers), 0.05)
}

// Identifying columns are filled, and with nothing that anybody has.
func TestIdentifyingColumnsAreMadeUp(t *testing.T) {
	made := sharedSource(t, "v2.1")
	people, numbers := map[string]string{}, map[string]string{}
	made.each(t, "IDS001MPI", func(r record) {
		person := strings.Clone(r.get("person_id"))
		postcode, err := identifier.ParsePostcode(r.get("postcode"))
		require.NoError(t, err)
		require.Equal(t, identifier.UnknownArea, postcode.Kind())
		_, err = time.Parse(time.DateOnly, r.get("personbirthdate"))
		require.NoError(t, err)
		require.Regexp(t, `^LP\d{12}$`, r.get("localpatientid"))
		require.Len(t, r.get("recordnumber"), 23)
		require.Len(t, r.get("uniqueid_ids001"), 23)
		if r.get("nhsnumber") == "" {
			return
		}
		number, err := identifier.ParseNHSNumber(r.get("nhsnumber"), identifier.Synthetic)
		require.NoError(t, err)
		require.Equal(t, identifier.TestRange, number.Range())
		if known, seen := numbers[r.get("nhsnumber")]; seen {
			require.Equal(t, known, person, "two people with one number")
		}
		numbers[strings.Clone(r.get("nhsnumber"))] = person
		people[person] = r.get("nhsnumber")
	})
	assert.Len(t, numbers, len(people))
	assert.Greater(t, len(people), smallScale*8/10)

	before := sharedSource(t, "v2.0")
	before.each(t, "IDS101Referral", func(r record) { require.Len(t, r.get("recordnumber"), 18) })
}

// Flags of v2.x are True or nothing; those of v1.5 are text, in more than one way.
func TestFlagsAreWrittenAsTheGenerationDoes(t *testing.T) {
	for shape, expected := range map[string][]string{"v2.1": {"", "True"}, "v2.0": {"", "True"}, "v1.5": {"", "0", "1", "N", "Y", "false", "true", "n", "y"}} {
		written := map[string]bool{}
		made := sharedSource(t, shape)
		for _, table := range made.generation.Tables {
			made.each(t, table.Name, func(r record) {
				for _, column := range table.Columns {
					if column.Type.String() == "BOOLEAN" {
						written[strings.Clone(r.get(strings.ToLower(column.Name)))] = true
					}
				}
			})
		}
		for value := range written {
			assert.Contains(t, expected, value, shape)
		}
		assert.Len(t, written, len(expected), shape)
	}
}

func TestSourcesAreTheSameBytesOnAnyNumberOfProcessors(t *testing.T) {
	for _, shape := range shapes {
		previous := runtime.GOMAXPROCS(1)
		onOne := deliverSource(t, shape, 300, 7)
		runtime.GOMAXPROCS(5)
		onFive := deliverSource(t, shape, 300, 7)
		runtime.GOMAXPROCS(previous)
		expected := hashes(t, onOne.dir)
		assert.Equal(t, expected, hashes(t, onFive.dir))

		ready, _ := deliver(t, 300, 7)
		for _, name := range []string{PermissionsFile, MappingFile} {
			assert.Equal(t, hashes(t, ready)[name], expected[name], "%s fits the ready-made tables too", name)
		}
	}
}

func TestNothingIsLeftWhenSourcesFail(t *testing.T) {
	dataset, cohorts := iapt(t)
	generation := generationNamed(t, "v2.1")
	dir := filepath.Join(t.TempDir(), "new")
	cancelled, cancel := context.WithCancel(t.Context())
	opts := Options{Dir: dir, People: 4000, Progress: func(string, int64, int64) { cancel() }}
	_, err := Source(cancelled, dataset, generation, cohorts, opts)
	require.ErrorIs(t, err, context.Canceled)
	assert.NoDirExists(t, dir)
}

func TestUnknownSourceColumnsAndGenerationsAreErrors(t *testing.T) {
	dataset, cohorts := iapt(t)
	generation := generationNamed(t, "v2.1")
	generation.Tables[2].Columns = append(generation.Tables[2].Columns, spec.SourceColumn{Name: "ShoeSize"})
	_, err := Source(t.Context(), dataset, generation, cohorts, Options{Dir: t.TempDir()})
	require.ErrorContains(t, err, "ShoeSize")

	generation.Tables = append(generation.Tables[:2], spec.SourceTable{Name: "IDS999Shoes"})
	_, err = Source(t.Context(), dataset, generation, cohorts, Options{Dir: t.TempDir()})
	require.ErrorContains(t, err, "IDS999Shoes")

	generation.Name = "v3.0"
	_, err = Source(t.Context(), dataset, generation, cohorts, Options{Dir: t.TempDir()})
	assert.ErrorContains(t, err, "v3.0")
}
