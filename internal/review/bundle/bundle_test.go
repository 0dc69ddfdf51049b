package bundle_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/review/bundle"
	"tre-toolkit/internal/review/people"
)

func TestNamesThatCannotStandInABundle(t *testing.T) {
	for _, name := range []string{"a.csv", "tables/a b.csv", "über/Tabelle_1.csv", "表.csv", "x.csv", "common.csv", "com.csv", "com10.csv", "a..b", ".gitignore", "1 - x (2).txt"} {
		assert.NoError(t, bundle.CheckName(name), name)
	}
	for name, why := range map[string]string{
		"/etc/passwd": "absolute", `C:\a.csv`: "absolute", `a\b.csv`: "backslash", "C:a": "colon", "a.csv:stream": "colon",
		"../a.csv": "leads out", "a/../../b": "leads out", "a//b": "leads out", "": "leads out", ".": "leads out", "a/": "leads out",
		"a\x00b": "cannot be seen", "a\u202eb.csv": "cannot be seen", "a\u200b.csv": "cannot be seen", "a\nb": "cannot be seen",
		"a\xff.csv": "no text", "a.csv.": "dot", "a /b": "space", " a": "space", "con": "device", "NUL.csv": "device", "x/aux.txt": "device",
		"com1": "device", "LPT².csv": "device", "a?.csv": "every system", "a*.csv": "every system", "<a>": "every system",
	} {
		assert.ErrorContains(t, bundle.CheckName(name), why, "%q", name)
	}
}

func TestNamesThatCollide(t *testing.T) {
	for _, names := range [][]string{
		{"a.csv", "A.csv"}, {"straße.csv", "STRASSE.csv"}, {"caf\u00e9.csv", "cafe\u0301.csv"}, {"ﬁg.csv", "fig.csv"}, {"K.csv", "\u212a.csv"},
		{"a/x.csv", "A/y.csv"}, {"a", "a/b.csv"}, {"A", "a/b.csv"}, {"x/y/z.csv", "X/y"}, {"a.csv", "a.csv"},
	} {
		assert.ErrorContains(t, bundle.CheckNames(names), "the same name on some systems", names)
		assert.Len(t, bundle.Collisions(append(names, "other.csv")), len(map[string]bool{names[0]: true, names[1]: true}), names)
	}
	assert.NoError(t, bundle.CheckNames([]string{"a.csv", "b.csv", "t/a.csv", "t/b.csv", "t/u/a.csv"}))
}

// Whatever names pass, files of those names can be written into one folder, each
// as itself, and read again by them.
func TestNamesThatPassAreOfFilesOfTheirOwn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.StringOfN(rapid.SampledFrom([]rune("aAbéßK.. /\\:-_\u0301\u200b1")), 1, 6, -1)
		names := rapid.SliceOfN(part, 1, 6).Draw(t, "names")
		if bundle.CheckNames(names) != nil {
			return
		}
		dir, err := os.MkdirTemp("", "names")
		require.NoError(t, err)
		defer os.RemoveAll(dir)
		folded := map[string]bool{}
		for _, name := range names {
			path := filepath.Join(dir, filepath.FromSlash(name))
			require.True(t, strings.HasPrefix(path, dir+string(filepath.Separator)))
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
			file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o600)
			require.NoError(t, err, name)
			require.NoError(t, file.Close())
			low := strings.ToLower(norm.NFC.String(name))
			require.False(t, folded[low], name)
			folded[low] = true
		}
	})
}

// made is a bundle as a seal makes it, with the keys of its reviewers.
type made struct {
	dir  string
	keys []string
}

// sealed makes a bundle that ada and bob signed.
func sealed(t *testing.T, files map[string]string) made {
	t.Helper()
	m := bundle.Manifest{Format: bundle.Format, Review: strings.Repeat("ab", 32), Rules: "ukllc-metrics", Withheld: 1}
	for path, content := range files {
		sum := sha256.Sum256([]byte(content))
		m.Files = append(m.Files, bundle.File{Path: path, SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(content)), Kind: "csv", Verdict: "safe"})
	}
	statement, err := m.Statement()
	require.NoError(t, err)
	b := made{dir: filepath.Join(t.TempDir(), "bundle")}
	c := bundle.Contents{
		Manifest: m, Summary: []byte("# Release r1\n"),
		Receipt: bundle.Receipt{Release: "r1", Date: "2026-11-22", Review: m.Review, SealedBy: "ada", SealedAt: "2026-11-22T09:00:00Z"},
		Pack: func(dir string) error {
			return os.CopyFS(dir, os.DirFS(filepath.Join(b.dir, bundle.FilesFolder)))
		},
	}
	for _, name := range []string{"ada", "bob"} {
		private, public, err := people.NewKey(name)
		require.NoError(t, err)
		me, err := people.Signing(private)
		require.NoError(t, err)
		line, err := me.Sign(statement)
		require.NoError(t, err)
		b.keys = append(b.keys, public)
		c.Signatures = append(c.Signatures, bundle.Signature{Name: name, Line: line})
		c.Receipt.Reviewers = append(c.Receipt.Reviewers, bundle.Reviewer{Name: name, Key: public})
		if name == "ada" {
			c.Sign = me.Sign
		}
	}
	open := func(path string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(files[path])), nil }
	require.NoError(t, bundle.CopyFiles(context.Background(), b.dir, m, open))
	_, err = bundle.Complete(b.dir, c)
	require.NoError(t, err)
	return b
}

var twoFiles = map[string]string{"a.csv": "n\n40\n", "t/b.csv": "n\n50\n"}

func TestABundleProvesItself(t *testing.T) {
	b := sealed(t, twoFiles)
	v, err := bundle.Verify(b.dir, b.keys...)
	require.NoError(t, err)
	assert.Empty(t, v.Faults)
	assert.True(t, v.Proven())
	for _, keys := range [][]string{nil, b.keys[:1]} {
		v, err = bundle.Verify(b.dir, keys...)
		require.NoError(t, err)
		assert.True(t, v.OK())
		assert.False(t, v.Proven(), "two people must be proven")
		assert.True(t, v.Signers[1].Signed)
	}
	_, stranger, err := people.NewKey("eve")
	require.NoError(t, err)
	v, err = bundle.Verify(b.dir, append([]string{stranger}, b.keys...)...)
	require.NoError(t, err)
	assert.Equal(t, []string{"the key of eve, which was given, is none that signed"}, v.Faults)
	assert.False(t, v.Proven())
}

// Every byte of every file matters.
func TestWhateverIsChangedInABundleIsSeen(t *testing.T) {
	b := sealed(t, map[string]string{"a.csv": "n\n40\n"})
	require.NoError(t, filepath.WalkDir(b.dir, func(name string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		for at := range text {
			changed := append([]byte{}, text...)
			changed[at] ^= 4
			require.NoError(t, os.WriteFile(name, changed, 0o600))
			v, err := bundle.Verify(b.dir, b.keys...)
			require.True(t, err != nil || !v.OK(), "%s, byte %d", name, at)
		}
		require.NoError(t, os.Remove(name))
		v, err := bundle.Verify(b.dir, b.keys...)
		require.True(t, err != nil || !v.OK(), "%s is missing", name)
		return os.WriteFile(name, text, 0o600)
	}))
	v, err := bundle.Verify(b.dir, b.keys...)
	require.NoError(t, err)
	assert.True(t, v.Proven())
}

// Who puts his own name and key into a bundle has not signed it with the keys that
// one trusts.
func TestAForgedBundleIsNotProven(t *testing.T) {
	trusted, forged := sealed(t, twoFiles), sealed(t, twoFiles)
	v, err := bundle.Verify(forged.dir)
	require.NoError(t, err)
	assert.True(t, v.OK(), "it is as its forger sealed it")
	v, err = bundle.Verify(forged.dir, trusted.keys...)
	require.NoError(t, err)
	assert.Len(t, v.Faults, 2)
	assert.False(t, v.Proven())
}

func TestAFileThatChangesAsItIsCopied(t *testing.T) {
	sum := sha256.Sum256([]byte("n\n40\n"))
	m := bundle.Manifest{
		Format: bundle.Format, Review: strings.Repeat("ab", 32),
		Files: []bundle.File{{Path: "a.csv", SHA256: hex.EncodeToString(sum[:]), Bytes: 5}},
	}
	for _, content := range []string{"n\n41\n", "n\n40\n\n", "n\n40", ""} {
		err := bundle.CopyFiles(t.Context(), filepath.Join(t.TempDir(), "b"), m, func(string) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(content)), nil
		})
		assert.ErrorIs(t, err, outputs.ErrChanged, "%q", content)
		assert.ErrorContains(t, err, "INT001")
		assert.ErrorContains(t, err, "a.csv")
	}
	m.Files = append(m.Files, bundle.File{Path: "A.csv", SHA256: hex.EncodeToString(sum[:])})
	assert.ErrorContains(t, bundle.CopyFiles(t.Context(), filepath.Join(t.TempDir(), "b"), m, nil), "the same name on some systems")
}

func TestWhatIsNoBundle(t *testing.T) {
	dir := t.TempDir()
	_, err := bundle.Verify(dir)
	assert.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(filepath.Join(dir, bundle.ManifestName), []byte("{}"), 0o600))
	_, err = bundle.Verify(dir)
	assert.ErrorIs(t, err, bundle.ErrForm)
	b := sealed(t, twoFiles)
	require.NoError(t, os.Rename(filepath.Join(b.dir, bundle.ManifestName), filepath.Join(b.dir, "x")))
	require.NoError(t, os.Symlink("x", filepath.Join(b.dir, bundle.ManifestName)))
	_, err = bundle.Verify(b.dir)
	assert.ErrorIs(t, err, bundle.ErrForm, "links are not followed")
}

func FuzzParseManifest(f *testing.F) {
	text, err := bundle.Manifest{Format: bundle.Format, Review: strings.Repeat("ab", 32), Files: []bundle.File{{Path: "a.csv", SHA256: strings.Repeat("cd", 32)}}}.Text()
	require.NoError(f, err)
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := bundle.ParseManifest(text)
		if err != nil {
			require.ErrorIs(t, err, bundle.ErrForm)
			return
		}
		again, err := m.Text()
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
	})
}

func FuzzParseReceipt(f *testing.F) {
	text, err := bundle.Receipt{
		Format: bundle.ReceiptFormat, Release: "r1", Manifest: strings.Repeat("cd", 32), Reviewers: []bundle.Reviewer{{Name: "ada"}},
	}.Text()
	require.NoError(f, err)
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := bundle.ParseReceipt(text)
		if err != nil {
			require.ErrorIs(t, err, bundle.ErrForm)
			return
		}
		again, err := r.Text()
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
	})
}
