package file1

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"testing"

	"tre-toolkit/internal/identifier"
)

// participants returns a clean file of so many participants.
func participants(n int) []byte {
	var file bytes.Buffer
	file.WriteString(header() + "\n")
	nine := uint64(400_000_000)
	for i := range n {
		digit, issued := identifier.NHSCheckDigit(nine)
		for ; !issued; digit, issued = identifier.NHSCheckDigit(nine) {
			nine++
		}
		file.WriteString(rowOf(map[string]string{
			"STUDY_ID": fmt.Sprintf("S%08d", i), "NHS_NUMBER": fmt.Sprint(nine*10 + digit), "SURNAME": fmt.Sprint("Example", string(rune('a'+i%26))),
			"DATE_OF_BIRTH": fmt.Sprintf("%02d/%02d/%d", 1+i%28, 1+i%12, 1940+i%60), "ADDRESS_1": fmt.Sprintf("%d High Street", i%300),
		}) + "\n")
		nine++
	}
	return file.Bytes()
}

func BenchmarkCheck(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		file := participants(n)
		opts := options(goodName)
		opts.Size = int64(len(file))
		b.Run(fmt.Sprint(n, " rows"), func(b *testing.B) {
			b.SetBytes(int64(len(file)))
			b.ReportAllocs()
			for b.Loop() {
				report, err := Check(context.Background(), bytes.NewReader(file), opts)
				if err != nil || !report.Fits {
					b.Fatal(err, report.Findings)
				}
			}
		})
		b.Run(fmt.Sprint(n, " rows, encoding/csv reading alone"), func(b *testing.B) {
			b.SetBytes(int64(len(file)))
			for b.Loop() {
				reader := csv.NewReader(bytes.NewReader(file))
				reader.ReuseRecord = true
				for {
					if _, err := reader.Read(); err == io.EOF {
						break
					} else if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
