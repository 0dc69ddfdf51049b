package cite

import (
	"encoding/json"
	"errors"
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
		Kind:      rapid.SampledFrom([]string{"", "", "freeze", "report", "T } ,"}).Draw(t, "kind"),
		Abstract:  text.Draw(t, "abstract"),
		Issued:    rapid.SampledFrom([]Date{{}, {2024, 4, 26}, {2024, 4, 0}}).Draw(t, "issued"),
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
	bibStart = regexp.MustCompile(`^@(misc|dataset)\{[a-z0-9-]+,$`)
	bibLine  = regexp.MustCompile(`^  ([a-z]+) = \{(.*)\},?$`)
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
		for _, format := range []Format{BibTeX, BibLaTeX} {
			entries := bibTeXEntries(t, write(t, format, works...))
			require.Len(t, entries, len(works))
			for i, fields := range entries {
				work := works[i].tidy()
				require.Equal(t, work.Title, untexed(strings.TrimSuffix(strings.TrimPrefix(fields["title"], "{"), "}")))
				require.Equal(t, work.Version, untexed(fields["version"]))
				require.Equal(t, work.bibTeXAuthors(), fields["author"])
			}
		}
	})
}

// bibTeXEntries reads entries whose every line has its place, and each value
// braces that pair.
func bibTeXEntries(t *rapid.T, file string) []map[string]string {
	var entries []map[string]string
	keys := map[string]bool{}
	for line := range strings.Lines(file) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "@"):
			require.Regexp(t, bibStart, line)
			require.False(t, keys[line], "a key is given once")
			keys[line] = true
			entries = append(entries, map[string]string{})
		case strings.HasPrefix(line, " "):
			require.Regexp(t, bibLine, line)
			parts := bibLine.FindStringSubmatch(line)
			require.True(t, bracesPair(parts[2]), line)
			require.True(t, bracesPair(strings.NewReplacer(`\{`, "", `\}`, "").Replace(parts[2])), "for readers that mind a backslash: "+line)
			entries[len(entries)-1][parts[1]] = parts[2]
		default:
			require.Contains(t, []string{"", "}"}, line)
		}
	}
	return entries
}

// untexed undoes what escapeTeX does.
func untexed(text string) string {
	pairs := append([]string{`\textbraceleft{}`, `{`, `\textbraceright{}`, `}`, `\{`, `{`, `\}`, `}`}, texEscapes...)
	var inverse []string
	for i := 0; i < len(pairs); i += 2 {
		if i < 8 {
			inverse = append(inverse, pairs[i], pairs[i+1])
			continue
		}
		inverse = append(inverse, pairs[i+1], pairs[i])
	}
	return strings.NewReplacer(inverse...).Replace(text)
}

func TestAnyWorkAsDataCiteStaysWithinItsRecord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		work := anyWork(t)
		value := bibLine
		for line := range strings.Lines(writeAs(t, BibTeX, work)) {
			line = strings.TrimSuffix(line, "\n")
			if parts := value.FindStringSubmatch(line); parts != nil {
				require.True(t, bracesPair(parts[2]), line)
				continue
			}
			require.True(t, line == "}" || strings.HasPrefix(line, "@misc{"), line)
		}
		lines := strings.Split(writeAs(t, RIS, work), "\r\n")
		for i, line := range lines {
			require.NotContains(t, line, "\n")
			require.NotContains(t, line, "\r")
			require.Equal(t, i == 0, strings.HasPrefix(line, "TY  - "))
			require.Equal(t, i == len(lines)-1, strings.HasPrefix(line, "ER  - "))
		}
		works, err := ReadCSL([]byte(writeAs(t, CSLJSON, work)))
		require.NoError(t, err)
		require.Equal(t, fold(work.Title), works[0].Title)
	})
}

func TestAnyWorkComesBackFromCSLJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		works := anyWorks(t)
		got, err := Read([]byte(write(t, CSLJSON, works...)))
		require.NoError(t, err)
		for i, work := range works {
			want := work.tidy().asCSLKnowsIt()
			if want.Kind != "" {
				want.Kind = want.cslType()
			}
			if !want.Issued.IsZero() {
				want.Year = want.Issued.year
			}
			require.Equal(t, want.asWritten(), got[i])
		}
	})
}

// asWritten returns the work with persons only where a name has two parts.
func (w Work) asWritten() Work {
	creators := append([]Creator(nil), w.Creators...)
	for i, creator := range creators {
		creators[i].Personal = creator.hasInitials()
	}
	w.Creators = creators
	return w
}

func TestAnyWorkComesBackFromDataCiteJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		work := anyWork(t)
		work.Year = rapid.IntRange(1000, 9999).Draw(t, "year in four digits")
		got, err := Read([]byte(write(t, DataCiteJSON, work)))
		require.NoError(t, err)
		want := work.tidy()
		want.Keywords = unique(want.Keywords)
		if !nameInTRE.MatchString(want.Name) {
			want.Name = ""
		}
		require.Equal(t, []Work{want}, got)
	})
}

func TestAnyTitleAndNameComeBackFromTheRecords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		work := anyWork(t)
		want := work.tidy()
		var page struct {
			Name    string
			Creator []struct{ Name, FamilyName, GivenName string }
		}
		require.NoError(t, json.Unmarshal([]byte(write(t, SchemaOrg, work)), &page))
		require.Equal(t, want.Title, page.Name)
		require.Len(t, page.Creator, len(want.Creators))
		for i, creator := range page.Creator {
			name := creator.Name
			if creator.FamilyName != "" {
				name = creator.FamilyName + ", " + creator.GivenName
			}
			require.Equal(t, want.Creators[i].Name, name)
		}
		work.Kind, work.Title, work.Publisher, work.Version = "", work.Title[:min(len(work.Title), 100)]+"..", "UK LLC", "3"
		work.DOI, work.Keywords, work.Year = mustDOI(t, "10.71760/a"), nil, 2024
		var record hdrukWork
		out, err := Write(HDRUK, work)
		var lack *Lack
		if errors.As(err, &lack) {
			return
		}
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(out, &record))
		require.Equal(t, fold(work.Title), record.Summary.Title)
	})
}

var yamlLine = regexp.MustCompile(`^ *(?:-|- )?(?:[a-z-]+:)?(?: ?("(?:[^"\\]|\\.)*"))?(?: [0-9]+)?$`)

func TestAnyCFFLineIsAKeyWithOneQuotedText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		works := anyWorks(t)
		texts := map[string]bool{}
		for line := range strings.Lines(write(t, CFF, works...)) {
			line = strings.TrimSuffix(line, "\n")
			require.Regexp(t, yamlLine, line)
			if quoted := yamlLine.FindStringSubmatch(line)[1]; quoted != "" {
				var text string
				require.NoError(t, json.Unmarshal([]byte(quoted), &text), "a text of YAML in quotes is one of JSON")
				texts[text] = true
			}
		}
		for _, work := range works {
			require.Contains(t, texts, fold(work.Title))
		}
	})
}

func TestAnyAPALineIsOneParagraphThatReadsTheSameInHTML(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		work := anyWork(t)
		line := strings.TrimSuffix(write(t, APA, work), "\n")
		require.Equal(t, fold(line), line)
		require.Contains(t, line, fold(work.Title))
		page, err := Style{Format: APA, Form: HTML}.Write(work)
		require.NoError(t, err)
		require.Equal(t, line+"\n", textOf(t, string(page)))
		markdown, err := Style{Format: APA, Form: Markdown}.Write(work)
		require.NoError(t, err)
		require.Equal(t, 1, strings.Count(string(markdown), "\n"))
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

// FuzzTitleAndName gives any two texts to every format and reads them again.
func FuzzTitleAndName(f *testing.F) {
	for _, text := range []string{"Talking & therapies", "a\r\nER  - ", `}{\`, " and ", "Data Services, NHS England (NHSE) ", "\x00", `"`, "<i>"} {
		f.Add(text, "A, B and C")
		f.Add("T", text)
	}
	f.Fuzz(func(t *testing.T, title, name string) {
		work := Work{Title: "T" + title, Creators: Organisations(name), Year: 2024}
		for _, format := range []Format{CSLJSON, DataCiteJSON} {
			works, err := Read([]byte(write(t, format, work)))
			require.NoError(t, err)
			if len(works[0].Creators) > 0 || !isUnavailable(fold(name)) {
				require.Equal(t, work.tidy().Creators, works[0].Creators)
			}
			require.Equal(t, fold(work.Title), works[0].Title)
		}
		for _, format := range []Format{APA, BibTeX, BibLaTeX, CFF, SchemaOrg} {
			require.NotEmpty(t, write(t, format, work))
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(write(t, RIS, work), "\r\n"), "\r\n") {
			require.Regexp(t, risLine, line)
		}
	})
}
