package packed_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/outputs/document/packed"
)

func budget() *packed.Budget { return &packed.Budget{Members: 10, Bytes: 16 << 20} }

func zipOf(t testing.TB, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		f, err := w.Create(name)
		require.NoError(t, err)
		if strings.HasSuffix(name, "/") {
			continue
		}
		_, err = f.Write([]byte("content of " + name))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func TestZip(t *testing.T) {
	archive, err := packed.OpenZip(zipOf(t, "a.txt", "folder/", "folder/b.txt", "../c.txt"), budget())
	require.NoError(t, err)
	var members []packed.Member
	require.NoError(t, archive.Each(func(m packed.Member) { members = append(members, m) }))
	assert.Equal(t, []packed.Member{
		{Name: "a.txt", Content: []byte("content of a.txt")},
		{Name: "folder/b.txt", Content: []byte("content of folder/b.txt")},
		{Name: "../c.txt", Err: packed.ErrOutside},
	}, members)
	content, err := archive.Read("a.txt")
	require.NoError(t, err)
	assert.Equal(t, "content of a.txt", string(content))
	content, err = archive.Read("none")
	require.NoError(t, err)
	assert.Nil(t, content)
}

func TestMembersAreBounded(t *testing.T) {
	archive, err := packed.OpenZip(zipOf(t, strings.Split("abcdefghijklmnop", "")...), budget())
	require.NoError(t, err)
	seen := 0
	require.ErrorIs(t, archive.Each(func(packed.Member) { seen++ }), packed.ErrTooMany)
	assert.Equal(t, 10, seen)
}

func TestBytesAreBounded(t *testing.T) {
	compress := func(n int, with func(io.Writer) io.WriteCloser) []byte {
		var b bytes.Buffer
		w := with(&b)
		_, err := w.Write(make([]byte, n))
		require.NoError(t, err)
		require.NoError(t, w.Close())
		return b.Bytes()
	}
	zipped := func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }
	gzipped := func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }

	_, err := packed.Zlib(compress(8<<20, zipped), budget())
	require.ErrorIs(t, err, packed.ErrBomb)
	_, err = packed.Gzip(compress(8<<20, gzipped), budget())
	require.ErrorIs(t, err, packed.ErrBomb)
	small := &packed.Budget{Members: 1, Bytes: 1000}
	_, err = packed.Gzip(compress(2000, gzipped), small)
	require.ErrorIs(t, err, packed.ErrTooLarge)
	assert.Zero(t, small.Bytes, "what was unpacked is taken from the budget")
	content, err := packed.Gzip(compress(500_000, gzipped), budget())
	require.NoError(t, err)
	assert.Len(t, content, 500_000)
}

func TestZstandard(t *testing.T) {
	w, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	content, err := packed.Zstandard(w.EncodeAll([]byte("cohort,n\n"), nil), budget())
	require.NoError(t, err)
	assert.Equal(t, "cohort,n\n", string(content))

	bomb := w.EncodeAll(make([]byte, 64<<20), nil)
	require.Less(t, len(bomb), 1<<16)
	_, err = packed.Zstandard(bomb, &packed.Budget{Members: 1, Bytes: 1 << 19})
	require.ErrorIs(t, err, packed.ErrTooLarge)
	_, err = packed.Zstandard(bomb, &packed.Budget{Members: 1, Bytes: 1 << 40})
	require.ErrorIs(t, err, packed.ErrBomb)
	_, err = packed.Zstandard([]byte("\x28\xb5\x2f\xfd broken"), budget())
	require.ErrorIs(t, err, packed.ErrBroken)
}

func TestTarTellsLinksAndSpecialFiles(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for name, kind := range map[string]byte{"link": tar.TypeSymlink, "pipe": tar.TypeFifo, "folder": tar.TypeDir} {
		require.NoError(t, w.WriteHeader(&tar.Header{Name: name, Typeflag: kind, Linkname: "elsewhere"}))
	}
	require.NoError(t, w.Close())
	errs := map[string]error{}
	require.NoError(t, packed.Tar(b.Bytes(), budget(), func(m packed.Member) { errs[m.Name] = m.Err }))
	assert.Equal(t, map[string]error{"link": packed.ErrLink, "pipe": packed.ErrSpecial}, errs)
}

func TestHeadTellsWhatIsPacked(t *testing.T) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte("RDX3\nX\n"))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	assert.Equal(t, "RDX3\nX\n", string(packed.Head(b.Bytes())))
	assert.Empty(t, packed.Head([]byte("not packed at all")))
}

// FuzzPacked opens whatever comes as every kind of archive: no panic, and never
// more than the budget.
func FuzzPacked(f *testing.F) {
	f.Add(zipOf(f, "a", "b/"))
	f.Add([]byte("\x1f\x8b\x08"))
	f.Add([]byte("BZh91AY"))
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, unpack := range []func([]byte, *packed.Budget) ([]byte, error){packed.Gzip, packed.Bzip2, packed.Zlib} {
			b := &packed.Budget{Members: 5, Bytes: 10_000}
			unpacked, _ := unpack(content, b)
			assert.LessOrEqual(t, len(unpacked), 10_001)
			assert.GreaterOrEqual(t, b.Bytes, int64(0))
		}
		b := &packed.Budget{Members: 5, Bytes: 10_000}
		total := 0
		count := func(m packed.Member) { total += len(m.Content) }
		if archive, err := packed.OpenZip(content, b); err == nil {
			_ = archive.Each(count) // the error only says that it ended early
		}
		_ = packed.Tar(content, b, count)
		assert.LessOrEqual(t, total, 10_000)
	})
}
