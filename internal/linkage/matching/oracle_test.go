package matching

import (
	"fmt"
	"math"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/warehouse"
)

// This file holds slow, obvious versions of what the SQL and the estimation do.

// jaroWinkler is the similarity as Winkler (1990) defines it: matching characters
// within half the longer text, less half of those out of order, and a tenth more
// for each of the first four characters that agree, from 0.7 upwards.
func jaroWinkler(a, b string) float64 {
	if a == "" && b == "" {
		return 1
	}
	window := max(max(len(a), len(b))/2-1, 0)
	matchedA, matchedB := make([]bool, len(a)), make([]bool, len(b))
	matches := 0
	for i := range len(a) {
		for j := max(0, i-window); j < min(len(b), i+window+1); j++ {
			if !matchedB[j] && a[i] == b[j] {
				matchedA[i], matchedB[j] = true, true
				matches++
				break
			}
		}
	}
	if matches == 0 {
		return 0
	}
	var inA, inB []byte
	for i := range len(a) {
		if matchedA[i] {
			inA = append(inA, a[i])
		}
	}
	for j := range len(b) {
		if matchedB[j] {
			inB = append(inB, b[j])
		}
	}
	outOfOrder := 0
	for i := range inA {
		if inA[i] != inB[i] {
			outOfOrder++
		}
	}
	m := float64(matches)
	jaro := (m/float64(len(a)) + m/float64(len(b)) + (m-float64(outOfOrder/2))/m) / 3
	prefix := 0
	for prefix < min(4, len(a), len(b)) && a[prefix] == b[prefix] {
		prefix++
	}
	if jaro > 0.7 {
		jaro += float64(prefix) * 0.1 * (1 - jaro)
	}
	return jaro
}

// levenshtein is the number of insertions, deletions and substitutions that make
// one text of another.
func levenshtein(a, b string) int {
	above := make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := range len(a) {
		row := []int{i + 1}
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row = append(row, min(above[j]+cost, above[j+1]+1, row[j]+1))
		}
		above = row
	}
	return above[len(b)]
}

// edits is how many edits the model sees.
func edits(a, b string) int {
	if len(a) != len(b) {
		return levenshtein(a, b)
	}
	var differ []int
	for i := range len(a) {
		if a[i] != b[i] {
			differ = append(differ, i)
		}
	}
	if len(differ) == 2 && differ[1] == differ[0]+1 && a[differ[0]] == b[differ[1]] && a[differ[1]] == b[differ[0]] {
		return 1
	}
	return len(differ)
}

// levelOf is the level of two values, as the documentation of the methods says.
func levelOf(c Comparison, l, r, otherL, otherR string) int {
	top := len(c.Levels())
	if l == "" || r == "" {
		return 0
	}
	if l == r {
		return top
	}
	switch c.Method {
	case JaroWinkler:
		return levelBySimilarity(c, l, r, otherL, otherR)
	case Edits:
		for i, most := range c.AtMost {
			if edits(l, r) <= most {
				return top - 1 - i
			}
		}
	case DateParts:
		return levelOfDate(l, r)
	case PostcodeSector:
		return levelOfPostcode(l, r)
	}
	return 1
}

func levelBySimilarity(c Comparison, l, r, otherL, otherR string) int {
	level := len(c.Levels()) - 1
	if c.SwappedWith != "" {
		if l == otherR && r == otherL {
			return level
		}
		level--
	}
	for i, similarity := range c.AtLeast {
		if math.Floor(100*jaroWinkler(l, r)+1e-9) >= math.Round(100*similarity) {
			return level - i
		}
	}
	return 1
}

func levelOfDate(l, r string) int {
	whole := len(l) == 8 && len(r) == 8
	switch {
	case whole && l[:4] == r[:4] && l[4:6] == r[6:] && l[6:] == r[4:6]:
		return 5
	case edits(l, r) == 1:
		return 4
	case !whole:
		return 1
	}
	parts := 0
	for _, part := range [][2]int{{0, 4}, {4, 6}, {6, 8}} {
		if l[part[0]:part[1]] == r[part[0]:part[1]] {
			parts++
		}
	}
	switch {
	case parts == 2:
		return 3
	case l[:4] == r[:4]:
		return 2
	default:
		return 1
	}
}

func levelOfPostcode(l, r string) int {
	switch n := len(l); {
	case edits(l, r) == 1:
		return 4
	case n != len(r) || n < 4:
		return 1
	case l[:n-2] == r[:n-2]:
		return 3
	case l[:n-3] == r[:n-3]:
		return 2
	default:
		return 1
	}
}

// near draws a value and another that may be much like it.
func near(alphabet string, length, others int) *rapid.Generator[[2]string] {
	return rapid.Custom(func(t *rapid.T) [2]string {
		text := func(n int) string {
			return rapid.StringOfN(rapid.SampledFrom([]rune(alphabet)), n, n, -1).Draw(t, "text")
		}
		first := text(rapid.IntRange(max(length-others, 0), length+others).Draw(t, "length"))
		if rapid.IntRange(0, 3).Draw(t, "unrelated") == 0 {
			return [2]string{first, text(rapid.IntRange(max(length-others, 0), length+others).Draw(t, "length"))}
		}
		second := []rune(first)
		for range rapid.IntRange(0, 3).Draw(t, "edits") {
			at := rapid.IntRange(0, len(second)).Draw(t, "at")
			switch rapid.IntRange(0, 3).Draw(t, "edit") {
			case 0:
				second = append(second[:at:at], append([]rune(text(1)), second[at:]...)...)
			case 1:
				if at < len(second) {
					second = append(second[:at:at], second[at+1:]...)
				}
			case 2:
				if at < len(second) {
					second[at] = []rune(text(1))[0]
				}
			case 3:
				if at+1 < len(second) {
					second[at], second[at+1] = second[at+1], second[at]
				}
			}
		}
		return [2]string{first, string(second)}
	})
}

var pairStatements = warehouse.MustLoad(fstest.MapFS{
	"sql/compare.sql": {Data: []byte(`
SELECT i, compare_1(nullif(l, ''), nullif(r, ''), nullif(other_l, ''), nullif(other_r, ''), $levels)
FROM (SELECT unnest(range(len($l))) AS i, unnest($l) AS l, unnest($r) AS r, unnest($other_l) AS other_l, unnest($other_r) AS other_r)
ORDER BY i`)},
})

// Every comparison in SQL finds the level that its definition says.
func TestLevelsAreAsDefined(t *testing.T) {
	w := memory(t)
	run(t, w, "80_macro_edits")
	cases := []struct {
		comparison Comparison
		values     *rapid.Generator[[2]string]
	}{
		{Comparison{Method: Exact}, near("ab", 2, 1)},
		{Comparison{Method: JaroWinkler, AtLeast: []float64{0.92, 0.88, 0.7}}, near("abcde ", 7, 4)},
		{Comparison{Method: JaroWinkler, AtLeast: []float64{0.92, 0.8}}, near("aeinrst", 6, 5)},
		{Comparison{Method: JaroWinkler, AtLeast: []float64{0.97}}, near("aeszéê8-", 6, 5)},
		{Comparison{Method: JaroWinkler, AtLeast: []float64{0.71}}, near("ab", 5, 4)},
		{Comparison{Method: JaroWinkler, AtLeast: []float64{0.2}}, near("abcdefgh", 5, 4)},
		{Comparison{Method: JaroWinkler, AtLeast: []float64{0.95, 0.29}, SwappedWith: "x"}, near("abc", 3, 2)},
		{Comparison{Method: Edits, AtMost: []int{1, 2, 3}}, near("0123456789", 7, 2)},
		{Comparison{Method: Edits, AtMost: []int{2}}, near("01", 4, 3)},
		{Comparison{Method: DateParts}, near("0123", 8, 0)},
		{Comparison{Method: DateParts}, near("019", 7, 1)},
		{Comparison{Method: PostcodeSector}, near("AB12", 6, 1)},
		{Comparison{Method: PostcodeSector}, near("12", 4, 2)},
	}
	for _, test := range cases {
		run(t, w, test.comparison.macro(), "compare_1")
		t.Run(fmt.Sprint(test.comparison.Method, test.comparison.Levels()), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				pairs := rapid.SliceOfN(test.values, 40, 40).Draw(t, "pairs")
				others := rapid.SliceOfN(test.values, 40, 40).Draw(t, "others")
				for i := range others {
					if rapid.IntRange(0, 2).Draw(t, "swapped") == 0 {
						others[i] = [2]string{pairs[i][1], pairs[i][0]}
					}
				}
				requireLevels(t, w, test.comparison, pairs, others)
			})
		})
	}
}

func requireLevels(t *rapid.T, w *warehouse.Warehouse, c Comparison, pairs, others [][2]string) {
	sides := [4][]string{}
	for i := range pairs {
		for k, value := range []string{pairs[i][0], pairs[i][1], others[i][0], others[i][1]} {
			sides[k] = append(sides[k], value)
		}
	}
	args := warehouse.Args{"l": sides[0], "r": sides[1], "other_l": sides[2], "other_r": sides[3], "levels": c.outcomes()}
	err := w.Each(t.Context(), pairStatements["compare"], args, func(scan func(...any) error) error {
		var i, level int
		if err := scan(&i, &level); err != nil {
			return err
		}
		want := levelOf(c, sides[0][i], sides[1][i], sides[2][i], sides[3][i])
		require.Equal(t, want, level, "%q %q beside %q %q", sides[0][i], sides[1][i], sides[2][i], sides[3][i])
		return nil
	})
	require.NoError(t, err)
}

// memory opens a database for a test.
func memory(t *testing.T) *warehouse.Warehouse {
	t.Helper()
	w, err := warehouse.Memory(t.Context(), warehouse.Settings{Threads: 2})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	return w
}

func run(t *testing.T, w *warehouse.Warehouse, statement string, name ...string) {
	t.Helper()
	text := statements[statement]
	if len(name) > 0 {
		text = text.Naming("table", mustName(name[0]))
	}
	_, err := w.Run(t.Context(), text, nil)
	require.NoError(t, err)
}

// slowEM is expectation maximisation pair by pair, as the papers write it down.
func slowEM(levels []int, blocked, drawn [][]int, total, expect float64) estimates {
	s := estimates{prior: expect / total}
	for _, n := range levels {
		s.m = append(s.m, startM(n))
		s.u = append(s.u, nil)
	}
	learnU := func(s *estimates, chance func([]int) float64) {
		for k, n := range levels {
			s.u[k] = make([]float64, n)
			sum := 0.0
			for i := range n {
				s.u[k][i] = doubt
				for _, pair := range drawn {
					if pair[k] == i+1 {
						s.u[k][i] += 1 - chance(pair)
					}
				}
				sum += s.u[k][i]
			}
			for i := range n {
				s.u[k][i] /= sum
			}
		}
	}
	learnU(&s, func([]int) float64 { return 0 })
	for range mostIterations {
		chance := func(pair []int) float64 {
			one, two := s.prior, 1-s.prior
			for k, level := range pair {
				if level > 0 {
					one, two = one*s.m[k][level-1], two*s.u[k][level-1]
				}
			}
			return one / (one + two)
		}
		next := estimates{u: make([][]float64, len(levels))}
		matches := 0.0
		for _, pair := range blocked {
			matches += chance(pair)
		}
		for k, n := range levels {
			m, sum := make([]float64, n), 0.0
			for i := range n {
				m[i] = faith * startM(n)[i]
				for _, pair := range blocked {
					if pair[k] == i+1 {
						m[i] += chance(pair)
					}
				}
				sum += m[i]
			}
			for i := range n {
				m[i] /= sum
			}
			next.m = append(next.m, m)
		}
		learnU(&next, chance)
		next.prior = min(max(matches, 0.5)/total, 0.5)
		moved := next.distance(s)
		s = next
		if moved < closeEnough {
			break
		}
	}
	return s
}

// Over counts of patterns or over pairs one by one, the estimates are the same.
func TestEstimatesAreThoseOfThePairsOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		levels := rapid.SliceOfN(rapid.IntRange(2, 4), 1, 3).Draw(t, "levels")
		pair := rapid.Custom(func(t *rapid.T) []int {
			pair := make([]int, len(levels))
			agree := rapid.Bool().Draw(t, "agree")
			for k, n := range levels {
				pair[k] = rapid.IntRange(0, n).Draw(t, "level")
				if agree && rapid.IntRange(0, 3).Draw(t, "chance") > 0 {
					pair[k] = n
				}
			}
			return pair
		})
		blocked := rapid.SliceOfN(pair, 1, 40).Draw(t, "blocked")
		drawn := rapid.SliceOfN(pair, 1, 40).Draw(t, "drawn")
		total := float64(len(blocked)) * 20
		e := evidence{levels: levels, blocked: tallied(blocked), drawn: tallied(drawn), total: total, expect: 3}
		for k := range levels {
			e.slots = append(e.slots, k+1)
		}
		found, want := estimate(e), slowEM(levels, blocked, drawn, total, 3)
		require.InDelta(t, want.prior, found.prior, 1e-4)
		for k := range levels {
			require.InDeltaSlice(t, want.m[k], found.m[k], 1e-4)
			require.InDeltaSlice(t, want.u[k], found.u[k], 1e-4)
		}
	})
}

func tallied(pairs [][]int) []tally {
	counts := map[pattern]float64{}
	for _, pair := range pairs {
		var p pattern
		for k, level := range pair {
			p |= pattern(level) << (bitsPerLevel * k)
		}
		counts[p]++
	}
	return inOrder(counts)
}

// Files that were made by known chances give these chances back.
func TestEstimatesFindTheChancesThatMadeTheData(t *testing.T) {
	const matches, others = 2_000.0, 200_000.0
	m, u := [][]float64{{0.1, 0.9}, {0.05, 0.15, 0.8}, {0.2, 0.8}}, [][]float64{{0.98, 0.02}, {0.9, 0.08, 0.02}, {0.95, 0.05}}
	e := evidence{slots: []int{1, 2, 3}, levels: []int{2, 3, 2}, total: matches + others, expect: 100}
	for a := range 2 {
		for b := range 3 {
			for c := range 2 {
				p := pattern(a + 1 + (b+1)<<4 + (c+1)<<8)
				one, two := m[0][a]*m[1][b]*m[2][c], u[0][a]*u[1][b]*u[2][c]
				e.blocked = append(e.blocked, tally{p, matches*one + others*two})
				e.drawn = append(e.drawn, tally{p, matches*one + others*two})
			}
		}
	}
	found := estimate(e)
	require.InDelta(t, matches/(matches+others), found.prior, 2e-4)
	for k := range m {
		require.InDeltaSlice(t, m[k], found.m[k], 0.01)
		require.InDeltaSlice(t, u[k], found.u[k], 0.01)
	}
}

func testFolder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		writeFile(t, filepath.Join(dir, name), text)
	}
	return dir
}
