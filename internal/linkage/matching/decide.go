package matching

import (
	"cmp"
	"slices"
)

// link is a candidate that was decided to be a link.
type link struct {
	candidate
	rank      int // of the left record's candidates, 1 the best
	implied   bool
	ambiguous bool // another candidate of either record is nearly as good
}

// rival is the best candidate of a record and the best of its others.
type rival struct {
	best, second standing
	partner      int32
}

// standing orders candidates: an earlier pass first, then a higher weight.
type standing struct {
	step   int
	weight float64
}

var nobody = standing{step: 1 << 20}

func (a standing) better(b standing) bool {
	if a.step != b.step {
		return a.step < b.step
	}
	return a.weight > b.weight
}

// rivals returns, for each record of one side, its two best candidates.
func rivals(pairs []candidate, of func(candidate) (record, partner int32)) map[int32]rival {
	found := make(map[int32]rival, len(pairs))
	for _, pair := range pairs {
		record, partner := of(pair)
		now, seen := found[record]
		if !seen {
			now = rival{nobody, nobody, 0}
		}
		here := standing{pair.step, pair.weight}
		switch {
		case here.better(now.best):
			now.second, now.best, now.partner = now.best, here, partner
		case here.better(now.second):
			now.second = here
		}
		found[record] = now
	}
	return found
}

func byLeft(c candidate) (int32, int32)  { return c.left, c.right }
func byRight(c candidate) (int32, int32) { return c.right, c.left }

// lead returns by how many bits a pair leads over the best other candidate of a
// record; a pair of an earlier step leads by any number.
func (r rival) lead(pair candidate, partner int32) float64 {
	other := r.best
	if r.partner == partner {
		other = r.second
	}
	switch {
	case other == nobody || pair.step < other.step:
		return leadsByAll
	case pair.step > other.step:
		return -leadsByAll
	default:
		return pair.weight - other.weight
	}
}

const leadsByAll = 1e9

// decideBetween decides which candidates of two files are links. A pair is one
// from decision.Link upwards, and from decision.Review upwards when it leads over
// every other candidate of both its records.
func decideBetween(pairs []candidate, passes int, decision Decision) []link {
	lefts, rights := rivals(pairs, byLeft), rivals(pairs, byRight)
	least, sure := weightOf(decision.Review), weightOf(decision.Link)
	var links []link
	for _, pair := range pairs {
		lead := min(lefts[pair.left].lead(pair, pair.right), rights[pair.right].lead(pair, pair.left))
		clear := lead >= decision.Lead && lead > 0
		certain := pair.step < passes || pair.weight >= sure
		if certain || clear && pair.weight >= least {
			links = append(links, link{candidate: pair, ambiguous: !clear && lead > -decision.Lead})
		}
	}
	switch decision.Assignment {
	case BestLink:
		links = bestOfEach(links)
	case OneToOne:
		links = oneToOne(links)
	}
	return ranked(links)
}

// bestOfEach keeps the best link of each left record; of equals the one whose
// right record has the lower number.
func bestOfEach(links []link) []link {
	best := map[int32]link{}
	for _, one := range links {
		now, seen := best[one.left]
		equal := one.standing() == now.standing()
		if !seen || one.standing().better(now.standing()) || equal && one.right < now.right {
			best[one.left] = one
		}
	}
	return slices.DeleteFunc(links, func(one link) bool { return best[one.left].right != one.right })
}

func (c candidate) standing() standing { return standing{c.step, c.weight} }

// ranked numbers the links of each left record, the best first.
func ranked(links []link) []link {
	slices.SortFunc(links, func(a, b link) int {
		return cmp.Or(cmp.Compare(a.left, b.left), cmp.Compare(a.step, b.step), cmp.Compare(b.weight, a.weight), cmp.Compare(a.right, b.right))
	})
	for i := range links {
		links[i].rank = 1
		if i > 0 && links[i-1].left == links[i].left {
			links[i].rank = links[i-1].rank + 1
		}
	}
	return links
}

// components finds the groups that hang together by links.
type components struct{ parent map[int32]int32 }

func newComponents() components { return components{map[int32]int32{}} }

// of returns the lowest record of the group that a record is in.
func (c components) of(record int32) int32 {
	root := record
	for {
		parent, known := c.parent[root]
		if !known || parent == root {
			break
		}
		root = parent
	}
	for record != root {
		next := c.parent[record]
		c.parent[record] = root
		record = next
	}
	return root
}

// join makes one group of two.
func (c components) join(a, b int32) {
	rootA, rootB := c.of(a), c.of(b)
	low, high := min(rootA, rootB), max(rootA, rootB)
	c.parent[low], c.parent[high] = low, low
}

// groups returns the records of each group of two or more, in order.
func (c components) groups() [][]int32 {
	members := map[int32][]int32{}
	for record := range c.parent {
		root := c.of(record)
		members[root] = append(members[root], record)
	}
	groups := make([][]int32, 0, len(members))
	for _, records := range members {
		slices.Sort(records)
		groups = append(groups, records)
	}
	slices.SortFunc(groups, func(a, b []int32) int { return cmp.Compare(a[0], b[0]) })
	return groups
}
