package desk

import (
	"bytes"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/outputs/document"
)

// sheets draws tables of any shape and content.
func sheets() *rapid.Generator[*sheet] {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{attack, overwrite, "</td></tr></table>", "{{.}}", "\x00\xff", strings.Repeat("ä", longestRow)}))
	return rapid.Custom(func(t *rapid.T) *sheet {
		s := &sheet{Header: rapid.SliceOfN(text, 1, 5).Draw(t, "header"), was: map[cellAt]string{}}
		for _, cells := range rapid.SliceOfN(rapid.SliceOfN(text, 0, 7), 0, 40).Draw(t, "rows") {
			s.rows = append(s.rows, document.Row{Line: len(s.rows) + 2, Cells: cells})
		}
		s.measure()
		return s
	})
}

func TestSlicesOfASheetAreTheSheet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, count := sheets().Draw(t, "sheet"), rapid.IntRange(1, 9).Draw(t, "count")
		all := []row{}
		for from := 0; from < s.Len(); from += count {
			all = append(all, s.slice(from, count)...)
		}
		assert.Equal(t, s.slice(0, s.Len()), all)
		assert.Len(t, all, s.Len())
		from := rapid.Int().Draw(t, "from")
		assert.LessOrEqual(t, len(s.slice(from, rapid.IntRange(-5, 5).Draw(t, "some"))), 5)
		for _, width := range s.Widths {
			assert.GreaterOrEqual(t, width, narrowest, "there is a class of the style sheet for it")
			assert.LessOrEqual(t, width, widest)
		}
	})
}

// Whatever cells hold, the page has the elements of its own template and nothing
// that cannot be seen.
func TestRowsAreTextAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := sheets().Draw(t, "sheet")
		var page bytes.Buffer
		require.NoError(t, pages.ExecuteTemplate(&page, "rows", block{sheet: s, Rows: s.slice(0, s.Len())}))
		text := page.String()
		cuts := strings.Count(text, `<span class="cut">`)
		assert.Equal(t, s.Len()*(2*len(s.Header)+2)+cuts, strings.Count(text, "<")-strings.Count(text, "</"))
		assert.Equal(t, -1, strings.IndexFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }))
	})
}

func TestNamesOfDownloadsSteerNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := safeName(rapid.String().Draw(t, "name"))
		assert.NotContains(t, name, "/")
		assert.NotContains(t, name, `"`)
		assert.False(t, strings.HasPrefix(name, "."))
		assert.Equal(t, -1, strings.IndexFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }))
	})
}
