package synth

import (
	"bufio"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/spec"
)

// deliverNation makes a national delivery in a new directory.
func deliverNation(t testing.TB, people int, planted float64, seed uint64) (dir string, summary Summary) {
	t.Helper()
	dataset, _ := iapt(t)
	dir = t.TempDir()
	summary, err := National(t.Context(), dataset, planted, Options{Dir: dir, People: people, Seed: seed})
	require.NoError(t, err)
	return dir, summary
}

func TestNationalSameSeedSameBytesOnAnyNumberOfProcessors(t *testing.T) {
	first, summary := deliverNation(t, 700, 0.05, 7)
	previous := runtime.GOMAXPROCS(1)
	again, _ := deliverNation(t, 700, 0.05, 7)
	runtime.GOMAXPROCS(4)
	onFour, _ := deliverNation(t, 700, 0.05, 7)
	runtime.GOMAXPROCS(previous)
	other, _ := deliverNation(t, 700, 0.05, 8)

	expected := hashes(t, first)
	assert.Len(t, expected, int(tableCount)+3)
	assert.Len(t, summary.Files, int(tableCount)+3)
	assert.Equal(t, expected, hashes(t, again))
	assert.Equal(t, expected, hashes(t, onFour))
	for name, sum := range hashes(t, other) {
		if name == OrganisationsFile || name == BoundariesFile {
			assert.Equal(t, expected[name], sum, "%s differs: the country is the same for every seed", name)
		} else {
			assert.NotEqual(t, expected[name], sum, "%s is the same with another seed", name)
		}
	}
}

// Every row agrees with the others, is of its columns' types, and is counted.
func TestNationalRecordsAgree(t *testing.T) {
	dir, summary := deliverNation(t, 1500, 0, 5)
	rows := readHub(t, dir, "v0003")
	checkEachRecordIsInItsPeriod(t, dir, "v0003", rows)
	checkCounts(t, dir, "v0003", rows)
	dataset, _ := iapt(t)
	counted := map[string]int64{}
	for _, described := range dataset.Tables {
		columns := described.ColumnsIn(3)
		path := filepath.Join("NHSE_IAPT_v0003", described.Name.String()+".csv")
		each(t, filepath.Join(dir, path), func(r record) {
			counted[path]++
			for i, column := range columns {
				require.True(t, casts(column.Type.String(), r.fields[i]), "%s.%s: %q is no %s", described.Name, column.Name, r.fields[i], column.Type)
			}
		})
	}
	for _, file := range summary.Files {
		if filepath.Dir(file.Path) == "NHSE_IAPT_v0003" {
			assert.Positive(t, file.Rows)
			assert.Equal(t, counted[file.Path], file.Rows, file.Path)
		}
	}
}

// The country has as many organisations as England, each in one of the next larger
// kind, and people everywhere; most are served within their ICB.
func TestNationalOrganisationsAreNested(t *testing.T) {
	dir, _ := deliverNation(t, 9000, 0, 5)
	listed := map[string]bool{}
	each(t, filepath.Join(dir, OrganisationsFile), func(r record) {
		require.False(t, listed[r.get("code")], "a code is twice on the list")
		require.Empty(t, r.get("successor"))
		listed[strings.Clone(r.get("code"))] = true
	})
	require.Len(t, listed, 7+42+106+130)

	within, providers, people := map[string]string{}, map[string]map[string]int{}, map[string]int{}
	each(t, tablePath(dir, "v0003", hub), func(r record) {
		subICB := r.get("orgidsubicblocgp_e")
		if subICB == "" {
			subICB = r.get("orgid_ccg_gp_e")
		}
		subICB = strings.Clone(subICB)
		board, region, served := strings.Clone(r.get("orgidicbgppractice_e")), strings.Clone(r.get("commissioningregion")), strings.Clone(r.get("orgid_provider"))
		for _, code := range []string{subICB, board, region, served} {
			require.True(t, listed[code], "%q is not on the list", code)
		}
		for part, whole := range map[string]string{subICB: board, board: region} {
			if within[part] != "" {
				require.Equal(t, within[part], whole, "%s is in two", part)
			}
			within[part] = whole
		}
		people[board]++
		if providers[served] == nil {
			providers[served] = map[string]int{}
		}
		providers[served][board]++
	})
	assert.Len(t, within, 106+42)
	assert.Len(t, providers, 130)
	largest, smallest := 0, math.MaxInt
	for _, n := range people {
		largest, smallest = max(largest, n), min(smallest, n)
	}
	assert.Greater(t, largest, 4*smallest)
	away, all := 0, 0
	for _, boards := range providers {
		home := 0
		for _, n := range boards {
			home = max(home, n)
			all += n
			away += n
		}
		away -= home
	}
	assert.InDelta(t, 0.06, float64(away)/float64(all), 0.02, "served beyond their ICB")
}

// fates is what referrals came to.
type fates struct{ ended, notSeen, seen, once, finished, atCaseness, recovered, improved int }

// The rates are those that are published: a third not seen and a third finished, a
// median wait of 15 days, half of those at caseness recovered.
func TestNationalRatesAreThePublished(t *testing.T) {
	dir, _ := deliverNation(t, 30_000, 0, 2)
	var all fates
	var waits []float64
	deprived, off := [2]int{}, [2]int{}
	latest := map[string]record{}
	each(t, tablePath(dir, "v0003", hub), func(r record) {
		key := strings.Clone(r.get("pathwayid"))
		if known, seen := latest[key]; !seen || known.get("extract_end_date") < r.get("extract_end_date") {
			latest[key] = record{r.columns, append([]string{}, r.fields...)}
		}
	})
	for _, r := range latest {
		if entered := r.get("therapysession_firstdate"); entered != "" {
			waits = append(waits, daysBetween(t, r.get("referralrequestreceiveddate"), entered))
		}
		if r.get("servdischdate") == "" {
			continue
		}
		all.ended++
		treated := number64(t, r.get("treatmentcarecontact_count"))
		switch {
		case r.get("carecontact_count") == "0":
			all.notSeen++
		case treated == 0:
			all.seen++
		case treated == 1:
			all.once++
		default:
			all.finished++
			all.atCaseness += b2i(!r.flag("notcaseness_flag"))
			all.recovered += b2i(r.flag("recovery_flag"))
			all.improved += b2i(r.flag("reliableimprovement_flag"))
			tenth := map[bool]*[2]int{true: &deprived, false: &off}[number64(t, r.get("indicesofdeprivationdecile")) <= 5]
			tenth[0] += b2i(r.flag("recovery_flag"))
			tenth[1]++
		}
	}
	of := func(part, whole int) float64 { return float64(part) / float64(whole) }
	assert.InDelta(t, 0.36, of(all.notSeen, all.ended), 0.015)
	assert.InDelta(t, 0.03, of(all.seen, all.ended), 0.01)
	assert.InDelta(t, 0.28, of(all.once, all.ended), 0.015)
	assert.InDelta(t, 0.33, of(all.finished, all.ended), 0.015)
	assert.InDelta(t, 0.95, of(all.atCaseness, all.finished), 0.01)
	assert.InDelta(t, 0.50, of(all.recovered, all.atCaseness), 0.02)
	assert.InDelta(t, 0.68, of(all.improved, all.finished), 0.02)
	assert.Greater(t, of(off[0], off[1]), of(deprived[0], deprived[1])+0.03)
	within := func(days float64) float64 {
		n := 0
		for _, wait := range waits {
			n += b2i(wait <= days)
		}
		return of(n, len(waits))
	}
	assert.InDelta(t, 0.5, within(15), 0.03)
	assert.InDelta(t, 0.89, within(42), 0.015)
	assert.InDelta(t, 0.98, within(126), 0.01)
}

func daysBetween(t *testing.T, first, last string) float64 {
	t.Helper()
	from, err := spec.ParseDate(first)
	require.NoError(t, err)
	to, err := spec.ParseDate(last)
	require.NoError(t, err)
	return to.Time().Sub(from.Time()).Hours() / 24
}

// A fault is planted in the records of the pathways that are listed, and in no
// others: theirs are the same as where nothing is planted.
func TestPlantingTouchesWhatItLists(t *testing.T) {
	const share = 0.2
	whole, _ := deliverNation(t, 4000, 0, 11)
	spoilt, _ := deliverNation(t, 4000, share, 11)
	planted, kinds, moved := map[string]bool{}, map[string]bool{}, 0
	each(t, filepath.Join(spoilt, PlantedFile), func(r record) {
		if r.get("what") == merged.what && !planted[r.get("pathwayid")] {
			moved++
		}
		planted[strings.Clone(r.get("pathwayid"))] = true
		kinds[strings.Clone(r.get("what"))] = true
	})
	assert.Len(t, kinds, len(faults)+1)
	touched, pathways := map[string]bool{}, map[string]bool{}
	for table := range tableCount {
		before, after := linesOf(t, tablePath(whole, "v0003", table)), linesOf(t, tablePath(spoilt, "v0003", table))
		require.Len(t, after, len(before))
		header := strings.Split(strings.ToLower(before[0]), ",")
		for i := range before {
			fields := strings.Split(before[i], ",")
			for at, name := range header {
				if name == "pathwayid" {
					pathways[fields[at]] = true
					if before[i] != after[i] {
						require.True(t, planted[fields[at]], "%s: what is not listed has changed", tableNames[table])
						touched[fields[at]] = true
					}
				}
			}
		}
	}
	assert.Equal(t, planted, touched)
	assert.InDelta(t, share, float64(len(planted)-moved)/float64(len(pathways)), 0.03)
}

func linesOf(t *testing.T, path string) (lines []string) {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		lines = append(lines, scanner.Text())
	}
	require.NoError(t, scanner.Err())
	return lines
}

// The map is a tiling: rings are closed and run counterclockwise, every edge is
// shared with one neighbour or lies on the outline, and the areas add up.
func TestBoundariesAreATiling(t *testing.T) {
	dir, _ := deliverNation(t, 1, 0, 1)
	text, err := os.ReadFile(filepath.Join(dir, BoundariesFile))
	require.NoError(t, err)
	var collection featureCollection
	require.NoError(t, json.Unmarshal(text, &collection))
	require.Len(t, collection.Features, 42)
	country, err := newEngland()
	require.NoError(t, err)
	type edge struct{ from, to [2]float64 }
	edges, sum := map[edge]bool{}, 0.0
	for i, one := range collection.Features {
		assert.Equal(t, country.boards[i].code, one.Properties.Code)
		require.Len(t, one.Geometry.Coordinates, 1)
		ring := one.Geometry.Coordinates[0]
		require.Equal(t, ring[0], ring[len(ring)-1])
		area := ringArea(ring)
		require.Positive(t, area, "the ring of %s is clockwise", one.Properties.Code)
		sum += area
		for n := range len(ring) - 1 {
			step := edge{ring[n], ring[n+1]}
			require.NotEqual(t, step.from, step.to)
			require.False(t, edges[step], "an edge is in two areas")
			edges[step] = true
		}
	}
	next := map[[2]float64][2]float64{}
	for step := range edges {
		if !edges[edge{step.to, step.from}] {
			_, twice := next[step.from]
			require.False(t, twice, "the outline touches itself")
			next[step.from] = step.to
		}
	}
	outline, err := readOutline()
	require.NoError(t, err)
	at, drawn := [2]float64{outline[0].longitude, outline[0].latitude}, [][2]float64{}
	for range next {
		drawn = append(drawn, at)
		at = next[at]
	}
	assert.Equal(t, drawn[0], at, "the coast is not one ring")
	var clockwise [][2]float64
	for _, p := range append(outline, outline[0]) {
		corner := [2]float64{p.longitude, p.latitude}
		assert.Contains(t, drawn, corner)
		clockwise = append(clockwise, corner)
	}
	assert.InDelta(t, -ringArea(clockwise), sum, 1e-3)
}

// ringArea is positive for a ring that runs counterclockwise.
func ringArea(ring [][2]float64) (area float64) {
	for i := range len(ring) - 1 {
		area += (ring[i][0]*ring[i+1][1] - ring[i+1][0]*ring[i][1]) / 2
	}
	return area
}

func TestNationalRefusesWhatMakesNoSense(t *testing.T) {
	dataset, _ := iapt(t)
	for _, planted := range []float64{-0.1, 1.1, math.NaN()} {
		_, err := National(t.Context(), dataset, planted, Options{Dir: t.TempDir(), People: 3})
		assert.ErrorContains(t, err, "spoilt")
	}
	_, err := National(t.Context(), spec.Dataset{}, 0, Options{Dir: t.TempDir(), People: 3})
	assert.ErrorContains(t, err, "has no version 3")
}

// BenchmarkNational makes a twentieth of the default delivery.
func BenchmarkNational(b *testing.B) {
	dataset, _ := iapt(b)
	var rows int64
	for b.Loop() {
		summary, err := National(b.Context(), dataset, 0.005, Options{Dir: b.TempDir(), People: NationalPeople / 20, Seed: 1})
		require.NoError(b, err)
		for _, file := range summary.Files {
			rows += file.Rows
		}
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
