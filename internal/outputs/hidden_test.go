package outputs_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/outputs"
)

// styles of a workbook: 1 shows "<10" over the number, 2 shows nothing, 3 is
// white on white, 4 shows "<10" for numbers below ten only.
const styles = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="&quot;&lt;10&quot;"/><numFmt numFmtId="165" formatCode=";;;"/>` +
	`<numFmt numFmtId="166" formatCode="[&lt;10]&quot;&lt;10&quot;;#,##0"/></numFmts>` +
	`<fonts><font><sz val="11"/></font><font><sz val="11"/><color rgb="FFFFFFFF"/></font></fonts><fills><fill><patternFill patternType="none"/></fill></fills>` +
	`<cellXfs><xf numFmtId="0" fontId="0" fillId="0"/><xf numFmtId="164" fontId="0" fillId="0"/><xf numFmtId="165" fontId="0" fillId="0"/><xf numFmtId="0" fontId="1" fillId="0"/><xf numFmtId="166" fontId="0" fillId="0"/></cellXfs></styleSheet>`

func styled(style, value int) string { return fmt.Sprintf(`<c s="%d"><v>%d</v></c>`, style, value) }

// messages joins what a report says under one check.
func messages(report outputs.Report, id string) string {
	var all []string
	for _, finding := range ofCheck(report, id) {
		all = append(all, string(finding.Severity)+": "+finding.Message)
	}
	return strings.Join(all, "\n")
}

func TestNumberFormatsHideNothing(t *testing.T) {
	for name, style := range map[string]int{"a text": 1, "nothing": 2, "a condition": 4} {
		rows := [][]string{{"cohort", "participants"}, {"ALSPAC", styled(style, 7)}, {"BCS70", styled(4, 1540)}}
		report := check(t, "ukllc-metrics", map[string]string{"t.xlsx": bookOf(t, sheetXML(rows), member{"xl/styles.xml", styles})})
		assert.Contains(t, messages(report, "LOW001"), "fail: The file stores a number under a cell", name)
		assert.Contains(t, messages(report, "FIL008"), "fail: Not seen", name)
		assert.NotContains(t, messages(report, "LOW001"), "1540")
	}
}

func TestWorkbooksHideNothing(t *testing.T) {
	visible := sheetXML([][]string{{"cohort", "participants"}, {"ALSPAC", "1540"}})
	secret := sheetXML([][]string{{"cohort", "participants"}, {"ALSPAC", "7"}})
	hiddenSheet := func(state string) []member {
		return []member{
			{"xl/workbook.xml", `<workbook xmlns:r="r"><sheets><sheet name="Results" r:id="rId1"/><sheet name="Raw" state="` + state + `" r:id="rId2"/></sheets></workbook>`},
			{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Target="worksheets/sheet2.xml"/></Relationships>`},
			{"xl/worksheets/sheet1.xml", visible}, {"xl/worksheets/sheet2.xml", secret},
		}
	}
	books := map[string]struct{ book, check, says string }{
		"hidden sheet":      {zipOf(t, hiddenSheet("hidden")...), "FIL008", "fail: Not seen when the file is opened: a hidden sheet (sheet Raw)"},
		"very hidden sheet": {zipOf(t, hiddenSheet("veryHidden")...), "FIL008", "does not even list"},
		"hidden row":        {bookOf(t, strings.Replace(visible, `<row r="2"`, `<row r="2" hidden="1"`, 1)), "FIL008", "fail: Not seen when the file is opened: 2 cells in a hidden row"},
		"hidden column":     {bookOf(t, strings.Replace(visible, `<sheetData>`, `<cols><col min="2" max="2" width="9" hidden="1"/></cols><sheetData>`, 1)), "FIL008", "in a hidden column"},
		"white text":        {bookOf(t, sheetXML([][]string{{"cohort", "participants"}, {"ALSPAC", styled(3, 1540)}}), member{"xl/styles.xml", styles}), "FIL008", "in white on white"},
		"comment":           {bookOf(t, visible, member{"xl/comments1.xml", `<comments><authors><author>A. Person</author></authors><commentList><comment ref="B2"><text><r><t>really 7</t></r></text></comment></commentList></comments>`}), "FIL008", "a comment"},
		"comment's author":  {bookOf(t, visible, member{"xl/comments1.xml", `<comments><authors><author>A. Person</author></authors></comments>`}), "FIL009", "the author of a comment"},
		"threaded comment":  {bookOf(t, visible, member{"xl/threadedComments/threadedComment1.xml", `<ThreadedComments><threadedComment><text>see 7</text></threadedComment></ThreadedComments>`}), "FIL008", "a comment"},
		"name":              {bookOf(t, strings.Replace(visible, "x", "x", 1), member{"xl/workbook.xml", `<workbook xmlns:r="r"><sheets><sheet name="Results" r:id="rId1"/></sheets><definedNames><definedName name="n_alspac">7</definedName></definedNames></workbook>`}), "FIL008", "the name n_alspac"},
		"link":              {bookOf(t, visible, member{"xl/externalLinks/externalLink1.xml", `<externalLink><externalBook><sheetDataSet><sheetData><row r="1"><cell r="A1"><v>cohort</v></cell><cell r="B1"><v>n</v></cell></row><row r="2"><cell r="A2"><v>ALSPAC</v></cell><cell r="B2"><v>7</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>`}), "LOW001", "below 10"},
		"link's path":       {bookOf(t, visible, member{"xl/externalLinks/_rels/externalLink1.xml.rels", `<Relationships><Relationship Id="rId1" Target="file:///S:/project/raw.xlsx" TargetMode="External"/></Relationships>`}), "FIL009", "the path of another file"},
		"chart":             {bookOf(t, visible, member{"xl/charts/chart1.xml", `<c:chartSpace xmlns:c="c"><c:ser><c:tx><c:strRef><c:strCache><c:pt idx="0"><c:v>participants</c:v></c:pt></c:strCache></c:strRef></c:tx><c:cat><c:strRef><c:strCache><c:pt><c:v>ALSPAC</c:v></c:pt><c:pt><c:v>BCS70</c:v></c:pt></c:strCache></c:strRef></c:cat><c:val><c:numRef><c:numCache><c:pt><c:v>7</c:v></c:pt><c:pt><c:v>1500</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser></c:chartSpace>`}), "LOW001", "below 10"},
		"author":            {bookOf(t, visible, member{"docProps/core.xml", `<cp:coreProperties xmlns:dc="d" xmlns:cp="c"><dc:creator>A. Person</dc:creator></cp:coreProperties>`}), "FIL009", "creator"},
		"macro":             {bookOf(t, visible, member{"xl/vbaProject.bin", "x"}), "FIL008", "fail: Not seen when the file is opened: a program"},
		"unused text":       {bookOf(t, visible, member{"xl/sharedStrings.xml", `<sst><si><t>deleted patient list</t></si></sst>`}), "FIL008", "texts that no cell shows"},
		"drop-down":         {bookOf(t, strings.Replace(visible, "</worksheet>", `<dataValidations><dataValidation type="list" sqref="C1"><formula1>"ALSPAC,BCS70"</formula1></dataValidation></dataValidations></worksheet>`, 1)), "FIL008", "a drop-down list"},
		"data model":        {bookOf(t, visible, member{"xl/model/item.data", "x"}), "FIL008", "a data model"},
		"connection":        {bookOf(t, visible, member{"xl/connections.xml", `<connections><connection><dbPr connection="Server=db1;Database=x" command="q"/></connection></connections>`}), "FIL009", "where the data came from"},
		"embedded file":     {bookOf(t, visible, member{"xl/embeddings/raw.csv", "cohort,n\nALSPAC,7\n"}), "LOW001", "below 10"},
		"custom XML":        {bookOf(t, visible, member{"customXml/item1.xml", `<a><b>ALSPAC 7</b></a>`}), "FIL008", "text that no sheet shows"},
	}
	for name, book := range books {
		t.Run(name, func(t *testing.T) {
			report := check(t, "ukllc-metrics", map[string]string{"t.xlsx": book.book})
			assert.Contains(t, messages(report, book.check), book.says, "%+v %+v", report.Files, report.Findings)
		})
	}
	plain := check(t, "ukllc-metrics", map[string]string{"t.xlsx": bookOf(t, visible)})
	assert.Equal(t, outputs.Fully, plain.Files[0].Read, "%+v", plain.Files)
	assert.Empty(t, messages(plain, "FIL008")+messages(plain, "FIL009"))
}

// The records of a pivot table are rows about people.
func TestPivotRecordsAreRead(t *testing.T) {
	var records strings.Builder
	for i := range 20 {
		fmt.Fprintf(&records, `<r><x v="%d"/><s v="%08x-0000-4000-8000-%012x"/></r>`, i%2, i, i)
	}
	book := bookOf(t, sheetXML([][]string{{"cohort", "participants"}, {"ALSPAC", "1540"}}),
		member{"xl/pivotCache/pivotCacheDefinition1.xml", `<d><cacheFields><cacheField name="sex"><sharedItems><s v="F"/><s v="M"/></sharedItems></cacheField><cacheField name="participant_id"/></cacheFields></d>`},
		member{"xl/pivotCache/pivotCacheRecords1.xml", `<rec>` + records.String() + `</rec>`})
	report := check(t, "ukllc-metrics", map[string]string{"t.xlsx": book})
	assert.Contains(t, messages(report, "FIL003"), "identifies people")
	assert.Contains(t, messages(report, "FIL008"), "the source of a pivot table")
}

// pngOf makes a picture of one point with more chunks.
func pngOf(chunks ...member) string {
	var b bytes.Buffer
	b.WriteString("\x89PNG\r\n\x1a\n")
	write := func(kind, data string) {
		_ = binary.Write(&b, binary.BigEndian, uint32(len(data)))
		b.WriteString(kind + data)
		_ = binary.Write(&b, binary.BigEndian, crc32.ChecksumIEEE([]byte(kind+data)))
	}
	write("IHDR", "\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00")
	for _, chunk := range chunks {
		write(chunk.name, chunk.content)
	}
	write("IDAT", deflated("\x00\x00"))
	write("IEND", "")
	return b.String()
}

func deflated(text string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

// tiffOf makes an Exif block of one directory: a name, and a position.
func tiffOf() string {
	var b bytes.Buffer
	b.WriteString("II*\x00\x08\x00\x00\x00\x02\x00")
	b.WriteString("\x3b\x01\x02\x00\x09\x00\x00\x00\x26\x00\x00\x00") // Artist, 9 letters at 38
	b.WriteString("\x25\x88\x04\x00\x01\x00\x00\x00\x30\x00\x00\x00") // GPS directory at 48
	b.WriteString("\x00\x00\x00\x00A. Person\x00")
	b.WriteString("\x01\x00\x02\x00\x05\x00\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	return b.String()
}

func jpegOf(segments ...string) string {
	var b bytes.Buffer
	b.WriteString("\xff\xd8")
	for _, segment := range segments {
		b.WriteString("\xff" + segment[:1])
		_ = binary.Write(&b, binary.BigEndian, uint16(len(segment)+1))
		b.WriteString(segment[1:])
	}
	b.WriteString("\xff\xda\x00\x02\x00\x00\xff\xd9")
	return b.String()
}

func TestPicturesSayNothingUnseen(t *testing.T) {
	pictures := map[string]struct{ name, content, check, says string }{
		"author":            {"a.png", pngOf(member{"tEXt", "Author\x00A. Person"}), "FIL009", "names somebody"},
		"comment":           {"a.png", pngOf(member{"iTXt", "Comment\x00\x00\x00\x00\x00seven people"}), "FIL008", "text that the picture does not show"},
		"packed comment":    {"a.png", pngOf(member{"zTXt", "Comment\x00\x00" + deflated("n=7")}), "LOW001", "below 10"},
		"own chunk":         {"a.png", pngOf(member{"daTa", "x"}), "FIL008", "no viewer shows"},
		"after the end":     {"a.png", pngOf() + "cohort,n\nA,7\n", "FIL008", "13 bytes after the end"},
		"exif":              {"a.jpg", jpegOf("\xe1Exif\x00\x00" + tiffOf()), "FIL009", "GPS position"},
		"exif artist":       {"a.jpg", jpegOf("\xe1Exif\x00\x00" + tiffOf()), "FIL009", "Exif field Artist"},
		"comment of a JPEG": {"a.jpeg", jpegOf("\xfeno names"), "FIL008", "(comment)"},
		"thumbnail":         {"a.jpg", jpegOf("\xe0JFXX\x00\x10"), "FIL008", "second picture"},
		"after a JPEG":      {"a.jpg", jpegOf() + "more", "FIL008", "4 bytes after"},
		"exif in PNG":       {"a.png", pngOf(member{"eXIf", tiffOf()}), "FIL009", "GPS position"},
		"TIFF":              {"a.tif", tiffOf(), "FIL009", "GPS position"},
		"GIF":               {"a.gif", "GIF89a\x01\x00\x01\x00\x00\x00\x00!\xfe\x05hello\x00;", "FIL008", "(comment)"},
		"WebP":              {"a.webp", "RIFF\x1a\x00\x00\x00WEBPVP8 \x00\x00\x00\x00XMP \x06\x00\x00\x00<a>b</", "FIL002", "pixels"},
	}
	for name, p := range pictures {
		t.Run(name, func(t *testing.T) {
			report := check(t, "ukllc-metrics", map[string]string{p.name: p.content})
			assert.Contains(t, messages(report, p.check), p.says, "%+v", report.Findings)
			assert.Equal(t, outputs.Partly, report.Files[0].Read)
		})
	}
	plain := check(t, "ukllc-metrics", map[string]string{"a.png": pngOf(member{"tEXt", "Software\x00Matplotlib version 3.9"})})
	assert.Equal(t, []string{"FIL002"}, checksOf(plain), "%+v", plain.Findings)
}

func TestDrawingsSayNothingUnseen(t *testing.T) {
	svg := func(inner string) string {
		return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="x">` + inner + `</svg>`
	}
	drawings := map[string]struct{ inner, check, says string }{
		"title":     {`<title>bar for 7 people</title>`, "LOW001", "below 10"},
		"data":      {`<rect data-count="7"/>`, "FIL008", "the attribute data-count"},
		"metadata":  {`<metadata><rdf>seven participants of ALSPAC</rdf></metadata>`, "FIL008", "metadata"},
		"script":    {`<script>alert(1)</script>`, "FIL008", "fail: Not seen when the file is opened: a script"},
		"text":      {`<text>n = <tspan>7</tspan></text>`, "LOW001", "below 10"},
		"comment":   {`<!-- hidden words -->`, "FIL008", "a comment"},
		"picture":   {`<image xlink:href="data:image/png;base64,` + base64Of(pngOf(member{"tEXt", "Author\x00A. Person"})) + `"/>`, "FIL009", "names somebody"},
		"file name": {`<g docname="draft.svg"/>`, "FIL009", "path or name"},
	}
	for name, d := range drawings {
		t.Run(name, func(t *testing.T) {
			report := check(t, "ukllc-metrics", map[string]string{"a.svg": svg(d.inner)})
			assert.Contains(t, messages(report, d.check), d.says, "%+v", report.Findings)
		})
	}
	plain := check(t, "ukllc-metrics", map[string]string{"a.svg": svg(`<metadata><d>2025-10-23T10:00:00</d><f>image/svg+xml</f><t>Matplotlib v3.9.2, https://matplotlib.org/</t></metadata><path d="M 0 0 L 7 7"/>`)})
	assert.Equal(t, []string{"FIL002"}, checksOf(plain), "%+v", plain.Findings)
}

func TestPDFFilesHideNothing(t *testing.T) {
	pdf := func(objects ...string) string {
		var b strings.Builder
		b.WriteString("%PDF-1.7\n")
		for i, object := range objects {
			fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
		}
		return b.String() + "%%EOF\n"
	}
	attached := "cohort,n\nALSPAC,7\n"
	files := map[string]struct{ content, check, says string }{
		"attachment":  {pdf("<< /Type /Filespec /F (raw.csv) /EF << /F 2 0 R >> >>", fmt.Sprintf("<< /Type /EmbeddedFile /Length %d >>\nstream\n%s\nendstream", len(attached), attached)), "LOW001", "below 10"},
		"author":      {pdf("<< /Producer (x) /Author (A. Person) >>"), "FIL009", "Author"},
		"script":      {pdf("<< /S /JavaScript /JS (app.alert\\(1\\)) >>"), "FIL008", "fail: Not seen when the file is opened: a program"},
		"layer":       {pdf("<< /Type /OCG /Name (counts) >>"), "FIL008", "a layer"},
		"note":        {pdf("<< /Subtype /Text /Contents (these are 7 people) >>"), "LOW001", "below 10"},
		"field":       {pdf("<< /FT /Tx /V (n = 7) >>"), "LOW001", "below 10"},
		"two values":  {pdf("<< /A 1 >>") + pdf("<< /A 2 >>"), "FIL008", "1 earlier versions"},
		"encrypted":   {pdf("<< /Encrypt 3 0 R >>"), "FIL002", "encrypted"},
		"packed page": {pdf("<< /Type /Page /Contents 2 0 R >>", packedStream("BT /F1 9 Tf 72 700 Td (A total of 7 participants) Tj ET")), "LOW001", "below 10"},
		"invisible":   {pdf("<< /Type /Page /Contents 2 0 R >>", packedStream("BT 3 Tr /F1 9 Tf 72 700 Td (words) Tj ET")), "FIL008", "drawn invisibly"},
		"own letters": {pdf("<< /Type /Page /Contents 2 0 R /Resources << /Font << /F1 3 0 R >> >> >>", packedStream("BT /F1 9 Tf 72 700 Td <000100020003> Tj ET"),
			"<< /Type /Font /Subtype /Type0 /ToUnicode 4 0 R >>", packedStream("3 beginbfchar <0001> <006E> <0002> <003D> <0003> <0037> endbfchar")), "LOW001", "below 10"},
	}
	for name, f := range files {
		t.Run(name, func(t *testing.T) {
			report := check(t, "ukllc-metrics", map[string]string{"a.pdf": f.content})
			assert.Contains(t, messages(report, f.check), f.says, "%+v", report.Findings)
			require.NotEqual(t, outputs.Fully, report.Files[0].Read)
		})
	}
}

func packedStream(content string) string {
	packed := deflated(content)
	return fmt.Sprintf("<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream", len(packed), packed)
}
