package keys

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/identifier"
)

// dictionary makes the link ids of a run of the test range under a key that the
// attacker holds, and returns how many of the ids it was given it can name.
func dictionary(t *testing.T, held Root, ids map[string]bool, numbers int) (named int) {
	t.Helper()
	link := held.Link()
	for nine := range uint64(numbers) {
		digit, issued := identifier.NHSCheckDigit(999_000_000 + nine)
		if !issued {
			continue
		}
		id, err := link.Person(number(t, fmt.Sprint((999_000_000+nine)*10+digit)))
		require.NoError(t, err)
		if ids[id.Text()] {
			named++
		}
	}
	return named
}

// Whoever tries every NHS number names nobody without the key, and everybody
// with it, which shows that the attack works.
func TestADictionaryOfNumbersNeedsTheKey(t *testing.T) {
	const tried, people = 200_000, 500
	ids := map[string]bool{}
	link := rootOf(1).Link()
	for i := uint64(0); len(ids) < people; i++ {
		nine := 999_000_000 + i*397%tried
		if digit, issued := identifier.NHSCheckDigit(nine); issued {
			id, err := link.Person(number(t, fmt.Sprint(nine*10+digit)))
			require.NoError(t, err)
			ids[id.Text()] = true
		}
	}
	assert.Zero(t, dictionary(t, rootOf(2), ids, tried), "with another key")
	assert.Equal(t, people, dictionary(t, rootOf(1), ids, tried), "with the leaked key")
}

// rankCorrelation returns Spearman's coefficient of two orders of people.
func rankCorrelation(a, b []string) float64 {
	ranks := func(ids []string) []int {
		order := make([]int, len(ids))
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(x, y int) int { return cmp.Compare(ids[x], ids[y]) })
		ranks := make([]int, len(ids))
		for rank, person := range order {
			ranks[person] = rank
		}
		return ranks
	}
	ra, rb, sum := ranks(a), ranks(b), 0.0
	for i := range ra {
		d := float64(ra[i] - rb[i])
		sum += d * d
	}
	n := float64(len(a))
	return 1 - 6*sum/(n*(n*n-1))
}

// Rows are ordered by the project's own id; from their places in one project's
// extract nothing is learnt of those in another's, nor of the order of the
// people's keys.
func TestRowOrdersOfTwoProjectsAreUnrelated(t *testing.T) {
	const people = 5000
	var keys, one, other []string
	mine, yours := rootOf(1).For(project(t, "llc_0042")), rootOf(1).For(project(t, "llc_0043"))
	for i := range people {
		key := fmt.Sprintf("K%06d", i)
		keys = append(keys, key)
		one = append(one, mine.Participant("ALSPAC", key))
		other = append(other, yours.Participant("ALSPAC", key))
	}
	limit := 4 / math.Sqrt(people-1) // four standard deviations; the keys are fixed
	assert.Less(t, math.Abs(rankCorrelation(one, other)), limit)
	assert.Less(t, math.Abs(rankCorrelation(keys, one)), limit)
	assert.Equal(t, 1.0, rankCorrelation(one, one), "the same project again is the same order")
}

func BenchmarkPseudonyms(b *testing.B) {
	pseudonyms := rootOf(1).For(project(b, "llc_0042"))
	b.Run("one core", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = pseudonyms.Participant("ALSPAC", "K0000123")
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "million/s")
	})
	b.Run("every core", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			own := pseudonyms.Clone()
			for pb.Next() {
				_ = own.Participant("ALSPAC", "K0000123")
			}
		})
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "million/s")
	})
}
