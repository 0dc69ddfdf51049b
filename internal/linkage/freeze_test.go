package linkage_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
	"tre-toolkit/specs"
)

type fixture struct {
	context   context.Context
	dir       string
	workspace *warehouse.Workspace
	cohorts   spec.Cohorts
	policy    spec.OptOuts
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, warehouse.Create(t.Context(), filepath.Join(dir, "workspace"), warehouse.TRE))
	workspace, err := warehouse.OpenForWriting(t.Context(), filepath.Join(dir, "workspace"), "test", warehouse.Settings{Directories: []string{dir}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, workspace.Close()) })
	return fixtureOf(t, dir, workspace)
}

// newFixtureInMemory is for tests that make many freezes and look at no file.
func newFixtureInMemory(t *testing.T) fixture {
	t.Helper()
	dir := t.TempDir()
	w, err := warehouse.Memory(t.Context(), warehouse.Settings{Threads: 1, Directories: []string{dir}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	return fixtureOf(t, dir, &warehouse.Workspace{Warehouse: w})
}

func fixtureOf(t *testing.T, dir string, workspace *warehouse.Workspace) fixture {
	t.Helper()
	cohorts, err := spec.LoadCohorts(specs.Files)
	require.NoError(t, err)
	policy, err := spec.LoadOptOuts(specs.Files)
	require.NoError(t, err)
	return fixture{t.Context(), dir, workspace, cohorts, policy}
}

const (
	permissionsHeader = "cohort,study_id_e,ukllc_status,nhs_e_linkage_permission,national_opt_out\n"
	mappingHeader     = "study_id_e,cohortkey_e\n"
)

func (f fixture) freeze(t *testing.T, number int, permissions, mapping string) (linkage.Result, error) {
	t.Helper()
	paths := [2]string{filepath.Join(f.dir, "permissions.csv"), filepath.Join(f.dir, "mapping.csv")}
	for i, text := range []string{permissions, mapping} {
		require.NoError(t, os.WriteFile(paths[i], []byte(text), 0o600))
	}
	day, err := spec.ParseDate("2026-05-01")
	require.NoError(t, err)
	return linkage.Make(t.Context(), f.workspace, linkage.Request{
		Freeze: linkage.Freeze{Number: number, Date: day}, Permissions: paths[0], Mapping: paths[1], Cohorts: f.cohorts, Now: time.Unix(0, 0),
	})
}

var readSpine = warehouse.MustLoad(fstest.MapFS{"sql/spine.sql": {Data: []byte(`SELECT study_id_e,
	CASE WHEN permitted THEN 'permitted' ELSE '-' END, coalesce(basis, '-'), CASE WHEN linked THEN 'linked' ELSE '-' END, coalesce(cohortkey_e, '-')
	FROM linkage.spine WHERE freeze_number = $freeze ORDER BY study_id_e`)}})

// Who is linked: what the permissions file says, and what becomes of it. Flags
// are 1 yes, 0 no, 9 not asked; empty is not known. An opt-out flag of 1 does
// not mean opted out: it means section 251, under which NHS England applies the
// opt-out. Only those who are linked keep their person key.
func TestWhoIsLinked(t *testing.T) {
	table := `
		id   study    status  nhs  opt-out  key   | permitted  basis        linked  key
		S01  ALSPAC   1       1    0        K01   | permitted  consent      linked  K01
		S02  ALSPAC   1       1    1        K02   | permitted  section_251  linked  K02
		S03  ALSPAC   1       1    9        K03   | permitted  -            -       -
		S04  ALSPAC   1       1    -        K04   | permitted  -            -       -
		S05  ALSPAC   1       1    0        -     | permitted  consent      -       -
		S06  ALSPAC   0       1    0        K06   | -          -            -       -
		S07  ALSPAC   9       1    0        K07   | -          -            -       -
		S08  ALSPAC   -       1    1        K08   | -          -            -       -
		S09  ALSPAC   1       0    0        K09   | -          -            -       -
		S10  ALSPAC   1       9    1        K10   | -          -            -       -
		S11  ALSPAC   1       -    0        K11   | -          -            -       -
		S12  GENSCOT  1       1    0        K12   | -          -            -       -
		S13  NICOLA   1       1    1        K13   | -          -            -       -
		S14  SABRE    1       1    0        K14   | -          -            -       -
		S15  BCS70    1       1    0        K01   | permitted  consent      linked  K01`
	permissions, mapping := permissionsHeader, mappingHeader
	var wanted []string
	for _, line := range strings.Split(strings.TrimSpace(table), "\n")[1:] {
		fields := strings.Fields(line)
		value := func(i int) string { return strings.TrimPrefix(fields[i], "-") }
		permissions += strings.Join([]string{value(1), value(0), value(2), value(3), value(4)}, ",") + "\n"
		if value(5) != "" {
			mapping += value(0) + "," + value(5) + "\n"
		}
		wanted = append(wanted, strings.Join([]string{fields[0], fields[7], strings.ReplaceAll(fields[8], "_", " "), fields[9], fields[10]}, " "))
	}
	f := newFixture(t)
	result, err := f.freeze(t, 16, permissions, mapping)
	require.NoError(t, err)
	assert.EqualValues(t, 15, result.PermissionRows)
	var got []string
	require.NoError(t, f.workspace.Each(t.Context(), readSpine["spine"], warehouse.Args{"freeze": 16}, func(scan func(...any) error) error {
		var cells [5]string
		err := scan(&cells[0], &cells[1], &cells[2], &cells[3], &cells[4])
		got = append(got, strings.Join(cells[:], " "))
		return err
	}))
	assert.Equal(t, wanted, got)
}

// One row that is wrong refuses the freeze: all that is wrong is told, with file
// and line, and no identifier.
func TestARowThatIsWrongRefusesTheFreeze(t *testing.T) {
	f := newFixture(t)
	permissions := permissionsHeader +
		"ALSPAC,SECRET1,1,1,0\n" +
		"ATLANTIS,SECRET2,1,1,0\n" + // line 3
		"ALSPAC,,1,1,0\n" +
		"ALSPAC,SECRET1,1,1,0\n" +
		"\n" +
		"ALSPAC,\"SECRET\n3\",2,yes,-1\n" + // line 7, over two lines
		"alspac,SECRET4,1,1,0\n" // line 9
	mapping := mappingHeader + "SECRET1,KEY1\n,KEY2\nSECRET2,\nSECRET1,KEY3\n"
	_, err := f.freeze(t, 16, permissions, mapping)
	var input *diagnostic.Input
	require.ErrorAs(t, err, &input)
	var said []string
	for _, finding := range input.Findings {
		said = append(said, finding.String())
	}
	assert.ElementsMatch(t, []string{
		"permissions.csv:3: cohort: the study is not one that specs/cohorts.toml lists [PRM001]",
		"permissions.csv:4: study_id_e: the study id is empty [PRM002]",
		"permissions.csv:5: study_id_e: this study id was there before: one participant has one row [PRM003]",
		"permissions.csv:7: ukllc_status: the flag is not 0, 1, 9 or empty [PRM004]",
		"permissions.csv:7: nhs_e_linkage_permission: the flag is not 0, 1, 9 or empty [PRM004]",
		"permissions.csv:7: national_opt_out: the flag is not 0, 1, 9 or empty [PRM004]",
		"permissions.csv:9: cohort: the study is not one that specs/cohorts.toml lists [PRM001]",
		"mapping.csv:3: study_id_e: the study id is empty [MAP001]",
		"mapping.csv:4: cohortkey_e: the person key is empty [MAP002]",
		"mapping.csv:5: study_id_e: this study id was there before: one participant is one person [MAP003]",
	}, said)
	assert.NotContains(t, err.Error(), "SECRET")
	assert.NotContains(t, err.Error(), "KEY")
	_, err = linkage.Find(t.Context(), f.workspace.Warehouse, 16)
	assert.Error(t, err, "no freeze was made")
}

func TestFreezesAreNumberedAndKept(t *testing.T) {
	f := newFixture(t)
	permissions, mapping := permissionsHeader+"ALSPAC,S1,1,1,0\n", mappingHeader+"S1,K1\n"
	for _, number := range []int{9, 10} {
		_, err := f.freeze(t, number, permissions, mapping)
		require.NoError(t, err)
	}
	newest, err := linkage.Find(t.Context(), f.workspace.Warehouse, 0)
	require.NoError(t, err)
	assert.Equal(t, 10, newest.Number, "10 is newer than 9")
	assert.Equal(t, "2026-05-01", newest.Date.String())
	_, err = f.freeze(t, 9, permissions, mapping)
	assert.ErrorContains(t, err, "freeze 9: is already made [FRZ001]")
	_, err = linkage.Find(t.Context(), f.workspace.Warehouse, 11)
	assert.ErrorContains(t, err, "freeze 11: is not in this workspace [FRZ002]")
}

func TestFilesThatAreNoFreeze(t *testing.T) {
	permissions, mapping := permissionsHeader+"ALSPAC,S1,1,1,0\n", mappingHeader+"S1,K1\n"
	cases := map[string]struct{ permissions, mapping, fault string }{
		"empty permissions":       {"", mapping, "permissions.csv: the file is empty: not even a header [CSV001]"},
		"a freeze of nobody":      {permissionsHeader, mapping, "permissions.csv: has a header and no rows"},
		"a column missing":        {"cohort,study_id_e,ukllc_status,nhs_e_linkage_permission\nA,S1,1,1\n", mapping, "permissions.csv:1: national_opt_out: this column is missing [COL003]"},
		"semicolons":              {strings.ReplaceAll(permissions, ",", ";"), mapping, "separated by semicolons"},
		"an open quote":           {permissionsHeader + "ALSPAC,\"S1,1,1,0\n", mapping, "permissions.csv:2: a quote is opened here and never closed"},
		"Latin-1":                 {permissionsHeader + "ALSPAC,S\xe9,1,1,0\n", mapping, "permissions.csv:2: study_id_e: a byte that is not UTF-8"},
		"a row cut short":         {permissionsHeader + "ALSPAC,S1,1\n", mapping, "permissions.csv:2"},
		"a mapping with too much": {permissions, mappingHeader + "S1,K1,K2\n", "mapping.csv:2"},
		"a mapping without keys":  {permissions, "study_id_e\nS1\n", "mapping.csv:1: cohortkey_e: this column is missing [COL003]"},
		"the two files exchanged": {mapping, permissions, "permissions.csv:1: cohort: this column is missing"},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			_, err := f.freeze(t, 16, one.permissions, one.mapping)
			var input *diagnostic.Input
			require.ErrorAs(t, err, &input)
			assert.Contains(t, err.Error(), one.fault)
			assert.NotEmpty(t, input.Hint)
			_, err = linkage.Find(t.Context(), f.workspace.Warehouse, 0)
			assert.Error(t, err)
		})
	}
	t.Run("other columns, mixed case, blanks and carriage returns are read past", func(t *testing.T) {
		f := newFixture(t)
		_, err := f.freeze(t, 16, "\ufeffnote,COHORT, Study_ID_e ,ukllc_status,nhs_e_linkage_permission,national_opt_out,note\r\nx, ALSPAC , S1 ,1, 1,0 ,y\r\n", mapping)
		require.NoError(t, err)
	})
}
