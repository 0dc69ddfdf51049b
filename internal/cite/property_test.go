package cite

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// awkwardText draws any text, and often the pieces that formats are made of.
func awkwardText() *rapid.Generator[string] {
	pieces := []string{"{", "}", `\`, "%", "&", "\r\n", "TY  - ", "ER  - ", " and ", ",", "<", "\u2028", "\x00", "\xff", "NHS"}
	made := rapid.Map(rapid.SliceOf(rapid.SampledFrom(pieces)), func(parts []string) string { return strings.Join(parts, "") })
	return rapid.OneOf(rapid.String(), made)
}

func anyWork(t *rapid.T) Work {
	text := awkwardText()
	return Work{
		Name:      text.Draw(t, "name"),
		Creators:  []Creator{{text.Draw(t, "creator"), rapid.Bool().Draw(t, "personal")}, {Name: text.Draw(t, "second creator")}},
		Title:     "T" + text.Draw(t, "title"),
		Publisher: text.Draw(t, "publisher"),
		Year:      rapid.IntRange(0, 9999).Draw(t, "year"),
		Version:   text.Draw(t, "version"),
		DOI:       rapid.SampledFrom([]DOI{{}, mustDOI(t, "10.71760/ukllc-dataset-00360-03")}).Draw(t, "doi"),
		Language:  text.Draw(t, "language"),
		Keywords:  rapid.SliceOf(text).Draw(t, "keywords"),
		Rights:    text.Draw(t, "rights"),
	}
}

func anyWorks(t *rapid.T) []Work {
	return rapid.SliceOfN(rapid.Custom(anyWork), 1, 4).Draw(t, "works")
}

var (
	risLine  = regexp.MustCompile(`^[A-Z][A-Z0-9]  - [^\pZ\p{Cc}]*( [^\pZ\p{Cc}]+)*$`)
	bibStart = regexp.MustCompile(`^@misc\{[a-z0-9-]+,$`)
	bibLine  = regexp.MustCompile(`^  [a-z]+ = \{(.*)\},?$`)
)

func TestAnyRISHasOneStartAndOneEndARecord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		works := anyWorks(t)
		lines := strings.Split(write(t, RIS, works...), "\r\n")
		require.Empty(t, lines[len(lines)-1])
		starts, ends := 0, 0
		for _, line := range lines[:len(lines)-1] {
			require.Regexp(t, risLine, line)
			starts += strings.Count(line[:6], "TY  - ")
			ends += strings.Count(line[:6], "ER  - ")
			require.Contains(t, []int{0, 1}, starts-ends, "records are open one at a time")
		}
		require.Equal(t, len(works), starts)
		require.Equal(t, len(works), ends)
	})
}

func TestAnyBibTeXValueHasPairedBraces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		works := anyWorks(t)
		keys := map[string]bool{}
		for line := range strings.Lines(write(t, BibTeX, works...)) {
			line = strings.TrimSuffix(line, "\n")
			switch {
			case strings.HasPrefix(line, "@"):
				require.Regexp(t, bibStart, line)
				keys[line] = true
			case strings.HasPrefix(line, " "):
				require.Regexp(t, bibLine, line)
				require.True(t, bracesPair(bibLine.FindStringSubmatch(line)[1]), line)
			default:
				require.Contains(t, []string{"", "}"}, line)
			}
		}
		require.Len(t, keys, len(works))
	})
}

func TestAnyTitleComesBackFromCSLJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		works := anyWorks(t)
		var items []cslItem
		require.NoError(t, json.Unmarshal([]byte(write(t, CSLJSON, works...)), &items))
		require.Len(t, items, len(works))
		for i, item := range items {
			require.Equal(t, fold(works[i].Title), item.Title)
			require.Equal(t, works[i].DOI.String(), item.DOI)
		}
	})
}

func TestAnyPageLineIsOneLineAndReadsTheSameInHTML(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		work := anyWork(t)
		line := work.APALine()
		require.Equal(t, fold(line), line)
		require.Equal(t, line, textOf(t, string(work.APALineHTML())))
	})
}
