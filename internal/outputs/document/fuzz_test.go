package document_test

import (
	"archive/zip"
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/outputs/document"
)

// names has a name for every kind of file that is read.
var names = []string{
	"t.csv", "t.tsv", "t.md", "t.json", "t.ndjson", "t.html", "t.txt", "t.log", "t.smcl", "t.org", "t.rst", "t.R", "t.ipynb", "t.tex",
	"t.rtf", "t.xml", "t.svg", "t.yaml", "t.toml", "t.xlsx", "t.ods", "t.pdf", "t.png", "t.jpg", "t.gif", "t.webp", "t.tif",
	"t.zip", "t.tar", "t.gz", "t.bz2", "t.zst", "t.docx", "t.pptx", "t.odt", "t.parquet", "t", ".hidden",
}

// fuzzLimits keep every execution short.
var fuzzLimits = document.Limits{FileBytes: 1 << 20, Cells: 5000, Depth: 50, Members: 100, Unpacked: 1 << 20, Nesting: 2}

// FuzzRead feeds every reader with whatever comes: no panic, the same answer
// twice, and no silence.
func FuzzRead(f *testing.F) {
	for i, seed := range []string{
		"cohort,n\nA,<10\nTotal,7\n", "a\tb\nx\t1\n", "| a | b |\n|---|---|\n| x | 7 |\n", `[{"a":"x","n":7}]`, "{\"a\":1}\n{\"a\":2}\n",
		"<table><tr><td rowspan=3>a<td>7</table><script>f({a:[1,2]})</script>", " a | b\n---+---\n x | 7\n", "  a b\n1 x 7\n2 y 8\n",
		"{smcl}\n{txt}  a {c |} {col 9}b\n{hline 5}{c +}\n", "| a |\n|---+|\n", "==  ==\na   b\n==  ==\nx   7\n==  ==\n", "x = \"\"\"\n1,2\n3,4\n\"\"\"\n",
		`{"cells":[{"cell_type":"code","source":["a"],"outputs":[{"data":{"text/html":"<table>"},"text":"a 1\nb 2"}]}]}`,
		"\\begin{tabular}{lr}a & b \\\\ \\multicolumn{2}{c}{7} \\\\\\end{tabular}", `{\rtf1\trowd a\cell 7\cell\row}`, `<a><r n="1"/><r n="2"/></a>`,
		`<svg><text>7</text><metadata>x</metadata></svg>`, "a:\n  x: 1\n  y: 2\n", "PK\x03\x04", "%PDF-1.4\n1 0 obj\n<< /Type /Page >>\nendobj\n",
		"\x89PNG\r\n\x1a\n\x00\x00\x00\x00IEND....", "\xff\xd8\xff\xe1\x00\x10Exif\x00\x00II*\x00\x08\x00\x00\x00", "GIF89a......", "RIFF\x10\x00\x00\x00WEBPVP8 ", "II*\x00\x08\x00\x00\x00\x01\x00",
		`Plotly.newPlot("a",[{"x":["a"],"y":{"dtype":"f8","bdata":"AAAAAAAAHEA="}}])`,
	} {
		f.Add(uint8(i), []byte(seed))
	}
	f.Fuzz(func(t *testing.T, which uint8, content []byte) {
		name := names[int(which)%len(names)]
		doc := document.Read(name, content, fuzzLimits)
		again := document.Read(name, content, fuzzLimits)
		require.Equal(t, again, doc)
		for _, table := range doc.Tables {
			for _, row := range table.Rows {
				assert.LessOrEqual(t, len(row.Cells), len(table.Header), "a cell without a column")
			}
		}
		if neverWhole[doc.Kind] && doc.Unread == "" {
			assert.NotEmpty(t, doc.Gaps, "%s was read in silence", name)
		}
	})
}

// neverWhole holds the kinds of which something is always left to a person.
var neverWhole = map[string]bool{"svg": true, "pdf": true, "png": true, "jpeg": true, "gif": true, "webp": true, "tiff": true}

// FuzzOffice puts whatever comes into the parts of a text document, of a
// presentation and of an OpenDocument text.
func FuzzOffice(f *testing.F) {
	f.Add(`<w:document><w:body><w:p><w:del><w:r><w:delText>7</w:delText></w:r></w:del></w:p><w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>`,
		`<w:comments><w:comment w:author="a"><w:p><w:t>7 people</w:t></w:p></w:comment></w:comments>`)
	f.Add(`<p:sld show="0"><a:tbl><a:tr><a:tc gridSpan="2"><a:p><a:t>a</a:t></a:p></a:tc><a:tc hMerge="1"/></a:tr></a:tbl></p:sld>`, `<R><Relationship Target="x" TargetMode="External"/></R>`)
	f.Add(`<o><text:tracked-changes/><table:table><table:table-row><table:table-cell table:number-columns-repeated="9"><text:p>7</text:p></table:table-cell></table:table-row></table:table></o>`, `<o><dc:creator>a</dc:creator></o>`)
	f.Fuzz(func(t *testing.T, body, other string) {
		for name, parts := range map[string][]string{
			"t.docx": {"word/document.xml", "word/comments.xml", "word/settings.xml"},
			"t.pptx": {"ppt/slides/slide1.xml", "ppt/notesSlides/notesSlide1.xml", "ppt/presentation.xml"},
			"t.odt":  {"content.xml", "meta.xml"},
		} {
			var file bytes.Buffer
			w := zip.NewWriter(&file)
			for i, part := range parts {
				p, err := w.CreateHeader(&zip.FileHeader{Name: part, Method: zip.Store})
				require.NoError(t, err)
				_, err = p.Write([]byte([]string{body, other, other}[i]))
				require.NoError(t, err)
			}
			require.NoError(t, w.Close())
			doc := document.Read(name, file.Bytes(), fuzzLimits)
			if doc.Unread == "" && doc.Kind != "zip" && len(doc.Tables) == 0 && len(doc.Prose) == 0 {
				assert.NotEmpty(t, doc.Gaps, "%s was read in silence", name)
			}
		}
	})
}

// FuzzWorkbook puts whatever comes into the parts of a workbook.
func FuzzWorkbook(f *testing.F) {
	f.Add(`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="0"><v>7</v></c></row></sheetData><mergeCells><mergeCell ref="A1:A3"/></mergeCells></worksheet>`,
		`<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[&lt;10]&quot;x&quot;;#,##0.0%"/></numFmts><cellXfs><xf numFmtId="164"/></cellXfs></styleSheet>`, `<sst><si><t>a</t></si></sst>`)
	f.Add(`<d><cacheFields><cacheField name="a"><sharedItems><s v="x"/></sharedItems></cacheField></cacheFields></d>`, `<r><r><x v="0"/><n v="7"/></r></r>`, `<c><ser><tx><v>a</v></tx><val><v>7</v></val></ser></c>`)
	f.Fuzz(func(t *testing.T, a, b, c string) {
		var file bytes.Buffer
		w := zip.NewWriter(&file)
		for _, part := range []struct{ name, content string }{
			{"xl/workbook.xml", `<workbook xmlns:r="r"><sheets><sheet name="S" r:id="rId1"/></sheets></workbook>`},
			{"xl/_rels/workbook.xml.rels", `<R><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></R>`},
			{"xl/worksheets/sheet1.xml", a}, {"xl/styles.xml", b}, {"xl/sharedStrings.xml", c},
			{"xl/pivotCache/pivotCacheDefinition1.xml", a}, {"xl/pivotCache/pivotCacheRecords1.xml", b}, {"xl/charts/chart1.xml", c},
			{"xl/comments1.xml", b}, {"xl/externalLinks/externalLink1.xml", a}, {"docProps/core.xml", c}, {"xl/drawings/drawing1.xml", b},
		} {
			p, err := w.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Store})
			require.NoError(t, err)
			_, err = p.Write([]byte(part.content))
			require.NoError(t, err)
		}
		require.NoError(t, w.Close())
		doc := document.Read("t.xlsx", file.Bytes(), fuzzLimits)
		assert.Equal(t, "xlsx", doc.Kind)
		assert.Empty(t, doc.Unread)
	})
}
