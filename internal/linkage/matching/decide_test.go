package matching

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// bestSum tries every choice of links of which no two share a record.
func bestSum(links []link) float64 {
	if len(links) == 0 {
		return 0
	}
	first, rest := links[0], links[1:]
	without := bestSum(rest)
	free := slices.DeleteFunc(slices.Clone(rest), func(l link) bool { return l.left == first.left || l.right == first.right })
	return max(without, first.weight+bestSum(free))
}

func anyLinks(most int, steps int) *rapid.Generator[[]link] {
	return rapid.Custom(func(t *rapid.T) []link {
		var links []link
		for left := range int32(4) {
			for right := range int32(4) {
				if len(links) < most && rapid.Bool().Draw(t, "link") {
					weight := float64(rapid.IntRange(1, 40).Draw(t, "weight")) / 4
					links = append(links, link{candidate: candidate{left: left, right: right, weight: weight, step: rapid.IntRange(0, steps-1).Draw(t, "step")}})
				}
			}
		}
		return links
	})
}

// No record has two links, and no other choice weighs more.
func TestOneToOneIsTheBestOfAllChoices(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		links := anyLinks(12, 1).Draw(t, "links")
		kept := oneToOne(links)
		sum := 0.0
		lefts, rights := map[int32]bool{}, map[int32]bool{}
		for _, one := range kept {
			require.False(t, lefts[one.left] || rights[one.right], "a record twice")
			lefts[one.left], rights[one.right] = true, true
			sum += one.weight
		}
		require.InDelta(t, bestSum(links), sum, 1e-9)
	})
}

// Whoever an earlier pass has linked is linked by it, whatever later ones offer.
func TestOneToOneKeepsToTheOrderOfPasses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		links := anyLinks(16, 3).Draw(t, "links")
		early := func(list []link) []link {
			return slices.DeleteFunc(slices.Clone(list), func(l link) bool { return l.step > 0 })
		}
		kept := early(oneToOne(links))
		alone := oneToOne(early(links))
		require.ElementsMatch(t, alone, kept)
	})
}

// The order in which candidates come does not matter.
func TestDecisionsDoNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		links := anyLinks(16, 2).Draw(t, "links")
		pairs := make([]candidate, len(links))
		for i, one := range links {
			pairs[i] = one.candidate
		}
		decision := Decision{Link: 0.9, Review: 0.6, Lead: 2, Assignment: rapid.SampledFrom(assignments).Draw(t, "assignment")}
		want := decideBetween(slices.Clone(pairs), 1, decision)
		shuffled := rapid.Permutation(pairs).Draw(t, "shuffled")
		require.Equal(t, want, decideBetween(shuffled, 1, decision))
	})
}

// Two records are in one group when a path of links leads from one to the other.
func TestComponentsAreWhatPathsReach(t *testing.T) {
	const records = 8
	rapid.Check(t, func(t *rapid.T) {
		type edge [2]int32
		edges := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) edge {
			return edge{int32(rapid.IntRange(0, records-1).Draw(t, "a")), int32(rapid.IntRange(0, records-1).Draw(t, "b"))}
		}), 0, 10).Draw(t, "edges")
		var reach [records][records]bool
		together := newComponents()
		for _, e := range edges {
			reach[e[0]][e[1]], reach[e[1]][e[0]] = true, true
			together.join(e[0], e[1])
		}
		for range records {
			for a := range records {
				for b := range records {
					for c := range records {
						reach[a][b] = reach[a][b] || reach[a][c] && reach[c][b]
					}
				}
			}
		}
		groupOf := map[int32]int{}
		for i, group := range together.groups() {
			require.True(t, slices.IsSorted(group))
			for _, record := range group {
				groupOf[record] = i + 1
			}
		}
		for a := range int32(records) {
			for b := range int32(records) {
				if a != b {
					require.Equal(t, reach[a][b], groupOf[a] > 0 && groupOf[a] == groupOf[b])
				}
			}
		}
	})
}

// A pair between the two thresholds is a link only when nothing comes near it,
// and one above them that has a rival is marked.
func TestLeadOverTheNextBest(t *testing.T) {
	decision := Decision{Link: 0.99, Review: 0.5, Lead: 3, Assignment: EveryLink}
	pair := func(left, right int32, weight float64) candidate {
		return candidate{left: left, right: right, weight: weight, step: 1}
	}
	cases := []struct {
		name  string
		pairs []candidate
		want  []link
	}{
		{"clear", []candidate{pair(1, 1, 2)}, []link{{candidate: pair(1, 1, 2), rank: 1}}},
		{"below both", []candidate{pair(1, 1, -0.5)}, nil},
		{"a rival of the left record", []candidate{pair(1, 1, 4), pair(1, 2, 2)}, nil},
		{"a rival of the right record", []candidate{pair(1, 1, 4), pair(2, 1, 2)}, nil},
		{"far enough from its rival", []candidate{pair(1, 1, 5), pair(1, 2, 1)}, []link{{candidate: pair(1, 1, 5), rank: 1}}},
		{"certain, with a rival", []candidate{pair(1, 1, 12), pair(1, 2, 11)}, []link{
			{candidate: pair(1, 1, 12), rank: 1, ambiguous: true}, {candidate: pair(1, 2, 11), rank: 2, ambiguous: true},
		}},
		{"a pass leads by any number", []candidate{{left: 1, right: 1, weight: -4, step: 0}, pair(1, 2, 2)}, []link{
			{candidate: candidate{left: 1, right: 1, weight: -4, step: 0}, rank: 1},
		}},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, decideBetween(test.pairs, 1, decision))
		})
	}
}
