package report_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/report"
)

var update = flag.Bool("update", false, "write the golden files again")

// made is when the packs of these tests are made.
var made = time.Date(2026, 11, 22, 0, 57, 28, 985055000, time.UTC)

func packed(t *testing.T, files map[string]string) (dir, pack string) {
	t.Helper()
	dir, pack = folder(t, files), filepath.Join(t.TempDir(), "pack")
	found := checked(t, dir).WithoutCertificates()
	require.NoError(t, report.Pack{Report: found, Profile: rules(t), Paths: []string{dir}, Made: made}.Write(pack))
	return dir, pack
}

// viewed is what the SACRO Viewer makes of a pack.
type viewed struct {
	Version string
	Results map[string]viewedResult
}

type viewedResult struct {
	Status, Type, Summary, Exception, Timestamp string
	Properties                                  map[string]string
	Comments                                    []string
	Files                                       []struct {
		Name string
		SDC  struct {
			Summary map[string]any
			Cells   map[string][][2]int
		}
	}
}

// view opens a pack as the Viewer's sacro/models.py and versioning.py do, and
// fails where they raise.
func view(t *testing.T, pack string) viewed {
	t.Helper()
	beside, err := filepath.Glob(filepath.Join(pack, "*.json"))
	require.NoError(t, err)
	var found []viewed
	for _, path := range beside {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, c := range text {
			require.Less(t, c, byte(0x80), "%s is read in the encoding of the machine", path)
		}
		var keys map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(text, &keys), "%s is no object: the Viewer stops", path)
		if keys["version"] != nil && keys["results"] != nil {
			var one viewed
			require.NoError(t, json.Unmarshal(text, &one))
			found = append(found, one)
		}
	}
	require.Len(t, found, 1, "one file of results")
	require.Regexp(t, `^\d+\.\d+`, found[0].Version)
	require.GreaterOrEqual(t, found[0].Version, "0.4", "versions are compared as texts")
	for uid, result := range found[0].Results {
		require.NotEmpty(t, result.Files, uid)
		require.NotNil(t, result.Comments, uid)
		for _, file := range result.Files {
			require.NotContains(t, file.Name, "/", "the Viewer's archive has base names only")
			content, err := os.ReadFile(filepath.Join(pack, file.Name))
			require.NoError(t, err)
			sum := sha256.Sum256(content)
			stated, err := os.ReadFile(filepath.Join(pack, "checksums", file.Name+".txt"))
			require.NoError(t, err)
			require.Equal(t, hex.EncodeToString(sum[:]), string(stated), file.Name)
		}
	}
	return found[0]
}

// highlighted returns the text of the cell that the Viewer marks: it parses the
// file as rows of commas, leaves the first out, and counts columns from the
// second.
func highlighted(t *testing.T, pack, name string, cell [2]int) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(pack, name))
	require.NoError(t, err)
	rows := strings.Split(string(text), "\n")[1:]
	return strings.Split(rows[cell[0]], ",")[cell[1]+1]
}

func TestThePackOpensInTheViewer(t *testing.T) {
	_, pack := packed(t, leaky)
	opened := view(t, pack)
	assert.Equal(t, "0.4.0", opened.Version)
	byName := map[string]viewedResult{}
	for _, result := range opened.Results {
		byName[result.Files[0].Name] = result
		assert.True(t, strings.HasPrefix(result.Summary, result.Status+"; "), result.Summary)
		assert.Equal(t, "tre-check", result.Properties["method"])
		for _, comment := range result.Comments {
			assert.NotRegexp(t, `<`, comment, "comments are shown as HTML")
		}
	}
	assert.Equal(t, "fail", byName["counts.csv"].Status)
	assert.Equal(t, "table", byName["counts.csv"].Type)
	assert.Equal(t, "pass", byName["fine.json.txt"].Status)
	assert.Equal(t, "fail", byName["tre-check.txt"].Status)
	assert.Equal(t, "custom", byName["tre-check.txt"].Type)
	assert.Contains(t, byName, "model.rds", "what was not read is shown all the same")

	shares := byName["sub_shares.csv"].Files[0].SDC
	require.NotEmpty(t, shares.Cells["threshold"])
	assert.Equal(t, "12.0", highlighted(t, pack, "sub_shares.csv", shares.Cells["threshold"][0]))
	total := byName["counts.csv"].Files[0].SDC.Cells["threshold"]
	require.Len(t, total, 1)
	assert.Equal(t, "827", highlighted(t, pack, "counts.csv", total[0]))
}

// Cells are found behind titles, blank lines and cells over several lines, which
// the Viewer counts as rows as they stand in the file.
func TestCellsAreWhereTheViewerCountsThem(t *testing.T) {
	_, pack := packed(t, map[string]string{"t.csv": "Participants by study\n\nstudy,men,women\nA,40,50\n\nB,60,7\n"})
	for _, result := range view(t, pack).Results {
		if result.Files[0].Name == "t.csv" {
			cells := result.Files[0].SDC.Cells["threshold"]
			require.Len(t, cells, 1)
			assert.Equal(t, "7", highlighted(t, pack, "t.csv", cells[0]))
		}
	}
}

func TestThePackOfHostileNames(t *testing.T) {
	files := map[string]string{
		"results.json": `{"version": "9.9", "results": {}}`, "outputs.json": `[1]`, "config.json": "{", "broken.JSON": "{",
		"a/t.csv": "study,n\nA,40\n", "a_t.csv": "study,n\nA,41\n", "A_T.csv": "study,n\nA,42\n",
		"tre-check.txt": "mine", "<b>x</b>é.csv": "study,n\n\"<img src=x onerror=1>\",7\n", "checksums/t.csv.txt": "0",
	}
	_, pack := packed(t, files)
	opened := view(t, pack)
	assert.Len(t, opened.Results, len(files)+1, "every file, and the report")
	names := map[string]bool{}
	for _, result := range opened.Results {
		name := strings.ToLower(result.Files[0].Name)
		assert.False(t, names[name], "%s is there twice", name)
		names[name] = true
		assert.Regexp(t, `^[A-Za-z0-9_][A-Za-z0-9._-]*$`, result.Files[0].Name)
		assert.NotContains(t, strings.Join(result.Comments, " ")+result.Summary, "<")
	}
}

func TestAPackIsWholeOrNotThere(t *testing.T) {
	dir := folder(t, leaky)
	pack := report.Pack{Report: checked(t, dir), Profile: rules(t), Paths: []string{dir}, Made: made}
	there := filepath.Join(t.TempDir(), "there")
	require.NoError(t, os.MkdirAll(there, 0o755))
	require.NoError(t, pack.Write(there), "an empty folder is taken")
	require.ErrorIs(t, pack.Write(there), report.ErrPackThere)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "counts.csv"), []byte("study,n\nA,40\n"), 0o600))
	require.ErrorIs(t, pack.Write(filepath.Join(filepath.Dir(there), "changed")), outputs.ErrChanged)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "counts.csv"), []byte(strings.ReplaceAll(leaky["counts.csv"], "1", "2")), 0o600))
	require.ErrorIs(t, pack.Write(filepath.Join(filepath.Dir(there), "of the same size")), outputs.ErrChanged)
	require.NoError(t, os.Remove(filepath.Join(dir, "counts.csv")))
	require.ErrorIs(t, pack.Write(filepath.Join(filepath.Dir(there), "gone")), os.ErrNotExist)
	blocked := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(blocked, nil, 0o600))
	require.Error(t, pack.Write(filepath.Join(blocked, "pack")))
	left, err := filepath.Glob(filepath.Join(filepath.Dir(there), ".unfinished-*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

// The same files give the same pack, but for the time of making it.
func TestTheGoldenPack(t *testing.T) {
	_, pack := packed(t, map[string]string{
		"table.csv": "study,participants\nA,40\nB,7\nC,<10\nTotal,47\n",
		"note.txt":  "Participants of the studies. Counts below 10 are masked.\n",
	})
	for _, name := range []string{"results.json", "config.json"} {
		got, err := os.ReadFile(filepath.Join(pack, name))
		require.NoError(t, err)
		golden := filepath.Join("testdata", "pack", name)
		if *update {
			require.NoError(t, os.MkdirAll(filepath.Dir(golden), 0o755))
			require.NoError(t, os.WriteFile(golden, got, 0o644))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got), name)
	}
}
