package matching

import (
	"cmp"
	"math"
	"slices"
)

// oneToOne keeps links so that no record has two. Passes come in their order:
// whoever an earlier one has linked is not asked for again. Within a pass the sum
// of weights is the highest that any choice has.
//
// Links fall into groups that share no record, nearly all of one or two links;
// each group is an assignment problem of its own, solved exactly.
func oneToOne(links []link) []link {
	var kept []link
	takenLeft, takenRight := map[int32]bool{}, map[int32]bool{}
	for _, step := range stepsOf(links) {
		free := slices.DeleteFunc(slices.Clone(links), func(one link) bool {
			return one.step != step || takenLeft[one.left] || takenRight[one.right]
		})
		for _, group := range groupsOfLinks(free) {
			for _, i := range assign(group) {
				kept = append(kept, group[i])
				takenLeft[group[i].left], takenRight[group[i].right] = true, true
			}
		}
	}
	return kept
}

func stepsOf(links []link) []int {
	var steps []int
	for _, one := range links {
		if !slices.Contains(steps, one.step) {
			steps = append(steps, one.step)
		}
	}
	slices.Sort(steps)
	return steps
}

// groupsOfLinks returns the links that hang together by their records.
func groupsOfLinks(links []link) [][]link {
	together := newComponents()
	for _, one := range links {
		together.join(one.left<<1, one.right<<1|1)
	}
	groups := map[int32][]link{}
	for _, one := range links {
		root := together.of(one.left << 1)
		groups[root] = append(groups[root], one)
	}
	list := make([][]link, 0, len(groups))
	for _, group := range groups {
		slices.SortFunc(group, byRecords)
		list = append(list, group)
	}
	slices.SortFunc(list, func(a, b []link) int { return byRecords(a[0], b[0]) })
	return list
}

func byRecords(a, b link) int {
	return cmp.Or(cmp.Compare(a.left, b.left), cmp.Compare(a.right, b.right))
}

// assignment is a matching that grows by one link at a time, each time along the
// path that gains most.
type assignment struct {
	links         []link
	lefts, rights []int32
	from, to      []int // of each link, indexes of its records
	linkOfLeft    []int // -1 for none
	linkOfRight   []int
}

// assign returns the indexes of the links that are kept of a group.
func assign(group []link) []int {
	if len(group) == 1 {
		return []int{0}
	}
	a := newAssignment(group)
	for a.grow() {
	}
	var kept []int
	for _, i := range a.linkOfLeft {
		if i >= 0 {
			kept = append(kept, i)
		}
	}
	return kept
}

func newAssignment(group []link) *assignment {
	a := &assignment{links: group}
	for _, one := range group {
		a.from = append(a.from, place(&a.lefts, &a.linkOfLeft, one.left))
		a.to = append(a.to, place(&a.rights, &a.linkOfRight, one.right))
	}
	return a
}

// place returns the index of a record, which is new or was placed before.
func place(records *[]int32, linkOf *[]int, record int32) int {
	if at := slices.Index(*records, record); at >= 0 {
		return at
	}
	*records, *linkOf = append(*records, record), append(*linkOf, -1)
	return len(*records) - 1
}

// worth is what a link adds. Every link is worth something: it was decided.
func (a *assignment) worth(i int) float64 { return max(a.links[i].weight, 0.001) }

// grow adds one link, moving others where that gains most; it reports whether
// anything was gained.
func (a *assignment) grow() bool {
	gainRight, by := a.paths()
	end, most := -1, 1e-9
	for right, gain := range gainRight {
		if a.linkOfRight[right] < 0 && gain > most {
			end, most = right, gain
		}
	}
	if end < 0 {
		return false
	}
	for right := end; ; {
		i := by[right]
		left := a.from[i]
		before := a.linkOfLeft[left]
		a.linkOfLeft[left], a.linkOfRight[right] = i, i
		if before < 0 {
			return true
		}
		right = a.to[before]
	}
}

// paths finds the most that is gained by a path from a free left record to each
// record: links to take add, links to give up take away. by is the link that
// each right record is reached by.
func (a *assignment) paths() (gainRight []float64, by []int) {
	gainLeft := make([]float64, len(a.lefts))
	gainRight, by = make([]float64, len(a.rights)), make([]int, len(a.rights))
	for left, i := range a.linkOfLeft {
		if i >= 0 {
			gainLeft[left] = math.Inf(-1)
		}
	}
	for right := range gainRight {
		gainRight[right] = math.Inf(-1)
	}
	for moved := true; moved; {
		moved = false
		for i := range a.links {
			gain := gainLeft[a.from[i]] + a.worth(i)
			if a.linkOfLeft[a.from[i]] == i || gain <= gainRight[a.to[i]]+1e-12 {
				continue
			}
			gainRight[a.to[i]], by[a.to[i]], moved = gain, i, true
			if taken := a.linkOfRight[a.to[i]]; taken >= 0 {
				gainLeft[a.from[taken]] = gain - a.worth(taken)
			}
		}
	}
	return gainRight, by
}
