package outputs_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/outputs"
)

// member is a file to be packed.
type member struct{ name, content string }

// zipOf packs files in a zip file, as they are.
func zipOf(t testing.TB, members ...member) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i, m := range members {
		if laterNamed(members[i+1:], m.name) {
			continue
		}
		f, err := w.CreateHeader(&zip.FileHeader{Name: m.name, Method: zip.Store})
		require.NoError(t, err)
		_, err = f.Write([]byte(m.content))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.String()
}

// laterNamed reports whether a later member takes the place of one.
func laterNamed(members []member, name string) bool {
	return slices.ContainsFunc(members, func(m member) bool { return m.name == name })
}

func gzipOf(t testing.TB, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(content))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

func tarOf(t testing.TB, members ...member) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range members {
		require.NoError(t, w.WriteHeader(&tar.Header{Name: m.name, Mode: 0o644, Size: int64(len(m.content)), Typeflag: tar.TypeReg}))
		_, err := w.Write([]byte(m.content))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.String()
}

// sheetXML writes rows as a sheet with the texts in the cells.
func sheetXML(rows [][]string) string {
	var b strings.Builder
	b.WriteString(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	for i, row := range rows {
		fmt.Fprintf(&b, `<row r="%d">`, i+1)
		for j, cell := range row {
			place := fmt.Sprintf("%c%d", 'A'+j, i+1)
			switch {
			case strings.HasPrefix(cell, "<c"):
				b.WriteString(strings.Replace(cell, "<c", `<c r="`+place+`"`, 1))
			case strings.Trim(cell, "0123456789.") == "" && cell != "":
				fmt.Fprintf(&b, `<c r="%s"><v>%s</v></c>`, place, cell)
			default:
				fmt.Fprintf(&b, `<c r="%s" t="inlineStr"><is><t>%s</t></is></c>`, place, strings.ReplaceAll(cell, "<", "&lt;"))
			}
		}
		b.WriteString(`</row>`)
	}
	b.WriteString(`</sheetData></worksheet>`)
	return b.String()
}

// bookOf makes a workbook of one sheet; more parts may be added.
func bookOf(t testing.TB, sheet string, more ...member) string {
	t.Helper()
	return zipOf(t, append([]member{
		{"[Content_Types].xml", `<Types/>`},
		{"xl/workbook.xml", `<workbook xmlns:r="r"><sheets><sheet name="Results" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>`},
		{"xl/worksheets/sheet1.xml", sheet},
	}, more...)...)
}

func odsOf(t testing.TB, rows [][]string) string {
	var b strings.Builder
	b.WriteString(`<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><table:table table:name="S">`)
	for _, row := range rows {
		b.WriteString(`<table:table-row>`)
		for _, cell := range row {
			b.WriteString(`<table:table-cell><text:p>` + strings.ReplaceAll(cell, "<", "&lt;") + `</text:p></table:table-cell>`)
		}
		b.WriteString(`</table:table-row>`)
	}
	b.WriteString(`</table:table></office:body></office:document-content>`)
	return zipOf(t, member{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, member{"content.xml", b.String()})
}

// pdfOf makes a page with texts at places; flate streams are tested in the room
// of PDF files.
func pdfOf(rows [][]string) string {
	var page strings.Builder
	page.WriteString("BT /F1 10 Tf\n")
	for i, row := range rows {
		for j, cell := range row {
			fmt.Fprintf(&page, "1 0 0 1 %d %d Tm (%s) Tj\n", 72+j*120, 700-i*14, cell)
		}
	}
	page.WriteString("ET")
	return "%PDF-1.4\n1 0 obj\n<< /Type /Page /Contents 2 0 R /Resources << /Font << /F1 3 0 R >> >> >>\nendobj\n" +
		fmt.Sprintf("2 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n", page.Len(), page.String()) +
		"3 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n%%EOF\n"
}

func packedFloats(values ...float64) string {
	var b []byte
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return base64Of(string(b))
}

func base64Of(content string) string { return base64.StdEncoding.EncodeToString([]byte(content)) }

var leaking = [][]string{{"cohort", "participants"}, {"ALSPAC", "<10"}, {"BCS70", "15"}, {"GLAD", "1794"}, {"Total", "1816"}}

const leakingCSV = "cohort,participants\nALSPAC,<10\nBCS70,15\nGLAD,1794\nTotal,1816\n"

// TestEveryKindOfFileGivesItsTable writes one leaking table in every kind of
// file and expects the same proof of each.
func TestEveryKindOfFileGivesItsTable(t *testing.T) {
	figure := `[{"type":"bar","name":"participants","x":["ALSPAC","BCS70","GLAD","Total"],"y":["<10",15,1794,1816]}]`
	kinds := map[string]string{
		"workbook.xlsx":    bookOf(t, sheetXML(leaking)),
		"sheet.ods":        odsOf(t, leaking),
		"page.pdf":         pdfOf(leaking),
		"packed.zip":       zipOf(t, member{"tables/t.csv", leakingCSV}),
		"packed.tar":       tarOf(t, member{"t.csv", leakingCSV}),
		"t.csv.gz":         gzipOf(t, leakingCSV),
		"psql.txt":         " cohort | participants \n--------+--------------\n ALSPAC | <10\n BCS70  |           15\n GLAD   |         1794\n Total  |         1816\n(4 rows)\n",
		"box.txt":          "┌────────┬──────┐\n│ cohort │ n    │\n├────────┼──────┤\n│ ALSPAC │ <10  │\n│ BCS70  │ 15   │\n│ GLAD   │ 1794 │\n│ Total  │ 1816 │\n└────────┴──────┘\n",
		"mysql.log":        "+--------+------+\n| cohort | n    |\n+--------+------+\n| ALSPAC | <10  |\n| BCS70  |   15 |\n| GLAD   | 1794 |\n| Total  | 1816 |\n+--------+------+\n",
		"notes.org":        "| cohort | n    |\n|--------+------|\n| ALSPAC | <10  |\n| BCS70  | 15   |\n| GLAD   | 1794 |\n| Total  | 1816 |\n",
		"grid.rst":         "+--------+------+\n| cohort | n    |\n+========+======+\n| ALSPAC | <10  |\n+--------+------+\n| BCS70  | 15   |\n+--------+------+\n| GLAD   | 1794 |\n+--------+------+\n| Total  | 1816 |\n+--------+------+\n",
		"simple.rst":       "======  ====\ncohort  n\n======  ====\nALSPAC  <10\nBCS70   15\nGLAD    1794\nTotal   1816\n======  ====\n",
		"stata.log":        ". tabulate cohort\n\n     cohort |      Freq.     Percent\n------------+-----------------------\n     ALSPAC |        <10           -\n      BCS70 |         15        0.83\n       GLAD |      1,794       98.79\n------------+-----------------------\n      Total |      1,816      100.00\n",
		"stata.smcl":       "{smcl}\n{com}. tabulate cohort\n\n{txt}     cohort {c |}      Freq.\n{hline 12}{c +}{hline 11}\n     ALSPAC {c |}{res}        <10\n{txt}      BCS70 {c |}{res}         15\n{txt}       GLAD {c |}{res}      1,794\n{txt}{hline 12}{c +}{hline 11}\n      Total {c |}{res}      1,816\n",
		"r.out":            "> print(counts)\n  cohort participants\n1 ALSPAC          <10\n2  BCS70           15\n3   GLAD         1794\n4  Total         1816\n",
		"pandas.log":       "In [3]: counts\n        participants\nALSPAC           <10\nBCS70             15\nGLAD            1794\nTotal           1816\n\n[4 rows x 1 columns]\n",
		"aligned.txt":      "Participants by cohort\n\ncohort    participants\nALSPAC    <10\nBCS70     15\nGLAD      1794\nTotal     1816\n\nSmall counts are masked.\n",
		"pasted.txt":       "See below.\n\ncohort\tparticipants\nALSPAC\t<10\nBCS70\t15\nGLAD\t1794\nTotal\t1816\n",
		"report.Rmd":       "# Counts\n\n```\n##   cohort    n\n## 1 ALSPAC  <10\n## 2  BCS70   15\n## 3   GLAD 1794\n## 4  Total 1816\n```\n",
		"inner.md":         "Counts.\n\n<table><tr><th>cohort</th><th>n</th></tr>\n<tr><td>ALSPAC</td><td>&lt;10</td></tr><tr><td>BCS70</td><td>15</td></tr>\n<tr><td>GLAD</td><td>1794</td></tr><tr><td>Total</td><td>1816</td></tr></table>\n",
		"table.tex":        "\\begin{table}\n\\caption{Participants}\n\\begin{tabular}{lr}\n\\toprule\ncohort & participants \\\\ \\midrule\nALSPAC & $<$10 \\\\\nBCS70 & 15 \\\\\n\\textbf{GLAD} & 1{,}794 \\\\\n\\midrule\n\\multicolumn{1}{l}{Total} & \\num{1816} \\\\\n\\bottomrule\n\\end{tabular}\n\\end{table}\n",
		"table.rtf":        `{\rtf1\ansi{\fonttbl{\f0 Arial;}}\trowd\cellx100\cellx200\intbl cohort\cell n\cell\row\trowd\intbl ALSPAC\cell <10\cell\row\trowd\intbl BCS70\cell 15\cell\row\trowd\intbl GLAD\cell 1794\cell\row\trowd\intbl Total\cell 1816\cell\row}`,
		"records.xml":      `<data><row cohort="ALSPAC" n="&lt;10"/><row cohort="BCS70" n="15"/><row cohort="GLAD" n="1794"/><row cohort="Total" n="1816"/></data>`,
		"nested.xml":       `<data><row><cohort>ALSPAC</cohort><n>&lt;10</n></row><row><cohort>BCS70</cohort><n>15</n></row><row><cohort>GLAD</cohort><n>1794</n></row><row><cohort>Total</cohort><n>1816</n></row></data>`,
		"lines.ndjson":     "{\"cohort\":\"ALSPAC\",\"n\":\"<10\"}\n{\"cohort\":\"BCS70\",\"n\":15}\n{\"cohort\":\"GLAD\",\"n\":1794}\n{\"cohort\":\"Total\",\"n\":1816}\n",
		"counts.yaml":      "made: today\nparticipants:\n  ALSPAC: <10\n  BCS70: 15\n  GLAD: 1794\n  Total: 1816\n",
		"run.ipynb":        notebookOf(t, map[string]any{"text/html": []string{"<table><tr><th>cohort</th><th>n</th></tr>\n", "<tr><td>ALSPAC</td><td>&lt;10</td></tr><tr><td>BCS70</td><td>15</td></tr>", "<tr><td>GLAD</td><td>1794</td></tr><tr><td>Total</td><td>1816</td></tr></table>"}, "text/plain": "x"}),
		"figure.ipynb":     notebookOf(t, map[string]any{"application/vnd.plotly.v1+json": map[string]any{"data": json.RawMessage(figure), "layout": map[string]any{}}}),
		"plotly.html":      `<div id="a"></div><script>Plotly.newPlot("a", ` + figure + `, {"title":{"text":"Participants by cohort"}, "template":{"data":{"bar":[{"marker":{"width":5}}]}}}, {responsive: true})</script>`,
		"highcharts.html":  `<script>Highcharts.chart('c', { title: {text: 'People'}, xAxis: { categories: ['ALSPAC','BCS70','GLAD','Total'] }, series: [{ name: 'participants', data: ['<10', 15, 1794, 1816], }] });</script>`,
		"vega.html":        `<script>const spec = {"$schema":"https://vega.github.io/schema/vega-lite/v5.json","width":400,"height":300,"data":{"values":[{"cohort":"ALSPAC","n":"<10"},{"cohort":"BCS70","n":15},{"cohort":"GLAD","n":1794},{"cohort":"Total","n":1816}]},"mark":"bar"}; vegaEmbed('#v', spec);</script>`,
		"chartjs.html":     `<script>new Chart(ctx, {type:'bar', data: {labels: ["ALSPAC","BCS70","GLAD","Total"], datasets: [{label: "participants", data: ["<10",15,1794,1816]}]}})</script>`,
		"bokeh.html":       `<script type="application/json" id="p1">{"5f":{"version":"3.4.0","title":"Bokeh","roots":[{"type":"object","name":"Figure","id":"p1","attributes":{"x_range":{"start":0,"end":4},"renderers":[{"type":"object","name":"ColumnDataSource","id":"p2","attributes":{"data":{"type":"map","entries":[["cohort",["ALSPAC","BCS70","GLAD","Total"]],["participants",["<10",15,1794,1816]]]}}}]}}]}}</script>`,
		"widget.html":      `<script type="application/json" data-for="h">{"x":{"data":[["1","2","3","4"],["ALSPAC","BCS70","GLAD","Total"],["<10",15,1794,1816]],"container":"<table>\n<thead><tr><th> </th><th>cohort</th><th>n</th></tr></thead></table>"},"evals":[]}</script>`,
		"windows.csv":      "cohort,participants\nALSPAC \x96 caf\xe9,<10\nBCS70,15\nGLAD,1794\nTotal,1816\n",
		"utf32.csv":        utf32(leakingCSV),
		"bare utf16.csv":   utf16le(leakingCSV),
		"mac.csv":          strings.ReplaceAll(leakingCSV, "\n", "\r"),
		"stated.csv":       "sep=;\n" + strings.ReplaceAll(leakingCSV, ",", ";"),
		"two headers.csv":  ",Men,Women\ncohort,n,n\nALSPAC,<10,<10\nBCS70,15,15\nGLAD,1794,1794\nTotal,1816,1816\n",
		"superscripts.csv": "cohort,participants\nALSPAC,<10\nBCS70,15¹\nGLAD,1794²\nTotal,1816\n",
	}
	for name, content := range kinds {
		t.Run(name, func(t *testing.T) {
			report := check(t, "ukllc-metrics", map[string]string{name: content})
			found := ofCheck(report, "TOT001")
			if assert.NotEmpty(t, found, "%+v %+v", report.Files, report.Findings) {
				assert.Contains(t, found[0].Certificate, "1816 - 15 - 1794 = 7: total 1816 minus 1809 shown = 7 people in ALSPAC")
			}
			assert.NotContains(t, checksOf(report), "FIL010")
		})
	}
}

func utf32(text string) string {
	b := []byte("\xff\xfe\x00\x00")
	for _, r := range text {
		b = binary.LittleEndian.AppendUint32(b, uint32(r))
	}
	return string(b)
}

// notebookOf makes a notebook of one cell with one output.
func notebookOf(t testing.TB, data map[string]any) string {
	t.Helper()
	book := map[string]any{"nbformat": 4, "nbformat_minor": 5, "metadata": map[string]any{}, "cells": []any{
		map[string]any{"cell_type": "code", "source": []string{"counts = load()\n", "counts"}, "outputs": []any{
			map[string]any{"output_type": "display_data", "data": data},
		}},
	}}
	text, err := json.MarshalIndent(book, "", " ")
	require.NoError(t, err)
	return string(text)
}

// TestPackedListsArePoints reads the lists that plotly and Bokeh write as bytes.
func TestPackedListsArePoints(t *testing.T) {
	packed := packedFloats(4, 15, 1794)
	for name, content := range map[string]string{
		"plotly.html": `<script>Plotly.newPlot("a", [{"type":"bar","name":"participants","x":["ALSPAC","BCS70","GLAD"],"y":{"dtype":"f8","bdata":"` + packed + `"}}], {})</script>`,
		"bokeh.html":  `<script>const docs_json = '{"a":{"roots":{"references":[{"type":"ColumnDataSource","attributes":{"data":{"cohort":["ALSPAC","BCS70","GLAD"],"participants":{"__ndarray__":"` + packed + `","dtype":"float64","shape":[3]}}}}]}}}';</script>`,
		"three.json":  `{"roots":[{"type":"object","name":"ColumnDataSource","attributes":{"data":{"type":"map","entries":[["cohort",["ALSPAC","BCS70","GLAD"]],["participants",{"type":"ndarray","array":{"type":"bytes","data":"` + packed + `"},"shape":[3],"dtype":"float64","order":"little"}]]}}}]}`,
	} {
		report := check(t, "ukllc-metrics", map[string]string{name: content})
		low := ofCheck(report, "LOW001")
		if assert.Len(t, low, 1, "%s: %+v", name, report.Findings) {
			assert.Equal(t, "ALSPAC", low[0].Row)
			assert.Equal(t, outputs.Fail, report.Verdict)
		}
	}
}

// Browsers with scripts keep what stands in a noscript element as text; those
// without show it, and so does the source.
func TestWhatAPageShowsWithoutScriptsIsRead(t *testing.T) {
	page := func(cell string) string {
		return `<p>Results</p><noscript><details><summary>More</summary><table><tr><th>cohort<th>participants<tr><th>ALSPAC<td>` + cell + `<tr><th>BCS70<td>1540</table></details></noscript>`
	}
	assert.NotEmpty(t, ofCheck(check(t, "ukllc-metrics", map[string]string{"t.html": page("7")}), "LOW001"))
	assert.Empty(t, ofCheck(check(t, "ukllc-metrics", map[string]string{"t.html": page("1200")}), "LOW001"))
	assert.NotEmpty(t, ofCheck(check(t, "ukllc-metrics", map[string]string{"t.html": page(`&lt;10<!-- 7 -->`)}), "FIL002"))
}

// A number outside the tables is that of a name which a table has, or is told of.
func TestNumbersOfNamesInTablesAreNotLoose(t *testing.T) {
	page := func(outside string) string {
		return `<details><summary>` + outside + `</summary><table><tr><th>board<th>participants<tr><th>Board 38 of the North<td>1540<tr><th>Board 7<td>7000</table></details>`
	}
	for outside, isLoose := range map[string]bool{"Board 38 of the North": false, "Board 39 of the North": true, "7": true, "Board 7: 7": true} {
		told := messages(check(t, "ukllc-metrics", map[string]string{"t.html": page(outside)}), "FIL002")
		assert.Equal(t, isLoose, strings.Contains(told, "numbers outside its tables"), outside)
	}
}
