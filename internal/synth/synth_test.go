package synth

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/spec"
)

const smallScale = 900

// hashes returns the hash of every file below a directory.
func hashes(t *testing.T, dir string) map[string][32]byte {
	t.Helper()
	sums := map[string][32]byte{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		sums[name] = sha256.Sum256(text)
		return err
	}))
	return sums
}

func TestSameSeedSameBytesOnAnyNumberOfProcessors(t *testing.T) {
	first, _ := deliver(t, smallScale, 7)
	previous := runtime.GOMAXPROCS(1)
	again, _ := deliver(t, smallScale, 7)
	runtime.GOMAXPROCS(5)
	onFive, _ := deliver(t, smallScale, 7)
	runtime.GOMAXPROCS(previous)
	other, _ := deliver(t, smallScale, 8)

	expected := hashes(t, first)
	assert.Len(t, expected, 20)
	assert.Equal(t, expected, hashes(t, again))
	assert.Equal(t, expected, hashes(t, onFive))
	for name, sum := range hashes(t, other) {
		assert.NotEqual(t, expected[name], sum, "%s is the same with another seed", name)
	}
}

// The wanted numbers at a small scale, counted again from the files.
func TestParticipantsAreAsWantedAtEveryScale(t *testing.T) {
	_, cohorts := iapt(t)
	studies, err := readPublished()
	require.NoError(t, err)
	for _, wanted := range []int{1, 4, 40, 341, smallScale, 2000} {
		dir, summary := deliver(t, wanted, 3)
		counts := countPeople(t, dir, "v0003", readFreeze(t, dir, cohorts))
		quotas, _ := scale(studies, int64(wanted), 3)
		var people int64
		for _, q := range quotas {
			counted := counts[q.code]
			if counted == nil {
				counted = &[tableCount]int64{}
			}
			assert.Equal(t, q.participants, *counted, "%s at %d people", q.code, wanted)
			people += counted[hub]
		}
		assert.EqualValues(t, wanted, people)
		assertRowsInProportion(t, summary, wanted)
	}
}

// assertRowsInProportion checks the rows of tables against the published ones,
// where everybody's one row leaves room.
func assertRowsInProportion(t *testing.T, summary Summary, people int) {
	t.Helper()
	if people < smallScale {
		return
	}
	rows := map[string]int64{}
	for _, file := range summary.Files {
		rows[filepath.ToSlash(file.Path)] = file.Rows
	}
	assert.EqualValues(t, nearest(58680, int64(people), 44033), rows["NHSE_IAPT_v0002/demographics_and_referral.csv"])
	assert.EqualValues(t, nearest(117207, int64(people), 44033), rows["NHSE_IAPT_v0003/demographics_and_referral.csv"])
	assert.EqualValues(t, nearest(1267393, int64(people), 44033), rows["NHSE_IAPT_v0002/coded_scored_assessments.csv"])
}

// A shown cell stays one that may be shown, a masked one stays masked, a zero
// zero.
func TestScaleKeepsWhatMayBeShown(t *testing.T) {
	studies, err := readPublished()
	require.NoError(t, err)
	for _, people := range []int64{500, 5000, 44033, 1_000_000} {
		quotas, _ := scale(studies, people, 1)
		for _, q := range quotas {
			for table, published := range q.cells {
				n := q.participants[table]
				assert.LessOrEqual(t, n, q.participants[hub])
				switch {
				case published.masked:
					assert.True(t, n >= 1 && n <= 9, "%s %s: %d", q.code, tableNames[table], n)
				case published.count == 0:
					assert.Zero(t, n)
				case people >= 5000:
					assert.GreaterOrEqual(t, n, int64(10), "%s %s", q.code, tableNames[table])
				}
			}
		}
	}
}

func TestHeadersAreTheSpecifiedColumns(t *testing.T) {
	dir, summary := deliver(t, 40, 1)
	dataset, _ := iapt(t)
	mixed := 0
	for _, v := range []spec.VersionNumber{2, 3} {
		for _, described := range dataset.Tables {
			var expected []string
			for _, column := range described.ColumnsIn(v) {
				expected = append(expected, column.Name.String())
			}
			path := filepath.Join("NHSE_IAPT_"+v.Suffix(), described.Name.String()+".csv")
			rows := int64(0)
			header := each(t, filepath.Join(dir, path), func(record) { rows++ })
			folded := strings.Split(strings.ToLower(strings.Join(header, ",")), ",")
			assert.Equal(t, expected, folded, path)
			mixed += b2i(header[0] != folded[0])
			for _, file := range summary.Files {
				if file.Path == path {
					assert.Equal(t, file.Rows, rows)
				}
			}
		}
	}
	assert.Positive(t, mixed, "no header with capitals")
}

func TestColumnCounts(t *testing.T) {
	dataset, _ := iapt(t)
	inVersion2 := map[string]int{
		"demographics_and_referral": 192, "care_activities": 47, "care_cluster": 12, "coded_scored_assessments": 17,
		"employment_status": 21, "internet_enabled_therapies": 18, "mental_and_physical_health_conditions": 17,
		"onward_referrals": 13, "waiting_time_pauses": 14,
	}
	for _, described := range dataset.Tables {
		assert.Len(t, described.ColumnsIn(2), inVersion2[described.Name.String()], described.Name)
		assert.Equal(t, "cohortkey_e", described.Columns[0].Name.String())
	}
	described, _ := dataset.Table(dataset.Hub.String())
	assert.Len(t, described.ColumnsIn(3), 226)
}

func TestRecordsAgree(t *testing.T) {
	dir, _ := deliver(t, smallScale, 5)
	for _, version := range []string{"v0002", "v0003"} {
		rows := readHub(t, dir, version)
		checkEachRecordIsInItsPeriod(t, dir, version, rows)
		checkCounts(t, dir, version, rows)
	}
}

// stay is a row of the hub: who, which pathway, which extract.
type stay struct{ person, pathway, start, end string }

func keyOf(r record, withPathway bool) stay {
	pathway := ""
	if withPathway {
		pathway = r.get("pathwayid")
	}
	return stay{strings.Clone(r.get("cohortkey_e")), strings.Clone(pathway), strings.Clone(r.get("extract_start_date")), strings.Clone(r.get("extract_end_date"))}
}

// readHub returns the hub's rows by what identifies them, also without the
// pathway, and checks the outcome rules and the last of the dates.
func readHub(t *testing.T, dir, version string) map[stay]record {
	t.Helper()
	rows := map[stay]record{}
	owner := map[string]string{}
	each(t, tablePath(dir, version, hub), func(r record) {
		key := keyOf(r, true)
		_, twice := rows[key]
		require.False(t, twice, "a pathway is twice in an extract")
		kept := record{r.columns, append([]string{}, r.fields...)}
		rows[key], rows[keyOf(r, false)] = kept, kept
		if first, seen := owner[key.pathway]; seen {
			require.Equal(t, first, key.person)
		}
		owner[key.pathway] = key.person
		checkOutcome(t, kept)
	})
	require.NotEmpty(t, rows)
	return rows
}

// checkOutcome applies the outcome rules to the scores of a row.
func checkOutcome(t *testing.T, r record) {
	t.Helper()
	discharged, treated := r.get("servdischdate") != "", number64(t, r.get("treatmentcarecontact_count"))
	require.Equal(t, discharged && treated >= 2, r.flag("completedtreatment_flag"))
	require.True(t, discharged || r.get("endcode") == "")
	if r.get("phq9_firstscore") == "" || r.get("adsm_firstscore") == "" {
		require.False(t, r.flag("caseness_flag") || r.flag("recovery_flag"))
		return
	}
	cutOffs := map[string][2]float64{
		"GAD7": {8, 4}, "PanicDisorder": {8, 5}, "OCD": {40, 32}, "SocialPhobia": {19, 10}, "AgoraAlone": {2.31, 0.73},
		"AnxietyInventory": {18, 4}, "PTSD": {32, 10},
	}[r.get("adsm")]
	require.NotZero(t, cutOffs, r.get("adsm"))
	d1, a1 := decimal(t, r.get("phq9_firstscore")), decimal(t, r.get("adsm_firstscore"))
	caseness := d1 >= 10 || a1 >= cutOffs[0]
	require.Equal(t, caseness, r.flag("caseness_flag"))
	require.Equal(t, !caseness, r.flag("notcaseness_flag"))
	if !r.flag("completedtreatment_flag") || r.get("phq9_lastscore") == "" || r.get("adsm_lastscore") == "" {
		require.False(t, r.flag("recovery_flag") || r.flag("nochange_flag"))
		return
	}
	d2, a2 := decimal(t, r.get("phq9_lastscore")), decimal(t, r.get("adsm_lastscore"))
	const rounding = 1e-9
	better := d1-d2 >= 6 || a1-a2 >= cutOffs[1]-rounding
	worse := d2-d1 >= 6 || a2-a1 >= cutOffs[1]-rounding
	require.Equal(t, caseness && d2 < 10 && a2 < cutOffs[0], r.flag("recovery_flag"))
	require.Equal(t, better && !worse, r.flag("reliableimprovement_flag"))
	require.Equal(t, worse && !better, r.flag("reliabledeterioration_flag"))
	require.Equal(t, better == worse, r.flag("nochange_flag"))
}

func number64(t *testing.T, text string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(text, 10, 64)
	require.NoError(t, err)
	return n
}

func decimal(t *testing.T, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	require.NoError(t, err)
	return n
}

// checkEachRecordIsInItsPeriod checks that every row has its row in the hub, and
// that no day is past the end of its extract.
func checkEachRecordIsInItsPeriod(t *testing.T, dir, version string, rows map[stay]record) {
	t.Helper()
	for table := range tableCount {
		withPathway := table != careCluster && table != employmentStatus
		each(t, tablePath(dir, version, table), func(r record) {
			key := keyOf(r, withPathway)
			_, found := rows[key]
			require.True(t, found, "%s: a row without its row in the hub", tableNames[table])
			for name, at := range r.columns {
				value := r.fields[at]
				if name == "extract_date" || name == "avail_from_dt" || len(value) < 10 || value[4] != '-' || value[7] != '-' {
					continue
				}
				require.LessOrEqual(t, value[:10], key.end, "%s.%s", tableNames[table], name)
			}
		})
	}
}

// checkCounts counts attended contacts, treatments and logs again. The hub
// counts from the referral on, an extract has one financial year: so this is
// for pathways that began in it.
func checkCounts(t *testing.T, dir, version string, rows map[stay]record) {
	t.Helper()
	contacts, treatments, seen := map[stay]int64{}, map[stay]int64{}, map[string]bool{}
	each(t, tablePath(dir, version, careActivities), func(r record) {
		key := keyOf(r, true)
		id := r.get("unique_carecontactid") + key.end
		attendance := r.code("attendordnacode")
		if seen[id] || attendance != "5" && attendance != "6" {
			return
		}
		seen[id] = true
		contacts[key]++
		switch r.code("apptype") {
		case "2", "3", "5":
			treatments[key]++
		}
	})
	each(t, tablePath(dir, version, internetTherapies), func(r record) {
		contacts[keyOf(r, true)]++
		treatments[keyOf(r, true)]++
	})
	compared := 0
	for key, row := range rows {
		if key.pathway == "" || row.get("referralrequestreceiveddate") < key.start {
			continue
		}
		compared++
		require.Equal(t, contacts[key], number64(t, row.get("carecontact_count")))
		require.Equal(t, treatments[key], number64(t, row.get("treatmentcarecontact_count")))
	}
	require.Greater(t, compared, 100)
}

func TestValuesAreOfTheirTypes(t *testing.T) {
	dir, _ := deliver(t, smallScale/2, 9)
	dataset, _ := iapt(t)
	for _, version := range []spec.VersionNumber{2, 3} {
		for _, described := range dataset.Tables {
			columns := described.ColumnsIn(version)
			each(t, filepath.Join(dir, "NHSE_IAPT_"+version.Suffix(), described.Name.String()+".csv"), func(r record) {
				for i, column := range columns {
					require.True(t, casts(column.Type.String(), r.fields[i]), "%s.%s: %q is no %s", described.Name, column.Name, r.fields[i], column.Type)
				}
			})
		}
	}
}

// casts reports whether a value is one of the type.
func casts(kind, value string) bool {
	if value == "" {
		return true
	}
	var err error
	switch kind {
	case "VARCHAR":
	case "DATE":
		_, err = time.Parse(time.DateOnly, value)
	case "TIMESTAMP":
		_, err = time.Parse(time.DateTime, value)
	case "BOOLEAN":
		return strings.EqualFold(value, "true")
	case "TINYINT":
		_, err = strconv.ParseInt(value, 10, 8)
	case "SMALLINT":
		_, err = strconv.ParseInt(value, 10, 16)
	case "INTEGER", "BIGINT":
		_, err = strconv.ParseInt(value, 10, 32)
	default:
		_, err = strconv.ParseFloat(value, 64)
	}
	return err == nil
}

func TestSomePeopleAreInTwoStudiesAndSomeMustNotBeCounted(t *testing.T) {
	dir, _ := deliver(t, smallScale, 5)
	_, cohorts := iapt(t)
	f := readFreeze(t, dir, cohorts)
	inTwo, uncounted, seen := 0, 0, map[string]bool{}
	each(t, tablePath(dir, "v0003", hub), func(r record) {
		key := strings.Clone(r.get("cohortkey_e"))
		if seen[key] {
			return
		}
		seen[key] = true
		require.Len(t, key, 18)
		switch studies := f.studiesOf[key]; len(studies) {
		case 0:
			uncounted++
		case 2:
			require.NotEqual(t, studies[0], studies[1])
			inTwo++
		}
	})
	assert.Positive(t, inTwo)
	assert.Positive(t, uncounted)
}

func TestVersion2IsMostlyWithinVersion3AndWithoutTEDS(t *testing.T) {
	dir, _ := deliver(t, 2000, 5)
	_, cohorts := iapt(t)
	f := readFreeze(t, dir, cohorts)
	assert.Nil(t, countPeople(t, dir, "v0002", f)["TEDS"])
	later, gone, stayed := map[string]bool{}, map[string]bool{}, map[string]bool{}
	each(t, tablePath(dir, "v0003", hub), func(r record) { later[strings.Clone(r.get("cohortkey_e"))] = true })
	each(t, tablePath(dir, "v0002", hub), func(r record) {
		if key := strings.Clone(r.get("cohortkey_e")); later[key] {
			stayed[key] = true
		} else {
			gone[key] = true
		}
	})
	assert.NotEmpty(t, gone)
	assert.Less(t, len(gone)*20, len(stayed))
}

func TestNothingIsLeftWhenItFails(t *testing.T) {
	dataset, cohorts := iapt(t)
	dir := filepath.Join(t.TempDir(), "new")
	cancelled, cancel := context.WithCancel(t.Context())
	opts := Options{Dir: dir, People: 4000, Progress: func(string, int64, int64) { cancel() }}
	_, err := Aux(cancelled, dataset, cohorts, opts)
	require.ErrorIs(t, err, context.Canceled)
	assert.NoDirExists(t, dir)

	_, err = Aux(t.Context(), dataset, spec.Cohorts{}, Options{Dir: dir})
	require.ErrorContains(t, err, "missing")
	assert.NoDirExists(t, dir)
}

func TestNothingIsWrittenOver(t *testing.T) {
	dir, _ := deliver(t, 4, 1)
	before := hashes(t, dir)
	dataset, cohorts := iapt(t)
	_, err := Aux(t.Context(), dataset, cohorts, Options{Dir: dir, People: 5})
	require.ErrorIs(t, err, fs.ErrExist)
	assert.Equal(t, before, hashes(t, dir))
}

func TestUnknownColumnIsAnError(t *testing.T) {
	dataset, cohorts := iapt(t)
	name, err := spec.ParseIdentifier("shoe_size")
	require.NoError(t, err)
	dataset.Tables[0].Columns = append(dataset.Tables[0].Columns, spec.Column{Name: name})
	_, err = Aux(t.Context(), dataset, cohorts, Options{Dir: t.TempDir()})
	assert.ErrorContains(t, err, "shoe_size")
}

func TestProgressEndsAtTheTotal(t *testing.T) {
	dataset, cohorts := iapt(t)
	last := map[string]int64{}
	summary, err := Aux(t.Context(), dataset, cohorts, Options{Dir: t.TempDir(), People: 300, Progress: func(file string, done, _ int64) {
		assert.Greater(t, done, last[file])
		last[file] = done
	}})
	require.NoError(t, err)
	for _, file := range summary.Files {
		if file.Path != MappingFile {
			assert.Equal(t, file.Rows, last[file.Path], file.Path)
		}
	}
}

// The published figures, counted again from the files at the published scale.
func TestPublishedScale(t *testing.T) {
	shared := os.Getenv("TRE_SHARED")
	if shared == "" {
		t.Skip("TRE_SHARED does not name the folder with the published figures")
	}
	dir, summary := deliver(t, 0, 1)
	_, cohorts := iapt(t)
	f := readFreeze(t, dir, cohorts)
	assert.EqualValues(t, 759_686, total(f.enrolled))
	assert.EqualValues(t, 462_857, total(f.permitted))
	assert.EqualValues(t, 311_429, total(f.linked))
	assert.EqualValues(t, 39_785, total(f.section251))
	assert.EqualValues(t, 52_914, f.enrolled["AIRWAVE"])
	assert.EqualValues(t, 52_912, f.permitted["AIRWAVE"])
	assert.Len(t, f.enrolled, 25)

	checkPublishedCells(t, filepath.Join(shared, "data", "table2_2025-10-23.csv"), countPeopleFast(t, dir, "v0003", f))
	checkPublishedRows(t, summary)
	checkTotalsOfVersion2(t, countPeopleFast(t, dir, "v0002", f))
}

func checkPublishedCells(t *testing.T, path string, counts people) {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	places := map[string]int{}
	for i, name := range tableNames {
		places[name] = i
	}
	checked := 0
	for _, line := range lines[1:] {
		n := counts[spec.Study(line[1])][places[line[0]]]
		if line[2] == masked {
			assert.True(t, n >= 1 && n <= 9, "%v: %d", line, n)
		} else {
			assert.Equal(t, line[2], strconv.FormatInt(n, 10), "%v", line)
		}
		checked++
	}
	assert.Equal(t, 153, checked)
	assert.Len(t, counts, 17)
}

func checkPublishedRows(t *testing.T, summary Summary) {
	t.Helper()
	for _, file := range summary.Files {
		for place, name := range tableNames {
			rows := rowsOfVersion2[place]
			switch filepath.ToSlash(file.Path) {
			case "NHSE_IAPT_v0002/" + name + ".csv":
				assert.Equal(t, rows, file.Rows, file.Path)
			case "NHSE_IAPT_v0003/" + name + ".csv":
				assert.Equal(t, (2*rows*117207+58680)/(2*58680), file.Rows, file.Path)
			}
		}
	}
}

// checkTotalsOfVersion2 compares the totals of shown cells with those of the
// page of June 2024.
func checkTotalsOfVersion2(t *testing.T, counts people) {
	t.Helper()
	published := [tableCount]int64{23357, 16696, 21977, 26453, 20462, 1244, 22037, 845, 1035}
	for place, name := range tableNames {
		var sum int64
		for _, row := range counts {
			if row[place] >= 10 {
				sum += row[place]
			}
		}
		assert.InEpsilon(t, published[place], sum, 0.06, "%s: %d", name, sum)
	}
	assert.Nil(t, counts["TEDS"])
}
