package linkage

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
)

func listFindings(t *testing.T, text string) (lines int64, codes []string) {
	t.Helper()
	lines, findings, err := inspectList(t.Context(), "list.dat", strings.NewReader(text))
	require.NoError(t, err)
	for _, finding := range findings {
		codes = append(codes, finding.Code)
	}
	return lines, codes
}

// What is a positive list: a key, a comma, a line feed, and nothing else.
func TestWhatIsAPositiveList(t *testing.T) {
	cases := []struct {
		what, text string
		codes      []string
	}{
		{"one person", "304324219721347775,\n", nil},
		{"two people", "304324219721347775,\n577948442142524715,\n", nil},
		{"one person twice", "304324219721347775,\n304324219721347775,\n", nil},
		{"nobody", "", []string{"LST001"}},
		{"lines of another system", "304324219721347775,\r\n577948442142524715,\r\n", []string{"LST002"}},
		{"cut short in a key", "304324219721347775,\n5779484", []string{"LST003"}},
		{"cut short before the line feed", "304324219721347775,", []string{"LST003"}},
		{"no comma", "304324219721347775\n", []string{"LST004"}},
		{"two columns", "304324219721347775,1\n", []string{"LST004"}},
		{"two keys in a line", "304324219721347775,577948442142524715,\n", []string{"LST004"}},
		{"a comma alone", ",\n", []string{"LST004"}},
		{"an empty line", "\n304324219721347775,\n", []string{"LST004"}},
		{"blanks", " 304324219721347775 ,\n", []string{"LST004"}},
		{"quotes", "\"304324219721347775\",\n", []string{"LST004"}},
		{"a byte order mark", "\ufeff304324219721347775,\n", []string{"LST004"}},
		{"no UTF-8", "30432\xff,\n", []string{"LST004"}},
		{"a NUL", "30432\x00,\n", []string{"LST004"}},
		{"a header", "cohortkey_e,\n304324219721347775,\n", []string{"LST005"}},
		{"another header", "NHS_Number,\n304324219721347775,\n", []string{"LST005"}},
		{"a spreadsheet's number", "3.04324E+17,\n", []string{"LST006"}},
		{"NHS numbers", "9990000018,\n9990000026,\n304324219721347775,\n", []string{"LST007"}},
		{"ten digits by chance", "9990000018,\n9990000019,\n9990000020,\n", nil},
		{"a line of no end", strings.Repeat("1", longestLine-1) + ",", []string{"LST012"}},
		{"all that is wrong is told", "a\n,\nok,\nb b,\n", []string{"LST004", "LST004", "LST004"}},
	}
	for _, one := range cases {
		t.Run(one.what, func(t *testing.T) {
			_, codes := listFindings(t, one.text)
			assert.Equal(t, one.codes, codes)
		})
	}
}

func FuzzPositiveList(f *testing.F) {
	for _, seed := range []string{"304324219721347775,\n", "a,\nb,\n", "a,b\n", "a,\r\n", "cohortkey_e,\n", "9990000018,\n", "1E+5,\n", "\xef\xbb\xbfa,\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		lines, codes := listFindings(t, text)
		if len(codes) > 0 {
			return
		}
		body, ended := strings.CutSuffix(text, "\n")
		require.True(t, ended)
		list := strings.Split(body, "\n")
		require.EqualValues(t, len(list), lines)
		for _, line := range list {
			key, comma := strings.CutSuffix(line, ",")
			require.True(t, comma && key != "" && utf8.ValidString(key))
			require.Equal(t, []string{key}, strings.FieldsFunc(key, func(r rune) bool { return strings.ContainsRune(",\"\r\x00", r) || unicode.IsSpace(r) }))
		}
	})
}

// moves are how many people of one study went from one standing to another
// between two freezes: absent, permitted without a link, linked.
type moves struct{ absentOpen, absentLinked, openAbsent, openOpen, openLinked, linkedAbsent, linkedOpen, linkedLinked int64 }

func group(people string, stayed, joined, left int64) changed {
	return changed{
		study: "S", people: people,
		before: disclosure.CountOf(stayed + left), after: disclosure.CountOf(stayed + joined),
		stayed: disclosure.CountOf(stayed), joined: disclosure.CountOf(joined), parted: disclosure.CountOf(left),
	}
}

func (m moves) permitted() (stayed, joined, left int64) {
	return m.openOpen + m.openLinked + m.linkedOpen + m.linkedLinked, m.absentOpen + m.absentLinked, m.openAbsent + m.linkedAbsent
}

func (m moves) linked() (stayed, joined, left int64) {
	return m.linkedLinked, m.absentLinked + m.openLinked, m.linkedAbsent + m.linkedOpen
}

func (m moves) open() (stayed, joined, left int64) {
	return m.openOpen, m.absentOpen + m.linkedOpen, m.openAbsent + m.openLinked
}

func forAllMoves(most int64, do func(moves)) {
	var cells [8]int64
	var fill func(i int, before, after int64)
	fill = func(i int, before, after int64) {
		if i == len(cells) {
			do(moves{cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6], cells[7]})
			return
		}
		wasThere, isThere := i >= 2, i != 2 && i != 5
		for n := int64(0); ; n++ {
			b, a := before, after
			if wasThere {
				b += n
			}
			if isThere {
				a += n
			}
			if b > most || a > most {
				break
			}
			cells[i] = n
			fill(i+1, b, a)
		}
		cells[i] = 0
	}
	fill(0, 0, 0)
}

// What a reader must not learn of a few people.
var moveSecrets = map[string]func(moves) int64{
	"joined":                     func(m moves) int64 { _, joined, _ := m.permitted(); return joined },
	"left":                       func(m moves) int64 { _, _, left := m.permitted(); return left },
	"joined and are linked":      func(m moves) int64 { return m.absentLinked },
	"were linked and left":       func(m moves) int64 { return m.linkedAbsent },
	"lost their link and stayed": func(m moves) int64 { return m.linkedOpen },
	"stayed and are linked now":  func(m moves) int64 { return m.openLinked },
	"left the linked":            func(m moves) int64 { _, _, left := m.linked(); return left },
	"joined the linked":          func(m moves) int64 { _, joined, _ := m.linked(); return joined },
	"left without a link":        func(m moves) int64 { return m.openAbsent },
	"joined without a link":      func(m moves) int64 { return m.absentOpen },
}

// By brute force over every way in which up to eight people of a study can move:
// a reader who has both freezes' funnels, knows the rules and tries every move that
// would be shown as this one was cannot tell of one or two people that they left,
// joined, or lost their link. What is refused shows nothing.
func TestAComparisonGivesNobodyAway(t *testing.T) {
	const most, low = 9, 3
	profile := profileWithThreshold(t, low)
	printed := map[string]map[string][2]int64{}
	refusals := 0
	forAllMoves(most, func(m moves) {
		answer, err := protectChanges(m.groups(), profile)
		if err != nil {
			refusals++
			return
		}
		seen := m.funnels(profile)
		for _, study := range answer {
			seen += " " + study.Joined.String() + " " + study.Left.String()
		}
		if printed[seen] == nil {
			printed[seen] = map[string][2]int64{}
		}
		for name, of := range moveSecrets {
			n := of(m)
			known, before := printed[seen][name]
			if !before {
				known = [2]int64{n, n}
			}
			printed[seen][name] = [2]int64{min(known[0], n), max(known[1], n)}
		}
	})
	require.Positive(t, refusals)
	require.Greater(t, len(printed), 100)
	var told []string
	for seen, known := range printed {
		for name, between := range known {
			if between[0] == between[1] && between[0] > 0 && between[0] < low {
				told = append(told, seen+": "+name)
			}
		}
	}
	slices.Sort(told)
	assert.Empty(t, told)
	t.Log(len(printed), "answers,", refusals, "refusals")
}

func (m moves) groups() []changed {
	var list []changed
	for _, one := range []struct {
		people string
		of     func() (stayed, joined, left int64)
	}{{"enrolled", m.permitted}, {"linked", m.linked}, {"linked by consent", m.linked}, {"permitted", m.permitted}, {"permitted, not linked", m.open}} {
		stayed, joined, left := one.of()
		if stayed+joined+left > 0 {
			list = append(list, group(one.people, stayed, joined, left))
		}
	}
	return list
}

// funnels are the two freezes' own counts of the permitted and the linked, as
// their funnels protect them.
func (m moves) funnels(profile disclosure.Profile) string {
	ps, pj, pl := m.permitted()
	ls, lj, ll := m.linked()
	shown := ""
	for _, freeze := range [][2]int64{{ps + pl, ls + ll}, {ps + pj, ls + lj}} {
		permitted, linked := disclosure.CountOf(freeze[0]), disclosure.CountOf(freeze[1])
		first := profile.Beside(permitted)
		second := profile.Beside(linked)
		if !first.Masked() {
			second = profile.Beside(linked, permitted)
		}
		shown += " " + first.String() + " " + second.String()
	}
	return shown
}

func profileWithThreshold(t *testing.T, threshold int64) disclosure.Profile {
	t.Helper()
	profile, err := disclosure.NewProfile(disclosure.Rules{
		Name: "test", Threshold: said(threshold), Zero: said(disclosure.ShowZero), Marks: said([]string{"low"}),
		SecondaryMark: said("*"), NoteRequired: said(false), RoundingBase: said[int64](1), Totals: said(disclosure.SumOfShown),
		PercentageFrom: said(disclosure.FromShown), PercentageDecimals: said(1), PercentageMask: said(disclosure.MaskedByEither),
		PercentageNarrows: said(false), StatisticPeople: said(threshold),
	})
	require.NoError(t, err)
	return profile
}

func said[T any](value T) disclosure.Setting[T] {
	return disclosure.Setting[T]{Value: value, Reason: "the reason", Source: "the source"}
}
