package outputs_test

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/outputs"
)

// examined returns what files publish, by file and cell.
func examined(t *testing.T, ruleName string, files map[string]string) (outputs.Report, map[string]outputs.PublishedTable) {
	t.Helper()
	found, published, err := outputs.Examine(t.Context(), []string{write(t, files)}, outputs.Options{Profile: rules(t, ruleName, nil)})
	require.NoError(t, err)
	byFile := map[string]outputs.PublishedTable{}
	for table := range published.Tables() {
		byFile[table.File] = table
	}
	return found, byFile
}

// A masked cell is published as its mark and what the mark says, never as a
// number; a total that leaves masked cells out ties nothing.
func TestWhatATablePublishes(t *testing.T) {
	_, tables := examined(t, "ukllc-metrics", map[string]string{
		"shown.csv": "study,n\nA,<10\nB,*\nC,40\nTotal,40\n", "truth.csv": "study,n\nA,<10\nB,40\nD,50\nTotal,97\n",
	})
	require.Len(t, tables["shown.csv"].Cells, 4)
	low, secondary, shown, total := tables["shown.csv"].Cells[0], tables["shown.csv"].Cells[1], tables["shown.csv"].Cells[2], tables["shown.csv"].Cells[3]
	assert.Equal(t, []any{true, "<10", true, int64(1), int64(9), int64(0)}, []any{low.Masked, low.Mark, low.Low, low.Lower, low.Upper, low.Value})
	assert.Equal(t, []any{true, "*", false}, []any{secondary.Masked, secondary.Mark, secondary.Low})
	assert.Equal(t, []any{false, int64(40), int64(40), int64(40)}, []any{shown.Masked, shown.Lower, shown.Upper, shown.Value})
	assert.Equal(t, []string{"c"}, shown.Place)
	assert.Empty(t, total.Place, "a total follows from the rest")
	assert.Empty(t, tables["shown.csv"].Relations)
	assert.Len(t, tables["truth.csv"].Relations, 1)
}

func TestPercentagesTieCellsToo(t *testing.T) {
	_, tables := examined(t, "ukllc-metrics", map[string]string{"t.csv": "group,n,total,pct\nA,<10,50,12.0\nB,44,50,88.0\n"})
	assert.Len(t, tables["t.csv"].Relations, 2, "a percentage bounds from both sides")
}

func TestRowsAboutPeopleArePublishedByNobody(t *testing.T) {
	_, tables := examined(t, "ukllc-metrics", map[string]string{"t.csv": "llc_0042_stud_id,n\nDEM000001,4\nDEM000002,9\n"})
	assert.Empty(t, tables)
}

// Findings that are made elsewhere are judged with the others.
func TestFindingsAreAdded(t *testing.T) {
	found, _ := examined(t, "ukllc-metrics", map[string]string{"t.csv": "study,n\nA,40\nB,50\n"})
	require.Equal(t, outputs.Safe, found.Verdict)
	told := found.With([]outputs.Finding{{Check: "DIF004", Severity: outputs.Told, File: "t.csv"}})
	assert.Equal(t, outputs.Safe, told.Verdict)
	review := told.With([]outputs.Finding{{Check: "DIF001", Severity: outputs.ForReview, File: "t.csv\x1b", Certificate: "4 - 1 = 3"}})
	assert.Equal(t, outputs.Review, review.Verdict)
	assert.True(t, review.Disclosive)
	assert.Equal(t, "DIF001", review.Findings[0].Check, "worst first")
	assert.NotContains(t, review.Findings[0].File, "\x1b")
	assert.NotEmpty(t, review.Findings[0].Fix)
	failed := review.With([]outputs.Finding{{Check: "DIF002", Severity: outputs.Failed, File: "t.csv"}})
	assert.Equal(t, outputs.Fail, failed.Verdict)
	assert.Equal(t, outputs.Fail, failed.With(nil).Verdict)
}

func TestOpeningWhatWasChecked(t *testing.T) {
	dir := write(t, map[string]string{"one/t.csv": "one", "two/t.csv": "two", "one/sub/u.csv": "sub", "secret.csv": "secret"})
	require.NoError(t, os.Symlink("../secret.csv", filepath.Join(dir, "one", "link.csv")))
	one, two, file := filepath.Join(dir, "one"), filepath.Join(dir, "two"), filepath.Join(dir, "secret.csv")
	for _, c := range []struct {
		paths   []string
		shown   string
		content string
	}{
		{[]string{one}, "t.csv", "one"}, {[]string{one}, "sub/u.csv", "sub"}, {[]string{one, two}, "two/t.csv", "two"},
		{[]string{file}, "secret.csv", "secret"}, {[]string{one, file}, "secret.csv", "secret"},
	} {
		opened, err := outputs.Open(c.paths, c.shown)
		require.NoError(t, err, c.shown)
		text, err := io.ReadAll(opened)
		require.NoError(t, err)
		assert.Equal(t, c.content, string(text), c.shown)
		require.NoError(t, opened.Close())
	}
	for shown, want := range map[string]error{
		"../secret.csv": nil, "link.csv": outputs.ErrNotRegular, "sub": outputs.ErrNotRegular, "absent.csv": fs.ErrNotExist, "t.csv/inside.csv": fs.ErrNotExist,
	} {
		_, err := outputs.Open([]string{one}, shown)
		require.Error(t, err, shown)
		if want != nil {
			require.ErrorIs(t, err, want, shown)
		}
	}
}
