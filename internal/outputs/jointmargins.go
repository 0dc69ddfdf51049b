package outputs

import (
	"iter"
	"maps"
	"math/bits"
	"regexp"
	"slices"
)

// mostDims is how many label columns of a table are summed over in every way.
const mostDims = 5

// margins finds tables whose cells are the sums of another's over some of its
// labels: regions of sub-regions, years of years by sex, one grid cut two ways.
// Few keys of a folder meet; only those are kept with their cells.
func (j *joint) margins() {
	if len(j.models) < 2 || !slices.Contains(j.hides, true) {
		return
	}
	shown, most := j.shownKeys()
	met := newKeySet(shown.expected)
	type margin struct {
		model  int
		chosen uint
	}
	var worth []margin
	for i, l := range j.labels {
		if l.dims > mostDims {
			continue
		}
		for chosen := uint(1); chosen < 1<<(l.dims+1); chosen++ {
			meets := false
			for cell := range l.counted(chosen) {
				if shown.has(cell.sum) {
					met.add(cell.sum)
					meets = true
				}
			}
			if meets {
				worth = append(worth, margin{i, chosen})
			}
		}
	}
	index := j.index(met, most)
	for _, over := range worth {
		j.marginsOver(over.model, over.chosen, index)
	}
}

// shownKeys returns the keys of the cells that can be the sum of another table's,
// which have fewer labels than the cells of some other table, and how many labels
// a cell has at most.
func (j *joint) shownKeys() (keySet, int) {
	most, cells := 0, 0
	for _, l := range j.labels {
		for cell := range l.counted(0) {
			most, cells = max(most, cell.depth), cells+1
		}
	}
	shown := newKeySet(cells)
	for _, l := range j.labels {
		for cell := range l.counted(0) {
			if cell.depth < most {
				shown.add(cell.sum)
			}
		}
	}
	return shown, most
}

// keySet is a set of keys that may take a stranger for one of its own, rarely, and
// never the other way round.
type keySet struct {
	expected int
	bits     []uint64
}

func newKeySet(expected int) keySet {
	words := 64
	for words*4 < expected && words < 1<<22 {
		words *= 2
	}
	return keySet{expected, make([]uint64, words)}
}

func (s keySet) place(key uint64) (word int, bit uint64) {
	mixed := (key ^ key>>32) * 0x9e3779b97f4a7c15
	return int(mixed >> 6 % uint64(len(s.bits))), 1 << (mixed & 63)
}

func (s keySet) add(key uint64) {
	word, bit := s.place(key)
	s.bits[word] |= bit
}

func (s keySet) has(key uint64) bool {
	word, bit := s.place(key)
	return s.bits[word]&bit != 0
}

// index lists the cells that can be the sum of another table's, by their key.
func (j *joint) index(met keySet, most int) map[uint64][]ref {
	index := map[uint64][]ref{}
	for i, l := range j.labels {
		for cell := range l.counted(0) {
			if cell.depth < most && met.has(cell.sum) && len(index[cell.sum]) < neighbours {
				index[cell.sum] = append(index[cell.sum], ref{i, cell.at})
			}
		}
	}
	return index
}

// others returns the cells of that key in tables other than one, where the one or
// the other hides something.
func (j *joint) others(model int, cells []ref) []ref {
	var found []ref
	for _, cell := range cells {
		if cell.model != model && (j.hides[model] || j.hides[cell.model]) {
			found = append(found, cell)
		}
	}
	return found
}

// marginsOver sums a table over the chosen labels and looks for its sums in other
// tables.
func (j *joint) marginsOver(model int, chosen uint, index map[uint64][]ref) {
	l := j.labels[model]
	groups := map[uint64][]ref{}
	totals := map[uint64][]ref{}
	var order []uint64
	seen := map[uint64]int{}
	for cell := range l.counted(chosen) {
		at, sum := cell.at, cell.sum
		cells := index[sum]
		if len(cells) == 0 {
			continue
		}
		if _, known := totals[sum]; !known {
			totals[sum] = j.others(model, cells)
			order = append(order, sum)
		}
		if len(totals[sum]) > 0 {
			full, _, _ := l.key(at, 0)
			seen[full]++
			groups[sum] = append(groups[sum], ref{model, at})
		}
	}
	byTable := map[int][]candidate{}
	for _, sum := range order {
		parts := groups[sum]
		if len(parts) < 2 || slices.ContainsFunc(parts, func(r ref) bool { full, _, _ := l.key(r.at, 0); return seen[full] > 1 }) {
			continue
		}
		for _, total := range totals[sum] {
			byTable[total.model] = append(byTable[total.model], j.candidate(total, parts))
		}
	}
	whole := bits.OnesCount(chosen) >= l.used
	for _, other := range slices.Sorted(maps.Keys(byTable)) {
		if whole {
			j.sameWhole(model, other, byTable[other])
			continue
		}
		j.accept(byTable[other], j.declaredSame(model, other))
	}
}

// sameWhole ties a table to the total of another by the number of all people: for
// sure when both were said to be of one population, else as a guess where masked
// cells can make up what is missing.
func (j *joint) sameWhole(model, other int, candidates []candidate) {
	firm := j.declaredSame(model, other)
	for _, c := range candidates {
		shown := int64(0)
		for _, part := range c.parts {
			n, _ := j.models[part.model].At(part.at).Whole()
			shown += n
		}
		if c.full || !c.fits || c.rest <= 0 || shown == 0 && !firm || j.models[c.total.model].HiddenAt(c.total.at) && !firm {
			continue
		}
		c.firm = firm
		if firm || j.closeToLow(c) {
			j.links = append(j.links, c.link)
		}
	}
}

// closeToLow reports whether masked low counts can make up what is missing.
func (j *joint) closeToLow(c candidate) bool {
	hidden, shown := int64(0), int64(0)
	for _, part := range c.parts {
		m := j.models[part.model]
		if n, whole := m.At(part.at).Whole(); whole {
			shown += n
		} else {
			hidden++
		}
	}
	m := j.models[c.total.model]
	total, _ := m.At(c.total.at).Whole()
	return m.Policy.Base() == 1 && total > shown && total-shown <= hidden*(m.Policy.Threshold-1)
}

// declaredSame reports whether two tables were said to be of the same people.
func (j *joint) declaredSame(a, b int) bool {
	x, y := j.said[j.models[a]], j.said[j.models[b]]
	return x.Population != "" && x.Population == y.Population ||
		x.SamePopulationAs != "" && x.SamePopulationAs == j.models[b].File ||
		y.SamePopulationAs != "" && y.SamePopulationAs == j.models[a].File
}

// codePattern is a code of a classification whose beginning is the code of the
// group above: ICD-10, ATC, OPCS, or numbers parted by points.
var codePattern = regexp.MustCompile(`^[a-z][0-9]{1,3}[a-z0-9]*(?:\.[0-9a-z]+)?$|^[0-9]+(?:\.[0-9]+)+$|^[a-z]{1,2}[0-9]{2}[a-z0-9]*$`)

// levels finds codes of which one is the beginning of others, in one table or in
// several, with the same labels otherwise: the group is the sum of its members.
func (j *joint) levels() {
	type coded struct {
		ref
		code    string
		context uint64
	}
	var cells []coded
	index := map[uint64]map[string]ref{}
	several := j.severalCodes()
	for model, cell := range j.coded() {
		if !several.has(cell.sum) {
			continue
		}
		at := ref{model, cell.at}
		if index[cell.sum] == nil {
			index[cell.sum] = map[string]ref{}
		}
		if _, known := index[cell.sum][cell.code]; !known {
			index[cell.sum][cell.code] = at
		}
		cells = append(cells, coded{at, cell.code, cell.sum})
	}
	members := map[ref][]ref{}
	var order []ref
	for _, cell := range cells {
		for end := len(cell.code) - 1; end >= 2; end-- {
			if parent, known := index[cell.context][cell.code[:end]]; known {
				if members[parent] == nil {
					order = append(order, parent)
				}
				members[parent] = append(members[parent], cell.ref)
				break
			}
		}
	}
	j.acceptLevels(order, members)
}

// codedCell is a cell with its key but for a code, and the code.
type codedCell struct {
	keyed
	code string
}

// coded gives every cell with a code among its labels, and the place of its table.
func (j *joint) coded() iter.Seq2[int, codedCell] {
	return func(yield func(int, codedCell) bool) {
		for i, l := range j.labels {
			codes := l.codes()
			for _, d := range l.codeColumns(codes) {
				for cell := range l.counted(1 << d) {
					code := codes[l.model.KeyNumber(cell.at.Row, d)]
					if code != "" && !yield(i, codedCell{cell, code}) {
						return
					}
				}
			}
		}
	}
}

// severalCodes returns the keys that several cells with codes have: where there is
// one code alone it is a part of nothing.
func (j *joint) severalCodes() keySet {
	cells := 0
	for range j.coded() {
		cells++
	}
	once, several := newKeySet(cells), newKeySet(cells)
	for _, cell := range j.coded() {
		if once.has(cell.sum) {
			several.add(cell.sum)
		}
		once.add(cell.sum)
	}
	return several
}

// codes returns the labels of a table that are codes, by their number; the others
// are empty.
func (l labelled) codes() []string {
	codes := make([]string, len(l.hashes))
	for number, label := range l.model.KeyTexts() {
		if code := l.model.Label(label); !l.model.IsTotalLabel(number) && codePattern.MatchString(code) {
			codes[number] = code
		}
	}
	return codes
}

// codeColumns returns the label columns that hold codes.
func (l labelled) codeColumns(codes []string) []int {
	var columns []int
	for d := range len(l.model.KeyColumns) {
		found, others := 0, 0
		for row := range l.model.Rows() {
			number := l.model.KeyNumber(row, d)
			switch {
			case codes[number] != "":
				found++
			case l.hashes[number] != 0:
				others++
			}
			if others > 20 && others > found {
				break
			}
		}
		if found > 0 && found >= others {
			columns = append(columns, d)
		}
	}
	return columns
}

// acceptLevels ties groups to their members, table by table: a table that lists
// only some members of its groups gives no sums.
func (j *joint) acceptLevels(order []ref, members map[ref][]ref) {
	byTables := map[[2]int][]candidate{}
	var pairs [][2]int
	for _, parent := range order {
		byModel := map[int][]ref{}
		for _, member := range members[parent] {
			byModel[member.model] = append(byModel[member.model], member)
		}
		for _, model := range slices.Sorted(maps.Keys(byModel)) {
			pair := [2]int{parent.model, model}
			if byTables[pair] == nil {
				pairs = append(pairs, pair)
			}
			byTables[pair] = append(byTables[pair], j.candidate(parent, byModel[model]))
		}
	}
	for _, pair := range pairs {
		candidates := byTables[pair]
		candidates = slices.DeleteFunc(candidates, func(c candidate) bool { return !c.full && !c.fits })
		j.accept(candidates, true)
		for _, c := range candidates {
			j.remainder(c)
		}
	}
}
