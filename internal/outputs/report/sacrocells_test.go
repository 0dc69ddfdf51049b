package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/outputs"
)

func TestFindingCells(t *testing.T) {
	cases := []struct {
		name, text string
		line       int
		cell       [2]int
		known      bool
	}{
		{"below the header", "study,n\nA,40\nB,7\n", 3, [2]int{1, 0}, true},
		{"the header itself", "study,n\nA,40\n", 1, [2]int{}, false},
		{"the first column", "n,study\n7,A\n", 2, [2]int{}, false},
		{"below a title and a blank line", "Participants\n\nstudy,n\nA,7\n", 4, [2]int{2, 0}, true},
		{"below a cell of two lines", "study,m,n\n\"A\nB\",40,50\nC,60,7\n", 4, [2]int{1, 1}, true},
		{"on Windows", "study,n\r\nA,40\r\nB,7\r\n", 3, [2]int{1, 0}, true},
		{"behind the mark of an encoding", "\xef\xbb\xbfstudy,n\nA,7\n", 2, [2]int{0, 0}, true},
		{"on no line", "study,n\nA,7\n", 0, [2]int{}, false},
	}
	for _, one := range cases {
		cell, known := newCellFinder([]byte(one.text)).find(outputs.Finding{Line: one.line, Column: "n"})
		assert.Equal(t, one.known, known, one.name)
		if one.known {
			assert.Equal(t, one.cell, cell, one.name)
		}
	}
}

// FuzzCells finds no cell outside the lines of a file.
func FuzzCells(f *testing.F) {
	f.Add("study,n\nA,40\nB,7\n")
	f.Add("\n\nstudy,n\n\"A\nB\",7\n")
	f.Add("a;b\n\"x")
	f.Fuzz(func(t *testing.T, text string) {
		finder := newCellFinder([]byte(text))
		lines := strings.Count(text, "\n") + 1
		for line := range lines + 2 {
			cell, known := finder.find(outputs.Finding{Line: line, Column: "n"})
			if known {
				require.True(t, cell[0] >= 0 && cell[0] < lines && cell[1] >= 0, "%v of %d lines", cell, lines)
			}
		}
	})
}
