package synth

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/spec"
)

// iapt returns the specifications that the programs carry.
func iapt(t testing.TB) (spec.Dataset, spec.Cohorts) {
	t.Helper()
	files := os.DirFS("../../specs")
	dataset, err := spec.LoadDataset(files, "NHSE_IAPT")
	require.NoError(t, err)
	cohorts, err := spec.LoadCohorts(files)
	require.NoError(t, err)
	return dataset, cohorts
}

// deliver makes a delivery in a new directory.
func deliver(t testing.TB, people int, seed uint64) (dir string, summary Summary) {
	t.Helper()
	dataset, cohorts := iapt(t)
	dir = t.TempDir()
	summary, err := Aux(t.Context(), dataset, cohorts, Options{Dir: dir, People: people, Seed: seed})
	require.NoError(t, err)
	return dir, summary
}

// record is one line of a file by lower-case column name.
type record struct {
	columns map[string]int
	fields  []string
}

func (r record) get(name string) string {
	at, found := r.columns[name]
	if !found {
		panic("no column " + name)
	}
	return r.fields[at]
}

// code returns a code as a loader normalises it: without blanks and leading
// zeros.
func (r record) code(name string) string {
	return strings.TrimLeft(strings.TrimSpace(r.get(name)), "0")
}

func (r record) flag(name string) bool { return strings.EqualFold(r.get(name), "true") }

// each reads a file with the plain CSV reader and returns its header as it is.
func each(t testing.TB, path string, visit func(record)) (header []string) {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	reader := csv.NewReader(file)
	reader.ReuseRecord = true
	first, err := reader.Read()
	require.NoError(t, err)
	header = append(header, first...)
	columns := map[string]int{}
	for i, name := range header {
		columns[strings.ToLower(name)] = i
	}
	for {
		fields, err := reader.Read()
		if err == io.EOF {
			return header
		}
		require.NoError(t, err)
		visit(record{columns, fields})
	}
}

func tablePath(dir, version string, t table) string {
	return filepath.Join(dir, "NHSE_IAPT_"+version, tableNames[t]+".csv")
}

// freeze is what the permissions and the mapping say, read the plain way.
type freeze struct {
	enrolled, permitted, linked, section251 map[spec.Study]int64
	studiesOf                               map[string][]spec.Study // of the counted, by cohortkey_e
	mapped                                  int64
}

func readFreeze(t testing.TB, dir string, cohorts spec.Cohorts) freeze {
	t.Helper()
	keys := map[string]string{}
	f := freeze{map[spec.Study]int64{}, map[spec.Study]int64{}, map[spec.Study]int64{}, map[spec.Study]int64{}, map[string][]spec.Study{}, 0}
	each(t, filepath.Join(dir, MappingFile), func(r record) {
		_, twice := keys[r.get("study_id_e")]
		require.False(t, twice, "a study id is mapped twice")
		keys[strings.Clone(r.get("study_id_e"))] = strings.Clone(r.get("cohortkey_e"))
	})
	each(t, filepath.Join(dir, PermissionsFile), func(r record) {
		study := spec.Study(strings.Clone(r.get("cohort")))
		f.enrolled[study]++
		known, found := cohorts.Study(study)
		require.True(t, found)
		if r.get("ukllc_status") != "1" || r.get("nhs_e_linkage_permission") != "1" || !known.NHSLinkage {
			return
		}
		f.permitted[study]++
		key, mapped := keys[r.get("study_id_e")]
		if !mapped {
			return
		}
		f.linked[study]++
		f.studiesOf[key] = append(f.studiesOf[key], study)
		if r.get("national_opt_out") == "1" {
			f.section251[study]++
		}
	})
	f.mapped = int64(len(keys))
	return f
}

// people is who is in a study and table.
type people map[spec.Study]*[tableCount]int64

// countPeople counts distinct people of each study in each table.
func countPeople(t testing.TB, dir, version string, f freeze) people {
	t.Helper()
	return countKeys(f, func(table table, see func(key []byte)) {
		each(t, tablePath(dir, version, table), func(r record) { see([]byte(r.get("cohortkey_e"))) })
	})
}

// countPeopleFast does the same for large files: the key is the first field,
// and no field has a line break.
func countPeopleFast(t testing.TB, dir, version string, f freeze) people {
	t.Helper()
	return countKeys(f, func(table table, see func(key []byte)) {
		file, err := os.Open(tablePath(dir, version, table))
		require.NoError(t, err)
		defer file.Close()
		lines := bufio.NewScanner(file)
		for lines.Scan() {
			key, _, _ := bytes.Cut(lines.Bytes(), []byte{','})
			see(key)
		}
		require.NoError(t, lines.Err())
	})
}

func countKeys(f freeze, read func(table table, see func(key []byte))) people {
	counts := people{}
	for table := range tableCount {
		seen := map[string]bool{}
		var last []byte
		read(table, func(key []byte) {
			if !bytes.Equal(key, last) {
				last = append(last[:0], key...)
				seen[string(key)] = true
			}
		})
		for key := range seen {
			for _, study := range f.studiesOf[key] {
				if counts[study] == nil {
					counts[study] = &[tableCount]int64{}
				}
				counts[study][table]++
			}
		}
	}
	return counts
}

func total(byStudy map[spec.Study]int64) (sum int64) {
	for _, n := range byStudy {
		sum += n
	}
	return sum
}
