package document_test

import (
	"fmt"
	"strings"
	"testing"

	"tre-toolkit/internal/outputs/document"
)

// BenchmarkRead reads one table in several kinds of files, at two lengths: the
// time should grow with the length.
func BenchmarkRead(b *testing.B) {
	for _, rows := range []int{10_000, 40_000} {
		var csv, text, json, xml strings.Builder
		json.WriteString("[")
		xml.WriteString("<a>")
		for i := range rows {
			fmt.Fprintf(&csv, "study_%d,table_%d,%d\n", i%100, i/100, i%5000)
			fmt.Fprintf(&text, "%-12s %-12s %6d\n", fmt.Sprint("study_", i%100), fmt.Sprint("table_", i/100), i%5000)
			fmt.Fprintf(&json, `{"study":"s%d","table":"t%d","n":%d},`, i%100, i/100, i%5000)
			fmt.Fprintf(&xml, `<r study="s%d" table="t%d" n="%d"/>`, i%100, i/100, i%5000)
		}
		for name, content := range map[string]string{
			"t.csv": csv.String(), "t.txt": text.String(), "t.json": strings.TrimSuffix(json.String(), ",") + "]", "t.xml": xml.String() + "</a>",
		} {
			b.Run(fmt.Sprintf("%s of %d rows", name, rows), func(b *testing.B) {
				b.SetBytes(int64(len(content)))
				b.ReportAllocs()
				for b.Loop() {
					document.Read(name, []byte(content), document.DefaultLimits)
				}
			})
		}
	}
}
