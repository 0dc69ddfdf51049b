package outputs_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/document"
)

// zipBomb packs zeros, a thousand to one.
func zipBomb(t testing.TB, bytesInside int64) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create("zeros.csv")
	require.NoError(t, err)
	_, err = io.CopyN(f, zeros{}, bytesInside)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// TestHostileFilesAreToldAndBounded gives files that are made to bring a reader
// down, and expects each to be told.
func TestHostileFilesAreToldAndBounded(t *testing.T) {
	laughs := `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><l>&c;</l>`
	nested := leakingCSV
	for i := range 6 {
		nested = zipOf(t, member{fmt.Sprintf("%d.zip", i), nested})
	}
	many := make([]member, 300)
	for i := range many {
		many[i] = member{fmt.Sprintf("%d.txt", i), "words"}
	}
	files := map[string]struct{ content, says string }{
		"bomb.zip":     {zipBomb(t, 64<<20), "zip bomb"},
		"laughs.xml":   {laughs, "declares entities"},
		"laughs.svg":   {laughs, "declares entities"},
		"deep.json":    {strings.Repeat("[", 1000) + strings.Repeat("]", 1000), "too deep"},
		"deep.xml":     {strings.Repeat("<a>", 1000), "nested too deeply"},
		"deep.html":    {strings.Repeat("<div>", 3000), "FIL002"},
		"nested.zip":   {nested, "packed more deeply than is read"},
		"outside.zip":  {zipOf(t, member{"../../evil.csv", "a,b\n"}), "leads out of the folder"},
		"absolute.zip": {zipOf(t, member{"/etc/evil.csv", "a,b\n"}), "leads out of the folder"},
		"drive.zip":    {zipOf(t, member{`C:\evil.csv`, "a,b\n"}), "leads out of the folder"},
		"many.zip":     {zipOf(t, many...), "more members than are read"},
		"cut.csv.gz":   {gzipOf(t, strings.Repeat(leakingCSV, 50))[:60], "cut off"},
		"broken.zip":   {"PK\x03\x04 and no more", "it is broken"},
		"broken.pdf":   {"%PDF-1.4\n1 0 obj << /A [ [ [ [ <<", "FIL002"},
		"script.html":  {"<script>var a = " + strings.Repeat("{a:[", 3000) + "</script>", "FIL002"},
		"empty.csv":    {"", "it is empty"},
		"nul.csv":      {"cohort,participants\nA,\x0040\n", "NUL"},
		"quotes.csv":   {"cohort,participants\n\"A,40\n", "quotes are broken"},
	}
	for name, f := range files {
		t.Run(name, func(t *testing.T) {
			limits := document.Limits{Members: 200}
			report, err := outputs.Check(context.Background(), []string{write(t, map[string]string{name: f.content})},
				outputs.Options{Profile: rules(t, "ukllc-metrics", nil), Limits: limits})
			require.NoError(t, err)
			assert.Contains(t, fmt.Sprintf("%+v", report.Findings), f.says)
			assert.NotEqual(t, outputs.Safe, report.Verdict)
		})
	}
}

// TestLargeFilesAreReadInPart reads the beginning of a file that is larger than
// is read whole. The file takes no room on the disk.
func TestLargeFilesAreReadInPart(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"big.csv", "big.parquet", "big.xlsx"} {
		file, err := os.Create(filepath.Join(folder, name))
		require.NoError(t, err)
		_, err = file.WriteString("cohort,participants\nALSPAC,4\n" + strings.Repeat("GLAD,40\n", 3<<20))
		require.NoError(t, err)
		require.NoError(t, file.Truncate(10<<30))
		require.NoError(t, file.Close())
	}
	report, err := outputs.Check(context.Background(), []string{folder}, outputs.Options{
		Profile: rules(t, "ukllc-metrics", nil), Limits: document.Limits{FileBytes: 2 << 20, FirstBytes: 1 << 20},
	})
	require.NoError(t, err)
	assert.Contains(t, messages(report, "FIL002"), "only its first 0 of 10240 MB were read")
	assert.Contains(t, messages(report, "LOW001"), "below 10")
	assert.Contains(t, messages(report, "FIL011"), "larger than 2 MB")
	reads := map[string]outputs.Read{}
	for _, file := range report.Files {
		reads[file.Path] = file.Read
		assert.Equal(t, int64(10<<30), file.Bytes)
	}
	assert.Equal(t, map[string]outputs.Read{"big.csv": outputs.Partly, "big.parquet": outputs.NotAll, "big.xlsx": outputs.NotAll}, reads)
}

// TestFilesAreWhatTheirNamesSay tells data, programs, archives and secrets by
// their names and by their first bytes.
func TestFilesAreWhatTheirNamesSay(t *testing.T) {
	files := map[string]struct {
		content, check, says string
	}{
		"data.csv":         {"PAR1 and more", "FIL010", "parquet"},
		"results.txt":      {"SQLite format 3\x00...", "FIL010", "sqlite"},
		"table.csv":        {"PK\x03\x04rest", "FIL010", `"zip"`},
		"figure.png":       {"MZ\x90\x00program", "FIL010", "executable"},
		"page.html":        {"%PDF-1.4\n", "FIL010", "pdf"},
		"model.txt":        {gzipOf(t, "RDX3\nX\n"), "FIL010", "r data"},
		"notes.md":         {"-----BEGIN OPENSSH PRIVATE KEY-----\n", "FIL010", "key"},
		"noise.csv":        {strings.Repeat("\x00\x01\x02\x03\x04", 200), "FIL010", "binary"},
		"people.dta":       {"<stata_dta>", "FIL011", "file of data"},
		"people.rds":       {gzipOf(t, "X\n\x00\x00\x00"), "FIL011", "file of data"},
		"people.sav":       {"$FL2@(#)", "FIL011", "file of data"},
		"people.duckdb":    {"12345678DUCK", "FIL011", "file of data"},
		"people.pkl":       {"\x80\x04.", "FIL011", "file of data"},
		"unnamed":          {"PAR1", "FIL011", "file of data"},
		".RData":           {"RDX3\n", "FIL011", "file of data"},
		"setup.exe":        {"MZ", "FIL011", "a program"},
		".Rhistory":        {"x <- 1", "FIL001", "a working file"},
		"~$results.xlsx":   {"x", "FIL001", "a working file"},
		"Thumbs.db":        {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "FIL001", "a working file"},
		".env":             {"TOKEN=1", "FIL013", "keys or passwords"},
		"id_rsa":           {"x", "FIL013", "keys or passwords"},
		"packed.zip":       {zipOf(t, member{"__MACOSX/._a", "x"}), "FIL012", "1 files in it"},
		"inner.zip":        {zipOf(t, member{"people.parquet", "PAR1"}), "FIL011", "file of data"},
		"hidden.zip":       {zipOf(t, member{".git/config", "x"}), "FIL001", "a working file"},
		"odd.xyz":          {"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f", "FIL001", "not read"},
		"words.xyz":        {"a sentence", "FIL002", "does not say what it is"},
		".git/HEAD":        {"x", "FIL001", "a repository"},
		"__pycache__/a":    {"x", "FIL001", "holds programs"},
		"report.docx":      {zipOf(t, member{"word/document.xml", "<w/>"}), "FIL002", "no text that was understood"},
		"encrypted.xlsx":   {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "FIL001", "encrypted or broken"},
		"not really.xlsx":  {"cohort,n\n", "FIL001", "broken, or not of the kind"},
		"not really.png":   {"cohort,n\n", "FIL001", "broken, or not of the kind"},
		"sub/a.ipynb":      {`{"cells":[]}`, "", ""},
		"renamed.csv.docx": {"\x89PNG\r\n\x1a\n", "FIL010", "png"},
	}
	for name, f := range files {
		t.Run(name, func(t *testing.T) {
			report := check(t, "ukllc-metrics", map[string]string{name: f.content})
			if f.check == "" {
				assert.Empty(t, report.Findings)
				return
			}
			assert.Contains(t, messages(report, f.check), f.says, "%+v %+v", report.Files, report.Findings)
		})
	}
}
