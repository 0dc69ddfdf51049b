package manifest_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"

	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/ledger/manifest"
)

type signer struct {
	note.Signer
	verifier string
}

func newSigner(t testing.TB, name string) signer {
	t.Helper()
	private, public, err := note.GenerateKey(rand.Reader, name)
	require.NoError(t, err)
	known, err := note.NewSigner(private)
	require.NoError(t, err)
	return signer{known, public}
}

const (
	hashA = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	hashB = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
)

// plan is what a plan prints, with a member that the manifest does not know.
func plan() map[string]any {
	return map[string]any{
		"project": "llc_0042", "plan_hash": hashA, "spec_sha256": hashB, "freeze": 16, "key_version": 1, "freeze_date": "2026-05-01",
		"rules": "ukllc-metrics", "participants": 1234, "studies": []any{map[string]any{"study": "BIB", "participants": "<10"}},
		"tables":   []any{map[string]any{"dataset": "NHSE_IAPT@3", "doi": "10.83126/x", "delivery_sha256": hashA, "columns": []any{}}},
		"approval": map[string]any{"reference": "R 7"},
	}
}

// figure returns a figure as a manifest has it.
func figure(t testing.TB, text string) *manifest.Figure {
	t.Helper()
	var made manifest.Figure
	require.NoError(t, made.UnmarshalJSON([]byte(text)))
	return &made
}

// extract writes a folder of two files with its manifest and signature.
func extract(t testing.TB, by signer) (dir string, made manifest.Manifest) {
	t.Helper()
	dir = t.TempDir()
	made = manifest.Manifest{
		Format: manifest.Format, Tool: "(devel)", Database: "v1.5.5", KeyID: "0123456789abcdef", Signer: by.verifier,
		FreezeFrom: manifest.Sources{Permissions: hashA, Mapping: hashB},
		Checks:     []manifest.Check{{Code: "EXT101", Outcome: manifest.Passed}, {Code: "EXT102", Outcome: manifest.Waived, By: "A. Manager", Reason: "agreed"}},
	}
	require.NoError(t, made.SetPlan(plan()))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "citations"), 0o700))
	for _, name := range []string{"citations/llc_0042.txt", "NHSE_IAPT_v0003_care_cluster.csv"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte("of "+name), 0o600))
		file, err := manifest.Describe(dir, name)
		require.NoError(t, err)
		if strings.HasSuffix(name, ".csv") {
			file.Rows, file.Participants = figure(t, "1500"), figure(t, `"<10"`)
			file.Columns = []manifest.Column{{Name: "score", Type: "SMALLINT", Category: "clinical", Treatment: "as delivered", Null: *figure(t, "12.5")}}
		}
		made.Add(file)
	}
	text, signature, err := made.Sign(by)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, manifest.FileName), text, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, manifest.SignatureName), signature, 0o600))
	return dir, made
}

func read(t testing.TB, dir, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	return text
}

func write(t testing.TB, dir, name string, text []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), text, 0o600))
}

// The same in the same bytes, whoever writes it; and what is read is what was
// written, with every member of the plan.
func TestAManifestIsReadAsItWasWritten(t *testing.T) {
	dir, made := extract(t, newSigner(t, "mine"))
	text := read(t, dir, manifest.FileName)
	assert.True(t, strings.HasPrefix(string(text), `{"approval":{"reference":"R 7"},"checks":[{"check":"EXT101"`), "the plan's members beside its own, in canonical order")
	assert.NotContains(t, string(text), "\n")
	parsed, err := manifest.Parse(text)
	require.NoError(t, err)
	again, err := parsed.MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, string(text), string(again))
	assert.Equal(t, "llc_0042", parsed.Project)
	assert.Equal(t, 16, parsed.Freeze)
	assert.Equal(t, "1234", parsed.Total.String())
	assert.Equal(t, "NHSE_IAPT@3", parsed.Tables[0].Dataset)
	assert.Equal(t, made.Files, parsed.Files)
	assert.Equal(t, made.Checks, parsed.Checks)
	assert.Equal(t, "<10", parsed.Files[0].Participants.String())
	assert.Equal(t, "12.5", parsed.Files[0].Columns[0].Null.String())
}

func TestWhatIsNoManifest(t *testing.T) {
	dir, made := extract(t, newSigner(t, "mine"))
	text := string(read(t, dir, manifest.FileName))
	for name, other := range map[string]string{
		"nothing":            "",
		"white space":        text + "\n",
		"another order":      strings.Replace(text, `"participants":1234,"plan_hash"`, `"plan_hash":1,"participants"`, 1),
		"a member twice":     strings.Replace(text, `{"approval"`, `{"approval":1,"approval"`, 1),
		"another form":       strings.Replace(text, manifest.Format, "tre-extract manifest 2", 1),
		"files out of order": strings.Replace(text, "citations/llc_0042.txt", "A", 1),
		"a way out":          strings.Replace(text, "citations/llc_0042.txt", "citations/../../x", 1),
		"an absolute path":   strings.Replace(text, "citations/llc_0042.txt", "/etc/passwd", 1),
		"itself":             strings.Replace(text, "citations/llc_0042.txt", "manifest.json", 1),
		"no hash":            strings.Replace(text, made.Files[0].SHA256, "x", 1),
		"a waiver by nobody": strings.Replace(text, `"by":"A. Manager",`, "", 1),
		"no files":           `{"files":[]}`,
	} {
		require.NotEqual(t, text, other, name)
		_, err := manifest.Parse([]byte(other))
		assert.ErrorIs(t, err, manifest.ErrForm, name)
	}
	require.NoError(t, made.SetPlan(map[string]any{"project": "llc_0042", "key_id": "of the plan"}))
	_, err := made.MarshalJSON()
	assert.ErrorIs(t, err, manifest.ErrForm, "a plan's member under a name of the manifest's")
}

// Whatever one byte of the manifest or of its signature becomes, it is told.
func TestAByteChangedAnywhereIsTold(t *testing.T) {
	mine := newSigner(t, "mine")
	dir, _ := extract(t, mine)
	text, signature := read(t, dir, manifest.FileName), read(t, dir, manifest.SignatureName)
	refused := func(text, signature []byte, what string, at int) {
		t.Helper()
		_, err := manifest.CheckSignature(text, signature, mine.verifier)
		require.Error(t, err, "%s %d", what, at)
	}
	for at := range text {
		for _, flip := range []byte{0x01, 0x20, 0x80, 0xff} {
			refused(flipped(text, at, flip), signature, "manifest, byte", at)
		}
		refused(text[:at], signature, "manifest, cut at", at)
	}
	for at := range signature {
		for _, flip := range []byte{0x01, 0x20, 0x80, 0xff} {
			refused(text, flipped(signature, at, flip), "signature, byte", at)
		}
		refused(text, signature[:at], "signature, cut at", at)
	}
	_, err := manifest.CheckSignature(text, signature, mine.verifier)
	require.NoError(t, err)

	// The same through the folder.
	for name, whole := range map[string][]byte{manifest.FileName: text, manifest.SignatureName: signature} {
		for at := 0; at < len(whole); at += 7 {
			for _, spoilt := range [][]byte{flipped(whole, at, 0x01), whole[:at]} {
				write(t, dir, name, spoilt)
				folder, err := manifest.Read(dir)
				if err == nil {
					err = told(folder.Judge(manifest.Present{Signers: []string{mine.verifier}}))
				}
				require.Error(t, err, "%s, byte %d", name, at)
			}
		}
		write(t, dir, name, whole)
	}
	folder, err := manifest.Read(dir)
	require.NoError(t, err)
	require.NoError(t, told(folder.Judge(manifest.Present{Signers: []string{mine.verifier}})))
}

func flipped(text []byte, at int, flip byte) []byte {
	changed := bytes.Clone(text)
	changed[at] ^= flip
	return changed
}

// told returns what is said against an extract.
func told(verdict manifest.Verdict) error {
	if verdict.IsBroken() {
		return fmt.Errorf("%v", verdict.Findings)
	}
	return nil
}

// Somebody makes another manifest of the folder and signs it: with a key of
// their own, with the signature of another manifest, or as another thing.
func TestAWrongSignerIsTold(t *testing.T) {
	mine, thief := newSigner(t, "mine"), newSigner(t, "thief")
	signers := manifest.Present{Signers: []string{mine.verifier}}
	judged := func(dir string) manifest.Verdict {
		folder, err := manifest.Read(dir)
		require.NoError(t, err)
		return folder.Judge(signers)
	}
	dir, _ := extract(t, thief)
	assert.True(t, judged(dir).Has(manifest.SignerUnknown))

	// The thief names the right key, and cannot sign for it.
	dir, made := extract(t, mine)
	_, signature, err := made.Sign(thief)
	require.NoError(t, err)
	write(t, dir, manifest.SignatureName, signature)
	assert.True(t, judged(dir).Has(manifest.ManifestChanged))

	other := made
	other.Tool = "another"
	_, signature, err = other.Sign(mine)
	require.NoError(t, err)
	write(t, dir, manifest.SignatureName, signature)
	assert.True(t, judged(dir).Has(manifest.ManifestChanged), "the signature of another manifest")

	signature, err = note.Sign(&note.Note{Text: "tre-extract ledger\nllc_0042\n" + manifest.SHA256(read(t, dir, manifest.FileName)) + "\n"}, mine)
	require.NoError(t, err)
	write(t, dir, manifest.SignatureName, signature)
	assert.True(t, judged(dir).Has(manifest.ManifestChanged), "a signature of another thing")

	require.NoError(t, os.Remove(filepath.Join(dir, manifest.SignatureName)))
	assert.True(t, judged(dir).Has(manifest.Unsigned))
	_, err = manifest.CheckSignature(read(t, dir, manifest.FileName), signature, thief.verifier)
	assert.ErrorIs(t, err, ledger.ErrUnsigned)
}

func TestAFolderThatIsNotAsItsManifestSays(t *testing.T) {
	cases := []struct {
		name   string
		change func(t *testing.T, dir string)
		state  manifest.State
		says   string
	}{
		{"a file is gone", func(t *testing.T, dir string) {
			require.NoError(t, os.Remove(filepath.Join(dir, "NHSE_IAPT_v0003_care_cluster.csv")))
		}, manifest.FilesMissing, "NHSE_IAPT_v0003_care_cluster.csv: missing"},
		{"a folder is gone", func(t *testing.T, dir string) {
			require.NoError(t, os.RemoveAll(filepath.Join(dir, "citations")))
		}, manifest.FilesMissing, "citations/llc_0042.txt: missing"},
		{"a file is changed", func(t *testing.T, dir string) {
			write(t, dir, "citations/llc_0042.txt", []byte("of citations/llc_0042.txT"))
		}, manifest.FilesChanged, "citations/llc_0042.txt: changed since the extract was made"},
		{"a file is there too", func(t *testing.T, dir string) {
			write(t, dir, "citations/notes.txt", []byte("x"))
		}, manifest.FilesAdded, "citations/notes.txt: is not in the manifest"},
		{"a file holds another", func(t *testing.T, dir string) {
			write(t, dir, "citations/llc_0042.txt", read(t, dir, "NHSE_IAPT_v0003_care_cluster.csv"))
		}, manifest.FilesReordered, "citations/llc_0042.txt: holds what the manifest lists as NHSE_IAPT_v0003_care_cluster.csv"},
		{"a link in a file's place", func(t *testing.T, dir string) {
			require.NoError(t, os.Rename(filepath.Join(dir, "citations/llc_0042.txt"), dir+".txt"))
			require.NoError(t, os.Symlink(dir+".txt", filepath.Join(dir, "citations/llc_0042.txt")))
		}, manifest.FilesChanged, "citations/llc_0042.txt: is a link, or no regular file"},
		{"a link in a folder's place", func(t *testing.T, dir string) {
			require.NoError(t, os.Rename(filepath.Join(dir, "citations"), dir+".d"))
			require.NoError(t, os.Symlink(dir+".d", filepath.Join(dir, "citations")))
		}, manifest.FilesAdded, "citations: is not in the manifest"},
		{"a link that is there too", func(t *testing.T, dir string) {
			require.NoError(t, os.Symlink("/", filepath.Join(dir, "root")))
		}, manifest.FilesAdded, "root: is not in the manifest"},
		{"a folder in a file's place", func(t *testing.T, dir string) {
			require.NoError(t, os.Remove(filepath.Join(dir, "citations/llc_0042.txt")))
			require.NoError(t, os.Mkdir(filepath.Join(dir, "citations/llc_0042.txt"), 0o700))
		}, manifest.FilesChanged, "citations/llc_0042.txt: is a link, or no regular file"},
	}
	mine := newSigner(t, "mine")
	for _, one := range cases {
		t.Run(one.name, func(t *testing.T) {
			dir, _ := extract(t, mine)
			one.change(t, dir)
			folder, err := manifest.Read(dir)
			require.NoError(t, err)
			assert.Contains(t, folder.Findings, manifest.Finding{State: one.state, Says: one.says})
		})
	}
}

// A manifest that is a link, or larger than any of ours, is not read.
func TestAManifestIsARegularFile(t *testing.T) {
	dir, _ := extract(t, newSigner(t, "mine"))
	require.NoError(t, os.Rename(filepath.Join(dir, manifest.FileName), dir+".json"))
	_, err := manifest.Read(dir)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.Symlink(dir+".json", filepath.Join(dir, manifest.FileName)))
	_, err = manifest.Read(dir)
	require.ErrorIs(t, err, manifest.ErrForm)
	require.NoError(t, os.Remove(filepath.Join(dir, manifest.FileName)))
	require.NoError(t, os.WriteFile(filepath.Join(dir, manifest.FileName), nil, 0o600))
	require.NoError(t, os.Truncate(filepath.Join(dir, manifest.FileName), 1<<40))
	_, err = manifest.Read(dir)
	require.ErrorIs(t, err, manifest.ErrForm)
}

// A file that is written to while it is hashed is not vouched for, whatever was
// read of it: the whole folder is as listed, or the file is named.
func TestAFileThatChangesMeanwhile(t *testing.T) {
	dir, _ := extract(t, newSigner(t, "mine"))
	path := filepath.Join(dir, "NHSE_IAPT_v0003_care_cluster.csv")
	whole := read(t, dir, "NHSE_IAPT_v0003_care_cluster.csv")
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				_ = os.WriteFile(path, bytes.Repeat(whole, 1+i%2), 0o600)
			}
		}
	}()
	for range 200 {
		folder, err := manifest.Read(dir)
		require.NoError(t, err)
		for _, finding := range folder.Findings {
			require.Equal(t, manifest.FilesChanged, finding.State)
			require.Contains(t, finding.Says, "NHSE_IAPT_v0003_care_cluster.csv: changed")
		}
	}
	close(stop)
	<-stopped
}

// Any figures, any texts: written, read and written again they are the same.
func TestManifestsRoundTrip(t *testing.T) {
	mine := newSigner(t, "mine")
	_, made := extract(t, mine)
	rapid.Check(t, func(r *rapid.T) {
		drawn := made
		drawn.Tool = rapid.String().Draw(r, "tool")
		drawn.Files = nil
		for _, name := range rapid.SliceOfDistinct(rapid.StringMatching(`[a-z]{1,8}(/[a-z0-9_.]{1,8}x)?`), rapid.ID[string]).Draw(r, "names") {
			count := rapid.OneOf(rapid.Map(rapid.IntRange(0, 1<<53), func(n int) string { return fmt.Sprint(n) }), rapid.Just(`"<10"`), rapid.Just("0.5")).Draw(r, "count")
			drawn.Add(manifest.File{Name: name, SHA256: hashB, Bytes: rapid.Int64Range(0, 1<<53).Draw(r, "bytes"), Rows: figure(t, count)})
		}
		text, signature, err := drawn.Sign(mine)
		if len(drawn.Files) == 0 {
			require.ErrorIs(r, err, manifest.ErrForm)
			return
		}
		require.NoError(r, err)
		parsed, err := manifest.Parse(text)
		require.NoError(r, err)
		assert.Equal(r, drawn.Files, parsed.Files)
		name, err := manifest.CheckSignature(text, signature, mine.verifier)
		require.NoError(r, err)
		assert.Equal(r, "mine", name)
	})
}

func FuzzParse(f *testing.F) {
	dir, _ := extract(f, newSigner(f, "mine"))
	f.Add(read(f, dir, manifest.FileName))
	f.Add([]byte(`{"files":[{"name":"../x"}]}`))
	f.Add([]byte(`{"participants":{"a":[1e999]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		parsed, err := manifest.Parse(text)
		if err != nil {
			return
		}
		again, err := parsed.MarshalJSON()
		require.NoError(t, err)
		assert.Equal(t, string(text), string(again))
		for _, file := range parsed.Files {
			assert.True(t, filepath.IsLocal(file.Name), file.Name)
		}
	})
}

func FuzzCheckSignature(f *testing.F) {
	mine := newSigner(f, "mine")
	dir, _ := extract(f, mine)
	text, signature := read(f, dir, manifest.FileName), read(f, dir, manifest.SignatureName)
	f.Add(signature)
	f.Fuzz(func(t *testing.T, other []byte) {
		_, err := manifest.CheckSignature(text, other, mine.verifier)
		assert.Equal(t, bytes.Equal(signature, other), err == nil)
	})
}
