package linkage_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// two are two studies' participants, who are one person.
func two(status string, keys ...string) []participant {
	return []participant{
		{"S1", "ALSPAC", status, "1", "0", keys[0]},
		{"S2", "BCS70", status, "1", "1", keys[1]},
		{"S3", "BCS70", status, "1", "1", keys[2]},
	}
}

// Whoever has withdrawn stays so, whatever later files say: permissions of 1, another
// person key, a row that was away for a while.
func TestTheLedgerNeverForgets(t *testing.T) {
	f := newFixture(t)
	require.NoError(t, f.freezeRows(t, 1, two("1", "K1", "K1", "K3"), nil))
	_, err := f.withdraw(t, []string{"S1"}, nil)
	require.NoError(t, err)
	require.NoError(t, f.freezeRows(t, 2, two("1", "K1", "K1", "K3"), nil))
	assert.Equal(t, []string{"S1 - - - -", "S2 permitted section 251 linked K1", "S3 permitted section 251 linked K3"}, f.spine(t, 2),
		"the participant has withdrawn, and nobody else")
	require.NoError(t, f.freezeRows(t, 3, two("1", "K1", "K1", "K3")[1:], nil))
	require.NoError(t, f.freezeRows(t, 4, two("1", "K9", "K1", "K3"), nil))
	assert.Equal(t, "S1 - - - -", f.spine(t, 4)[0])
}

// A withdrawal of the person holds for every study, and follows the person along
// keys: S2 has had the key of S1; S3 gets one that S2 has now.
func TestAWithdrawalByPersonFollowsThePerson(t *testing.T) {
	f := newFixture(t)
	require.NoError(t, f.freezeRows(t, 1, two("1", "K1", "K1", "K3"), nil))
	_, err := f.withdraw(t, []string{"S1"}, func(w *linkage.Withdrawals) { w.ByPerson = true })
	require.NoError(t, err)
	require.NoError(t, f.freezeRows(t, 2, two("1", "", "K7", "K3"), nil))
	assert.Equal(t, []string{"S1 - - - -", "S2 - - - -", "S3 permitted section 251 linked K3"}, f.spine(t, 2))
	require.NoError(t, f.freezeRows(t, 3, two("1", "", "", "K7"), nil))
	assert.Equal(t, []string{"S1 - - - -", "S2 - - - -", "S3 - - - -"}, f.spine(t, 3))
}

// Somebody who had withdrawn from one study before is followed as well, once the
// person withdraws.
func TestAWithdrawalFromOneStudyBecomesThePersons(t *testing.T) {
	f := newFixture(t)
	require.NoError(t, f.freezeRows(t, 1, two("1", "K1", "K1", "K3"), nil))
	for _, one := range []string{"S2", "S1"} {
		_, err := f.withdraw(t, []string{one}, func(w *linkage.Withdrawals) { w.ByPerson = one == "S1" })
		require.NoError(t, err)
	}
	require.NoError(t, f.freezeRows(t, 2, two("1", "", "K7", "K7"), nil))
	assert.Equal(t, []string{"S1 - - - -", "S2 - - - -", "S3 - - - -"}, f.spine(t, 2))
}

// A freeze that was made before the ledger was kept says nothing of opt-outs.
func TestAFreezeFromBeforeTheLedger(t *testing.T) {
	f := newFixture(t)
	insert := warehouse.MustLoad(fstest.MapFS{"sql/insert.sql": {Data: []byte(
		"INSERT INTO linkage.freezes VALUES (1, DATE '2026-02-01', 'a', 'b', TIMESTAMP '2026-02-02 03:04:05')")}})["insert"]
	_, err := f.workspace.Run(t.Context(), insert, nil)
	require.NoError(t, err)
	record, err := linkage.FindRecord(t.Context(), f.workspace.Warehouse, 1)
	require.NoError(t, err)
	assert.Nil(t, record.OptOuts)
	assert.Equal(t, "2026-02-02T03:04:05Z", record.MadeAt)
	assert.NoError(t, linkage.MayProvision(t.Context(), f.workspace.Warehouse, 1, []spec.Study{"ALSPAC"}, f.policy))
	require.NoError(t, f.freezeRows(t, 2, people("ALSPAC", 1, 20), nil))
	_, err = f.compare(t, 1, 2)
	assert.NoError(t, err)
}

// A participant who is in no freeze yet is left out of the first one.
func TestSomebodyUnknownMayWithdraw(t *testing.T) {
	f := newFixture(t)
	file, err := f.withdraw(t, []string{"S1"}, nil)
	require.NoError(t, err)
	requireCount(t, 1, file.Unknown)
	require.NoError(t, f.freezeRows(t, 1, two("1", "K1", "K2", "K3"), nil))
	assert.Equal(t, "S1 - - - -", f.spine(t, 1)[0])
	list, err := linkage.ListAffected(t.Context(), f.workspace.Warehouse)
	require.NoError(t, err)
	assert.Empty(t, list, "the freeze was made after the withdrawal")
}

func requireCount(t *testing.T, wanted int64, got disclosure.Count) {
	t.Helper()
	count := disclosure.CountOf(wanted)
	require.False(t, count.Exceeds(got) || got.Exceeds(count), "not %d", wanted)
}

// Rows = new participants + rows that say what is known already.
func TestWhatAFileOfWithdrawalsSaysAgainIsCounted(t *testing.T) {
	f := newFixture(t)
	require.NoError(t, f.freezeRows(t, 1, two("1", "K1", "K2", "K3"), nil))
	steps := []struct {
		ids                   []string
		byPerson              bool
		fresh, again, unknown int64
	}{
		{[]string{"S1", "S1", "X"}, false, 2, 1, 1},
		{[]string{"S1", "X"}, false, 0, 2, 0},
		{[]string{"S1"}, true, 1, 0, 0}, // as a person now
		{[]string{"S1"}, false, 0, 1, 0},
	}
	for i, step := range steps {
		file, err := f.withdraw(t, step.ids, func(w *linkage.Withdrawals) { w.ByPerson = step.byPerson })
		require.NoError(t, err)
		assert.Equal(t, i+1, file.Number)
		requireCount(t, step.fresh, file.New)
		requireCount(t, step.again, file.Repeated)
		requireCount(t, step.unknown, file.Unknown)
	}
	files, err := linkage.ListWithdrawals(t.Context(), f.workspace.Warehouse)
	require.NoError(t, err)
	require.Len(t, files, len(steps))
	assert.Equal(t, "2026-06-01", files[0].Received.String())
	assert.Equal(t, "2026-06-15T12:00:00Z", files[0].RecordedAt)
	assert.Len(t, files[0].SHA256, 64)
}

func TestFilesThatAreNoWithdrawals(t *testing.T) {
	f := newFixture(t)
	require.NoError(t, f.freezeRows(t, 1, two("1", "K1", "K2", "K3"), nil))
	cases := map[string]struct {
		text   string
		change func(*linkage.Withdrawals)
		fault  string
	}{
		"nobody":                {"study_id_e\n", nil, "withdrawals.csv: has a header and no rows: it withdraws nobody [CSV008]"},
		"no header":             {"S1\nS2\n", nil, "withdrawals.csv:1: study_id_e: this column is missing [COL003]"},
		"the mapping":           {"study_id_e,cohortkey_e\nS1,K1\n", nil, "has other columns than study_id_e"},
		"an empty id":           {"study_id_e\nS1\n\"\"\n", nil, "withdrawals.csv:3: study_id_e: the study id is empty [WDR001]"},
		"a spreadsheet's id":    {"study_id_e\n1.9E+14\n", nil, "withdrawals.csv:2: study_id_e: the study id is a number that a spreadsheet has rounded [WDR002]"},
		"two columns in a row":  {"study_id_e\nS1,S2\n", nil, "withdrawals.csv:2"},
		"NHS numbers":           {"study_id_e\n9990000018\n9990000026\n", nil, "holds NHS numbers"},
		"everybody":             {"study_id_e\nS1\nS2\nS3\n", nil, "withdrawals.csv: would leave nobody who is linked in freeze 1, for good [WDR004]"},
		"a day to come":         {"study_id_e\nS1\n", func(w *linkage.Withdrawals) { w.Received = day(t, "2026-06-16") }, "received on 2026-06-16, which is to come: today is 2026-06-15 [WDR005]"},
		"a file that is absent": {"study_id_e\nS1\n", func(w *linkage.Withdrawals) { w.Path += "x" }, "there is no such file"},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := f.withdraw(t, nil, func(w *linkage.Withdrawals) {
				require.NoError(t, os.WriteFile(w.Path, []byte(one.text), 0o600))
				if one.change != nil {
					one.change(w)
				}
			})
			var input *diagnostic.Input
			require.ErrorAs(t, err, &input)
			assert.Contains(t, err.Error(), one.fault)
			assert.Contains(t, input.Hint, "nothing was recorded")
			files, err := linkage.ListWithdrawals(t.Context(), f.workspace.Warehouse)
			require.NoError(t, err)
			assert.Empty(t, files)
		})
	}
	t.Run("a dry run counts and records nothing", func(t *testing.T) {
		file, err := f.withdraw(t, []string{"S1", "X"}, func(w *linkage.Withdrawals) { w.DryRun = true })
		require.NoError(t, err)
		requireCount(t, 2, file.New)
		files, err := linkage.ListWithdrawals(t.Context(), f.workspace.Warehouse)
		require.NoError(t, err)
		assert.Empty(t, files)
	})
	t.Run("everybody, if it is meant so", func(t *testing.T) {
		_, err := f.withdraw(t, []string{"S1", "S2", "S3"}, func(w *linkage.Withdrawals) { w.Everybody = true })
		require.NoError(t, err)
		policy := spec.OptOuts{NewProvision: f.policy.NewProvision}
		var stale *linkage.Stale
		require.ErrorAs(t, linkage.MayProvision(t.Context(), f.workspace.Warehouse, 1, []spec.Study{"ALSPAC"}, policy), &stale)
		assert.Contains(t, stale.Hint, "withdrawals affected")
		policy.NewProvision.Value = spec.AllowProvision
		assert.NoError(t, linkage.MayProvision(t.Context(), f.workspace.Warehouse, 1, []spec.Study{"ALSPAC"}, policy))
		assert.NoError(t, linkage.MayProvision(t.Context(), f.workspace.Warehouse, 1, []spec.Study{"GLAD"}, f.policy), "no study of the project is concerned")
	})
}

// No statement of the program changes or removes what the ledger holds: its tables
// are made if they are not there, added to and read.
func TestTheLedgerIsOnlyAddedTo(t *testing.T) {
	ledger := regexp.MustCompile(`linkage\.(withdraw\w+|opt_outs|listed)\b`)
	allowed := regexp.MustCompile(`(CREATE TABLE IF NOT EXISTS|INSERT INTO|FROM|JOIN) $`)
	seen := 0
	require.NoError(t, filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".sql" {
			return err
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, line := range strings.Split(string(text), "\n") {
			if strings.HasPrefix(line, "--") {
				continue
			}
			for _, at := range ledger.FindAllStringIndex(line, -1) {
				seen++
				assert.Regexp(t, allowed, line[:at[0]], path)
				assert.NotRegexp(t, `\bDELETE\b|\bOR (REPLACE|UPDATE)\b|ON CONFLICT`, string(text), path)
			}
		}
		return nil
	}))
	assert.Greater(t, seen, 15)
}
