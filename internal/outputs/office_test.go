package outputs_test

import (
	"fmt"
	"html"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/outputs"
)

// wordCell writes a cell of a text document.
func wordCell(text string) string {
	return `<w:tc><w:tcPr><w:tcW w:w="2000"/></w:tcPr><w:p><w:pPr><w:rPr><w:b/></w:rPr></w:pPr><w:r><w:t xml:space="preserve">` + html.EscapeString(text) + `</w:t></w:r></w:p></w:tc>`
}

// wordTable writes rows as a table of a text document; a cell that begins with <w:
// is taken as it is.
func wordTable(rows [][]string) string {
	var b strings.Builder
	b.WriteString(`<w:tbl><w:tblPr/>`)
	for _, row := range rows {
		b.WriteString(`<w:tr>`)
		for _, cell := range row {
			if !strings.HasPrefix(cell, "<w:") {
				cell = wordCell(cell)
			}
			b.WriteString(cell)
		}
		b.WriteString(`</w:tr>`)
	}
	return b.String() + `</w:tbl>`
}

func wordText(text string) string {
	return `<w:p><w:r><w:t>` + html.EscapeString(text) + `</w:t></w:r></w:p>`
}

// wordOf makes a text document of a body and further parts.
func wordOf(t testing.TB, body string, parts ...member) string {
	t.Helper()
	return zipOf(t, append([]member{
		{"[Content_Types].xml", `<Types/>`},
		{"word/document.xml", `<?xml version="1.0"?><w:document xmlns:w="w" xmlns:mc="mc"><w:body>` + body + `<w:sectPr/></w:body></w:document>`},
		{"word/styles.xml", `<w:styles xmlns:w="w"/>`},
	}, parts...)...)
}

// slidesOf makes a presentation of one slide with a table.
func slidesOf(t testing.TB, rows [][]string, attributes string, parts ...member) string {
	t.Helper()
	var b strings.Builder
	for _, row := range rows {
		b.WriteString(`<a:tr>`)
		for _, cell := range row {
			b.WriteString(`<a:tc><a:txBody><a:p><a:r><a:t>` + html.EscapeString(cell) + `</a:t></a:r></a:p></a:txBody></a:tc>`)
		}
		b.WriteString(`</a:tr>`)
	}
	slide := `<p:sld xmlns:p="p" xmlns:a="a" ` + attributes + `><p:cSld><p:spTree><p:sp><p:txBody><a:p><a:r><a:t>Participants by cohort</a:t></a:r></a:p></p:txBody></p:sp><p:graphicFrame><a:tbl>` + b.String() + `</a:tbl></p:graphicFrame></p:spTree></p:cSld></p:sld>`
	return zipOf(t, append([]member{{"ppt/presentation.xml", `<p:presentation xmlns:p="p"/>`}, {"ppt/slides/slide1.xml", slide}}, parts...)...)
}

// openTextOf makes an OpenDocument text with one table.
func openTextOf(t testing.TB, rows [][]string, before string) string {
	t.Helper()
	var b strings.Builder
	for _, row := range rows {
		b.WriteString(`<table:table-row>`)
		for _, cell := range row {
			b.WriteString(`<table:table-cell><text:p>` + html.EscapeString(cell) + `</text:p></table:table-cell>`)
		}
		b.WriteString(`</table:table-row>`)
	}
	return zipOf(t, member{"mimetype", "application/vnd.oasis.opendocument.text"}, member{"content.xml", `<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b"><office:body><office:text>` +
		before + `<text:p>Participants by cohort</text:p><table:table>` + b.String() + `</table:table></office:text></office:body></office:document-content>`})
}

// TestTablesOfDocumentsAndSlides writes one leaking table in the files of office
// programs and expects the same proof of each.
func TestTablesOfDocumentsAndSlides(t *testing.T) {
	compressed, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	for name, content := range map[string]string{
		"table.docx":  wordOf(t, wordText("Participants by cohort")+wordTable(leaking)),
		"nested.docx": wordOf(t, `<w:sdt><w:sdtContent>`+wordTable([][]string{{"<w:tc>" + wordTable(leaking) + "<w:p/></w:tc>"}})+`</w:sdtContent></w:sdt>`),
		"boxed.docx": wordOf(t, `<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>`+wordTable(leaking)+`</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>`+wordTable(leaking)+
			`</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>`),
		"tabbed.docx": wordOf(t, tabbed(leaking)),
		"chart.docx": wordOf(t, wordText("Participants by cohort"), member{"word/charts/chart1.xml", `<c:chart xmlns:c="c"><c:ser><c:tx><c:v>participants</c:v></c:tx><c:cat>` +
			points("ALSPAC", "BCS70", "GLAD", "Total") + `</c:cat><c:val>` + points("&lt;10", "15", "1794", "1816") + `</c:val></c:ser></c:chart>`}),
		"behind a chart.docx": wordOf(t, wordText("Participants"), member{"word/embeddings/Microsoft_Excel_Sheet1.xlsx", bookOf(t, sheetXML(leaking))}),
		"slide.pptx":          slidesOf(t, leaking, ""),
		"hidden slide.pptx":   slidesOf(t, leaking, `show="0"`),
		"text.odt":            openTextOf(t, leaking, ""),
		"t.csv.zst":           string(compressed.EncodeAll([]byte(leakingCSV), nil)),
	} {
		t.Run(name, func(t *testing.T) {
			report := check(t, "ukllc-metrics", map[string]string{name: content})
			found := ofCheck(report, "TOT001")
			if assert.NotEmpty(t, found, "%+v %+v", report.Files, report.Findings) {
				assert.Contains(t, found[0].Certificate, "1816 - 15 - 1794 = 7")
			}
			assert.NotContains(t, checksOf(report), "FIL010")
		})
	}
}

func tabbed(rows [][]string) string {
	var b strings.Builder
	for _, row := range rows {
		b.WriteString(`<w:p><w:r><w:t>` + html.EscapeString(row[0]) + `</w:t><w:tab/><w:t>` + html.EscapeString(row[1]) + `</w:t></w:r></w:p>`)
	}
	return b.String()
}

func points(values ...string) string {
	var b strings.Builder
	for i, value := range values {
		fmt.Fprintf(&b, `<c:pt idx="%d"><c:v>%s</c:v></c:pt>`, i, value)
	}
	return b.String()
}

// safeWord is a table in which nothing is to be found.
var safeWord = [][]string{{"cohort", "participants"}, {"ALSPAC", "<10"}, {"BCS70", "15"}, {"GLAD", "1794"}, {"Total", "1809"}}

// withCell replaces the masked cell of the safe table.
func withCell(cell string) string {
	rows := [][]string{safeWord[0], {"ALSPAC", cell}}
	return wordTable(append(rows, safeWord[2:]...))
}

// TestWhatDocumentsDoNotShow expects what is kept in a text document and not seen.
func TestWhatDocumentsDoNotShow(t *testing.T) {
	masked := func(kept string) string {
		return `<w:tc><w:p>` + kept + `<w:r><w:t>&lt;10</w:t></w:r></w:p></w:tc>`
	}
	table := wordTable(safeWord)
	for name, f := range map[string]struct{ content, check, says string }{
		"a number deleted with tracked changes":   {wordOf(t, withCell(masked(`<w:del w:author="A"><w:r><w:delText>7</w:delText></w:r></w:del>`))), "LOW001", "keeps a number, deleted or hidden, in a cell that shows \"<10\""},
		"a number moved with tracked changes":     {wordOf(t, withCell(masked(`<w:moveFrom w:id="1"><w:r><w:t>7</w:t></w:r></w:moveFrom>`))), "LOW001", "deleted or hidden"},
		"a number in hidden text":                 {wordOf(t, withCell(masked(`<w:r><w:rPr><w:vanish/></w:rPr><w:t>7</w:t></w:r>`))), "LOW001", "deleted or hidden"},
		"a number in white text":                  {wordOf(t, withCell(masked(`<w:r><w:rPr><w:color w:val="ffffff"/></w:rPr><w:t>7</w:t></w:r>`))), "LOW001", "deleted or hidden"},
		"a number too small to see":               {wordOf(t, withCell(masked(`<w:r><w:rPr><w:sz w:val="2"/></w:rPr><w:t>7</w:t></w:r>`))), "LOW001", "deleted or hidden"},
		"a sentence deleted with tracked changes": {wordOf(t, `<w:p><w:del><w:r><w:delText>There were 7 participants in ALSPAC</w:delText></w:r></w:del></w:p>`+table), "LOW001", "number of people below 10"},
		"a comment":               {wordOf(t, table, member{"word/comments.xml", `<w:comments xmlns:w="w"><w:comment w:author="Jo"><w:p><w:r><w:t>ALSPAC: 7 participants</w:t></w:r></w:p></w:comment></w:comments>`}), "LOW001", "number of people below 10"},
		"the author of a comment": {wordOf(t, table, member{"word/comments.xml", `<w:comments xmlns:w="w"><w:comment w:author="Jo"><w:p/></w:comment></w:comments>`}), "FIL009", "an author"},
		"a footnote":              {wordOf(t, table, member{"word/footnotes.xml", `<w:footnotes xmlns:w="w"><w:footnote><w:p><w:r><w:t>Seven participants of ALSPAC.</w:t></w:r></w:p></w:footnote></w:footnotes>`}), "LOW001", "number of people below 10"},
		"a header":                {wordOf(t, table, member{"word/header1.xml", `<w:hdr xmlns:w="w"><w:p><w:r><w:t>NHS number 999 000 0018</w:t></w:r></w:p></w:hdr>`}), "FIL004", "NHS number"},
		"a picture's description": {wordOf(t, `<w:p><w:r><w:drawing><wp:docPr xmlns:wp="wp" descr="a chart of 7 patients"/></w:drawing></w:r></w:p>`+table), "LOW001", "number of people below 10"},
		"who wrote it":            {wordOf(t, table, member{"docProps/core.xml", `<p xmlns:dc="d"><dc:creator>Jo Bloggs</dc:creator></p>`}), "FIL009", "creator"},
		"a linked template":       {wordOf(t, table, member{"word/_rels/settings.xml.rels", `<R><Relationship Target="file:///C:\Users\jo\t.dotx" TargetMode="External"/></R>`}), "FIL009", "the path of another file"},
		"a program":               {wordOf(t, table, member{"word/vbaProject.bin", "x"}), "FIL008", "a program"},
		"speaker's notes":         {slidesOf(t, safeWord, "", member{"ppt/notesSlides/notesSlide1.xml", `<p:notes xmlns:p="p" xmlns:a="a"><a:p><a:r><a:t>ALSPAC has 7 participants</a:t></a:r></a:p></p:notes>`}), "LOW001", "number of people below 10"},
		"a hidden slide":          {slidesOf(t, safeWord, `show="0"`), "FIL008", "a hidden slide"},
		"changes of OpenDocument": {openTextOf(t, safeWord, `<text:tracked-changes><text:deletion><text:p>7 participants</text:p></text:deletion></text:tracked-changes>`), "LOW001", "number of people below 10"},
		"a declared entity":       {zipOf(t, member{"word/document.xml", `<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w:document xmlns:w="w"><w:body>` + table + `<w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>`}), "FIL002", "entities of its own"},
	} {
		t.Run(name, func(t *testing.T) {
			file := "a.docx"
			switch {
			case strings.Contains(f.content[:200], "ppt/"):
				file = "a.pptx"
			case strings.Contains(f.content[:200], "opendocument"):
				file = "a.odt"
			}
			report := check(t, "ukllc-metrics", map[string]string{file: f.content})
			assert.Contains(t, messages(report, f.check), f.says, "%+v", report.Findings)
		})
	}
}

// TestSafeDocumentsAreSafe expects no word about documents that hold nothing.
func TestSafeDocumentsAreSafe(t *testing.T) {
	for name, content := range map[string]string{
		"table.docx": wordOf(t, wordText("Participants by cohort. Counts below 10 are masked.")+wordTable(safeWord)),
		"slide.pptx": slidesOf(t, safeWord, ""),
		"text.odt":   openTextOf(t, safeWord, ""),
		"merged.docx": wordOf(t, wordTable([][]string{{"cohort", `<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>participants</w:t></w:r></w:p></w:tc>`}, {"", "men", "women"},
			{"BCS70", "15", "25"}, {"GLAD", "1794", "1711"}, {"Total", "1809", "1736"}})),
	} {
		report := check(t, "ukllc-metrics", map[string]string{name: content})
		assert.Equal(t, outputs.Safe, report.Verdict, "%s: %+v", name, report.Findings)
	}
}
