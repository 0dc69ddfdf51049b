package outputs_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/document"
	writing "tre-toolkit/internal/outputs/report"
)

// TestLayoutsMeanTheSame writes one leaking table in every format that is read
// and expects the same proof.
func TestLayoutsMeanTheSame(t *testing.T) {
	layouts := map[string]string{
		"plain.csv":     "cohort,participants\nALSPAC,<10\nBCS70,15\nGLAD,\"1,794\"\nTotal,\"1,816\"\n",
		"mark.csv":      "\xef\xbb\xbfcohort;participants\r\nALSPAC;<10\r\nBCS70;15\r\nGLAD;1794\r\nTotal;1816\r\n",
		"first.tsv":     "cohort\tparticipants\nAll\t1816\nALSPAC\t<10\nBCS70\t15\nGLAD\t1794\n",
		"titled.csv":    "Participants by cohort\n\ncohort,participants\nALSPAC,<10\nBCS70,15\nGLAD,1794\nTotal,1816\nSmall numbers are masked\n",
		"wide.csv":      "measure,ALSPAC,BCS70,GLAD,Total\nparticipants,<10,15,1794,1816\n",
		"long.csv":      "cohort,table,n\nALSPAC,care,<10\nBCS70,care,15\nGLAD,care,1794\nTotal,care,1816\n",
		"pairs.csv":     "cohort,n (%)\nALSPAC,<10 (-)\nBCS70,15 (0.8%)\nGLAD,1794 (98.8%)\nTotal,1816 (100%)\n",
		"grid.md":       "| cohort | participants |\n|---|---:|\n| ALSPAC | \\<10 |\n| BCS70 | 15 |\n| GLAD | 1,794 |\n| **Total** | **1,816** |\n",
		"records.json":  `[{"cohort":"ALSPAC","participants":"<10"},{"cohort":"BCS70","participants":15},{"cohort":"GLAD","participants":1794},{"cohort":"Total","participants":1816}]`,
		"tally.json":    `{"stamp":{"version":3},"counts":{"ALSPAC":"<10","BCS70":15,"GLAD":1794,"Total":1816}}`,
		"columns.json":  `{"cohort":["ALSPAC","BCS70","GLAD","Total"],"participants":["<10",15,1794,1816]}`,
		"page.html":     "<table><tr><th>cohort<th>participants<tr><td>ALSPAC<td>&lt;10<tr><td>BCS70<td>15<tr><td>GLAD<td>1&nbsp;794<tr><td>Total<td>1816</table>",
		"utf16.csv":     "\xff\xfe" + utf16le("cohort,participants\nALSPAC,<10\nBCS70,15\nGLAD,1794\nTotal,1816\n"),
		"full width.md": "cohort|participants\n-|-\nALSPAC|＜10\nBCS70|１５\nGLAD|1794\nTotal|1816\n",
	}
	for name, content := range layouts {
		t.Run(name, func(t *testing.T) {
			report := check(t, "ukllc-metrics", map[string]string{name: content})
			assert.Equal(t, []string{"TOT001"}, checksOf(report))
			if assert.NotEmpty(t, report.Findings) {
				assert.Contains(t, report.Findings[0].Certificate, "1816 - 15 - 1794 = 7")
			}
		})
	}
}

func utf16le(text string) string {
	var b strings.Builder
	for _, r := range text {
		b.WriteByte(byte(r))
		b.WriteByte(0)
	}
	return b.String()
}

func TestSubtotalsAndSeveralCharacteristics(t *testing.T) {
	safe := map[string]string{
		"subtotals.csv": "group,n\nA,20\nB,30\nSubtotal,50\nC,40\nD,60\nSubtotal,100\nTotal,150\n",
		"sections.csv":  "Characteristic,women,men,Total\nAll,90,90,180\nAge,,,\n18-24,40,50,90\n25+,50,40,90\nRegion,,,\nNorth,30,60,90\nSouth,60,30,90\n",
		"levels.csv":    "characteristic,level,n\nAll,,180\nage,18-24,90\nage,25+,90\nregion,North,70\nregion,South,110\n",
	}
	for name, content := range safe {
		report := check(t, "ukllc-metrics", map[string]string{name: content})
		assert.Equal(t, outputs.Safe, report.Verdict, "%s: %+v", name, report.Findings)
	}
}

func TestPathsStayInside(t *testing.T) {
	folder := write(t, map[string]string{"a/b/t.csv": "cohort,participants\nA,4\n", ".git/config": "x"})
	require.NoError(t, os.Symlink("/etc/passwd", filepath.Join(folder, "a", "link.csv")))
	report, err := outputs.Check(context.Background(), []string{folder}, outputs.Options{Profile: rules(t, "ukllc-metrics", nil)})
	require.NoError(t, err)
	var text bytes.Buffer
	require.NoError(t, writing.Text(&text, report))
	assert.NotContains(t, text.String(), folder)
	assert.NotContains(t, text.String(), "root:")
	assert.Contains(t, text.String(), "a/b/t.csv:2")
	assert.Contains(t, text.String(), "FIL006  a/link.csv")
	assert.Contains(t, text.String(), "FIL001  .git")
}

func TestLimitsAreTold(t *testing.T) {
	folder := write(t, map[string]string{
		"long.csv":  "cohort,participants\n" + strings.Repeat("A,40\n", 100),
		"deep.json": strings.Repeat("[", 100) + strings.Repeat("]", 100),
		"big.csv":   strings.Repeat("x", 5000),
	})
	limits := document.Limits{FileBytes: 4000, Files: 10, Cells: 50, Depth: 20}
	report, err := outputs.Check(context.Background(), []string{folder}, outputs.Options{Profile: rules(t, "ukllc-metrics", nil), Limits: limits})
	require.NoError(t, err)
	assert.Equal(t, outputs.Review, report.Verdict)
	for _, file := range report.Files {
		assert.NotEqual(t, outputs.Fully, file.Read, file.Path)
	}
}

func TestTerminalEscapesAreNotPrinted(t *testing.T) {
	report := check(t, "ukllc-metrics", map[string]string{"t.csv": "cohort,participants\n\x1b[2Jred,4\n"})
	var text bytes.Buffer
	require.NoError(t, writing.Text(&text, report))
	assert.NotContains(t, text.String(), "\x1b")
}

// FuzzCheck feeds every reader with whatever comes: no panic, and each file is
// accounted for.
func FuzzCheck(f *testing.F) {
	for _, seed := range []string{
		"cohort,participants\nA,<10\nTotal,7\n", "| a | b |\n|---|---|\n| x | 7 |\n",
		`[{"a":"x","n":7}]`, `{"a":[1,2],"b":["x","y"]}`, "<table><tr><td rowspan=3>a<td>7<tr><td>1</table>",
		"a\tb\n\"x\t1\n", "k,n,pct\nA,<10,12.0\nB,44,88.0\nTotal,50,100\n", "a,b\n,\n1 (2%),3\n",
	} {
		f.Add(seed)
	}
	var profiles []disclosure.Profile
	for _, name := range []string{"ukllc-metrics", "ukllc-researcher", "nhs-talking-therapies"} {
		profiles = append(profiles, rules(f, name, nil))
	}
	limits := document.Limits{FileBytes: 16 << 10, Files: 10, Cells: 2000, Depth: 20, Members: 20, Unpacked: 64 << 10, Nesting: 1}
	f.Fuzz(func(t *testing.T, content string) {
		files := map[string]string{"t.csv": content, "t.tsv": content, "t.md": content, "t.json": content, "t.html": content, "t.txt": content}
		folder := write(t, files)
		for _, profile := range profiles {
			report, err := outputs.Check(context.Background(), []string{folder}, outputs.Options{Profile: profile, Limits: limits})
			require.NoError(t, err)
			require.Len(t, report.Files, len(files))
			for _, file := range report.Files {
				assert.NotContains(t, file.Reason, "a fault of its own", "a reader or a check has a fault")
			}
			var text bytes.Buffer
			require.NoError(t, writing.Text(&text, report))
			require.NoError(t, writing.JSON(&text, report))
		}
	})
}
