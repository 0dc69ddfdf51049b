package pdf_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/outputs/document/packed"
	"tre-toolkit/internal/outputs/document/pdf"
	"tre-toolkit/internal/outputs/document/unseen"
)

func file(objects ...string) []byte {
	var b strings.Builder
	b.WriteString("%PDF-1.7\n")
	for i, object := range objects {
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	return []byte(b.String() + "%%EOF\n")
}

func stream(dict, content string) string {
	return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(content), content)
}

func flate(dict, content string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write([]byte(content)) // a buffer takes everything
	_ = w.Close()
	return stream(dict+" /Filter /FlateDecode", b.String())
}

func read(content []byte) pdf.File {
	return pdf.Read(content, &packed.Budget{Members: 100, Bytes: 1 << 20})
}

// pageOf is a page with the given content and a plain font.
func pageOf(content string) []byte {
	return file("<< /Type /Page /Contents 2 0 R /Resources << /Font << /F1 3 0 R >> >> >>", stream("", content), "<< /Type /Font /Subtype /Type1 >>")
}

func TestTextIsLaidOutInLinesAndColumns(t *testing.T) {
	for name, content := range map[string]string{
		"places":     "BT /F1 10 Tf 1 0 0 1 50 700 Tm (cohort) Tj 1 0 0 1 150 700 Tm (n) Tj 1 0 0 1 50 688 Tm (ALSPAC) Tj 1 0 0 1 150 688 Tm (40) Tj ET",
		"steps":      "BT /F1 10 Tf 50 700 Td (cohort) Tj 100 0 Td (n) Tj -100 -12 Td (ALSPAC) Tj 100 0 Td (40) Tj ET",
		"any order":  "BT /F1 10 Tf 1 0 0 1 150 688 Tm (40) Tj 1 0 0 1 50 688 Tm (ALSPAC) Tj 1 0 0 1 150 700 Tm (n) Tj 1 0 0 1 50 700 Tm (cohort) Tj ET",
		"scaled":     "q 2 0 0 2 0 0 cm BT /F1 5 Tf 25 350 Td (cohort) Tj 50 0 Td (n) Tj -50 -6 Td (ALSPAC) Tj 50 0 Td (40) Tj ET Q",
		"kerned":     "BT /F1 10 Tf 50 700 Td [(coh) 20 (ort)] TJ 100 0 Td [(n)] TJ -100 -12 Td [(AL) -10 (SPAC)] TJ 100 0 Td <3430> Tj ET",
		"next lines": "BT /F1 10 Tf 12 TL 50 700 Td (cohort) Tj 1 0 0 1 50 700 Tm T* (ALSPAC) Tj 1 0 0 1 150 712 Tm T* (n) Tj T* (40) Tj ET",
	} {
		pages := read(pageOf(content)).Pages
		require.Len(t, pages, 1, name)
		lines := strings.Split(strings.TrimSpace(pages[0]), "\n")
		require.Len(t, lines, 2, name)
		assert.Equal(t, []string{"cohort", "n"}, strings.Fields(lines[0]), name)
		assert.Equal(t, []string{"ALSPAC", "40"}, strings.Fields(lines[1]), name)
	}
}

func TestPackedObjectsAreFound(t *testing.T) {
	page, properties := "<< /Type /Page /Contents 2 0 R >>", "<< /Producer (x) /Author (A. Person) >>"
	places := fmt.Sprintf("11 0 12 %d ", len(page))
	found := read(file(
		flate(fmt.Sprintf("/Type /ObjStm /N 2 /First %d", len(places)), places+page+properties),
		flate("", "BT /F1 9 Tf 50 700 Td (packed words) Tj ET"),
	))
	require.Len(t, found.Pages, 1)
	assert.Contains(t, found.Pages[0], "packed words")
	assert.Contains(t, found.Notes, unseen.Note{Where: "the file's properties", What: "Author", Class: unseen.Person, Text: "A. Person"})
}

func TestLettersOfAFont(t *testing.T) {
	cmap := "1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfchar <0001> <0041> endbfchar 2 beginbfrange <0002> <0004> <0042> <0005> <0006> [<0078> <0079>] endbfrange"
	found := read(file("<< /Type /Page /Contents 2 0 R /Resources << /Font << /F1 3 0 R >> >> >>",
		stream("", "BT /F1 9 Tf 50 700 Td <000100020003000400050006> Tj ET"), "<< /Subtype /Type0 /ToUnicode 4 0 R >>", flate("", cmap)))
	assert.Equal(t, "ABCDxy", strings.TrimSpace(found.Pages[0]))
}

func TestAttachmentsKeepTheirNames(t *testing.T) {
	found := read(file("<< /Type /Filespec /F (raw.csv) /EF << /F 2 0 R >> >>", flate("/Type /EmbeddedFile", "a,b\n1,2\n")))
	assert.Equal(t, []packed.Member{{Name: "raw.csv", Content: []byte("a,b\n1,2\n")}}, found.Attached)
}

// What programs name as the author is none.
func TestProgramsAreNoAuthors(t *testing.T) {
	assert.Empty(t, read(file("<< /Producer (x) /Author (LaTeX with hyperref) >>")).Notes)
}

// FuzzPDF reads whatever comes: no panic, and no more pages than objects.
func FuzzPDF(f *testing.F) {
	f.Add(pageOf("BT /F1 10 Tf 50 700 Td (words) Tj T* [(a) 20 (b)] TJ ET"))
	f.Add(file(flate("/Type /ObjStm /N 1 /First 5", "11 0 << /Type /Page >>"), "<< /S /JavaScript /JS (x) >>"))
	f.Add(file("<< /Type /Page /Contents [2 0 R 2 0 R] /Resources << /XObject << /X 3 0 R >> /Font << /F 4 0 R >> >> >>", stream("", "/X Do /F 1 Tf"),
		stream("/Subtype /Form /Matrix [1 0 0 1 0 0]", "/X Do BI x EI"), "<< /ToUnicode 5 0 R /Widths [1 2] >>", stream("", "<00> <FF> <41> endbfrange")))
	f.Add([]byte(`0 0 obj(0000d0\`))
	f.Add(file("<< /Length 1e300 >>\nstream\nwords\nendstream"))
	f.Fuzz(func(t *testing.T, content []byte) {
		found := read(content)
		assert.LessOrEqual(t, len(found.Pages), len(content)+1)
		assert.NotEmpty(t, found.Gaps, "a PDF file is never read whole")
	})
}
