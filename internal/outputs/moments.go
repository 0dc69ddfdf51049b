package outputs

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

// moments are the statistics that are shown of one group: of how many people, and
// what of them.
type moments struct {
	at, count    layout.CellAt // of the mean, or of the first statistic; and of how many people
	variable     string
	least, most  int64 // how many people it can be
	hidden       bool  // their count is masked
	totals       bool  // totals or percentages leave less of it than its mark
	mean, median notation.Value
	deviation    notation.Value
}

var (
	meanWords      = notation.WordSet("mean avg average")
	medianWords    = notation.WordSet("median p50")
	deviationWords = notation.WordSet("sd std stdev stddev")
)

// moments looks for statistics that together give values of single people away:
// a standard deviation of 0, and a mean with a median or a deviation of so few
// that one set of values is left.
func (c *check) moments(m *layout.Model) {
	groups := momentsOf(m)
	for i := range groups {
		c.withinTotals(m, &groups[i])
	}
	for _, group := range groups {
		c.sameValues(m, group)
		if group.most > mostSolved {
			c.sizeOfMany(m, group, groups)
			continue
		}
		c.solved(m, group)
	}
}

// withinTotals takes over what totals and percentages leave of a masked number of
// people.
func (c *check) withinTotals(m *layout.Model, group *moments) {
	known, audited := c.audited[m].bounds[group.count]
	if !audited || !group.hidden || known.Lower > known.Upper {
		return
	}
	group.totals = known.Lower > group.least || known.Upper < group.most
	group.least, group.most = max(group.least, known.Lower), min(group.most, known.Upper)
}

// momentsOf collects the statistics of every row and of every column of a table
// of measures, by the variable that they are of.
func momentsOf(m *layout.Model) []moments {
	measures := m.MeasureColumns()
	var groups []moments
	index := map[string]int{}
	put := func(key string, at, count layout.CellAt, named []string) {
		kind := kindOfMoment(named)
		v := m.At(at)
		if kind == nil || v.Kind != notation.Number || v.Percent {
			return
		}
		i, known := index[key]
		if !known {
			i = len(groups)
			index[key] = i
			least, most := m.Bounds(count)
			groups = append(groups, moments{at: at, count: count, variable: variableOf(named), least: least, most: most, hidden: m.HiddenAt(count)})
		}
		*kind(&groups[i]) = v
	}
	for column, role := range m.Roles {
		if role == layout.RoleKey || role == layout.RoleOther {
			continue
		}
		named := notation.Words(m.Header[column])
		count, hasCount := m.CountFor(column)
		if hasCount && kindOfMoment(named) != nil && column != count {
			for row := range m.Rows() {
				put(fmt.Sprint(row, "|", variableOf(named)), layout.CellAt{Row: row, Column: column}, layout.CellAt{Row: row, Column: count}, named)
			}
		}
		if len(measures) > 0 {
			momentsOfMeasures(m, column, measures, put)
		}
	}
	return groups
}

// momentsOfMeasures collects from a column whose rows say what its numbers are.
func momentsOfMeasures(m *layout.Model, column int, measures []int, put func(key string, at, count layout.CellAt, named []string)) {
	counts := map[string]int{}
	for row := range m.Rows() {
		if m.CountsRow(row, measures) && m.Value(column, row).Kind != notation.Text {
			counts[groupOf(m, row, measures)] = row
		}
	}
	for row := range m.Rows() {
		group := groupOf(m, row, measures)
		of, counted := counts[group]
		if !counted || of == row {
			continue
		}
		for _, measure := range measures {
			named := notation.Words(m.Cell(row, measure))
			put(fmt.Sprint("c", column, "|", group, "|", variableOf(named)), layout.CellAt{Row: row, Column: column}, layout.CellAt{Row: of, Column: column}, named)
		}
	}
}

// kindOfMoment returns where a statistic of that name is kept, or nil.
func kindOfMoment(named []string) func(*moments) *notation.Value {
	switch {
	case slices.Contains(named, "weighted"):
		return nil
	case notation.AnyWord(named, meanWords):
		return func(g *moments) *notation.Value { return &g.mean }
	case notation.AnyWord(named, medianWords):
		return func(g *moments) *notation.Value { return &g.median }
	case notation.AnyWord(named, deviationWords):
		return func(g *moments) *notation.Value { return &g.deviation }
	}
	return nil
}

// variableOf is what a statistic's name leaves when the statistic is taken out.
func variableOf(named []string) string {
	rest := slices.DeleteFunc(slices.Clone(named), func(word string) bool {
		return meanWords[word] || medianWords[word] || deviationWords[word]
	})
	return strings.Join(rest, " ")
}

// sameValues tells of a deviation of 0: everybody has the mean.
func (c *check) sameValues(m *layout.Model, group moments) {
	if group.deviation.Kind != notation.Number || group.deviation.Float() != 0 || group.mean.Kind != notation.Number {
		return
	}
	f := findingAt(m, "STA003", ForReview, group.at)
	f.Message = "The standard deviation is 0: everybody of the group has the value that is shown as the mean."
	c.findings.add(f)
}

// mostSolved is the largest group whose values are tried out.
const mostSolved = 9

// solved tries out which whole numbers the statistics of a small group can be of.
// It speaks when a single set of them is left, or a single number of people.
func (c *check) solved(m *layout.Model, group moments) {
	if !group.hidden || group.mean.Kind != notation.Number || group.most > mostSolved || group.most < 1 {
		return
	}
	s := solver{moments: group, left: 200_000}
	sizes, sets := 0, 0
	var size int64
	for n := max(group.least, 1); n <= group.most; n++ {
		if found := s.tryAll(int(n)); found > 0 {
			sizes, sets, size = sizes+1, sets+found, n
		}
	}
	f := findingAt(m, "STA003", Failed, group.at)
	switch {
	case sets == 1:
		f.Message = "The statistics shown leave a single set of whole numbers: the values of single people."
		f.Certificate = fmt.Sprintf("whole numbers with these statistics can only be %s", strings.Join(s.first, ", "))
	case sizes == 1 && group.least < group.most:
		f.Message = "The statistics shown give the masked count away, if they are of whole numbers."
		f.Certificate = group.sizeText(size)
	default:
		return
	}
	c.findings.add(f)
}

// sizeText is the proof that a mean of whole numbers is of so many people.
func (g moments) sizeText(size int64) string {
	text := fmt.Sprintf("%s is a mean of whole numbers of %d people alone", written(g.mean), size)
	if g.totals {
		text += fmt.Sprintf(", of the %d to %d that totals leave", g.least, g.most)
	}
	return text
}

// mostSizes is how many numbers of people are tried out against a mean.
const mostSizes = 1000

// sizeOfMany works the masked size of a larger group out of its mean, where the
// groups that are shown leave no doubt that the mean is of whole numbers: a sum of
// them divided by that many people is printed so, and by no other number that
// totals leave.
func (c *check) sizeOfMany(m *layout.Model, group moments, all []moments) {
	if !group.hidden || !group.totals || group.mean.Kind != notation.Number || group.most-group.least > mostSizes || !ofWholeNumbers(all, group.variable) {
		return
	}
	sizes, size := 0, int64(0)
	for n := max(group.least, 1); n <= group.most; n++ {
		if isMeanOf(group.mean, n) {
			sizes, size = sizes+1, n
		}
	}
	if sizes != 1 || group.least == group.most {
		return
	}
	f := findingAt(m, "STA003", ForReview, group.at)
	if m.Policy.IsLow(size) {
		f.Severity = Failed
	}
	f.Message = "The mean and the totals give the masked count away, if the mean is of whole numbers, as those beside it are."
	f.Certificate = group.sizeText(size)
	c.findings.add(f)
}

// unlikely is how often chance may make means of other numbers look like those of
// whole ones.
const unlikely = 0.01

// ofWholeNumbers reports whether every mean of a variable whose number of people
// is shown can be one of whole numbers, and that is hardly chance.
func ofWholeNumbers(all []moments, variable string) bool {
	chance := 1.0
	for _, g := range all {
		if g.variable != variable || g.hidden || g.least != g.most || g.least < 1 || g.mean.Kind != notation.Number {
			continue
		}
		if !isMeanOf(g.mean, g.least) {
			return false
		}
		chance *= math.Min(1, float64(g.least)/math.Pow10(g.mean.Decimals))
	}
	return chance <= unlikely
}

// isMeanOf reports whether a printed mean can be that of so many whole numbers.
func isMeanOf(mean notation.Value, n int64) bool {
	from, to := sumsOf(mean, n)
	return from <= to
}

// sumsOf returns between which sums of so many whole numbers a printed mean lies;
// the first is above the last where there is none.
func sumsOf(mean notation.Value, n int64) (from, to int64) {
	half := 0.5/math.Pow10(mean.Decimals) + 1e-9
	return int64(math.Ceil((mean.Float() - half) * float64(n))), int64(math.Floor((mean.Float() + half) * float64(n)))
}

func written(v notation.Value) string { return fmt.Sprintf("%.*f", v.Decimals, v.Float()) }

// solver tries sets of whole numbers, in rising order, against statistics.
type solver struct {
	moments
	values []int64
	found  int      // sets of the size that is tried
	first  []string // the first set of all
	left   int      // steps
}

// tryAll looks for sets of n numbers, and returns how many there are: none, one,
// or more than one. What was not settled within the steps can be many.
func (s *solver) tryAll(n int) int {
	from, to := sumsOf(s.mean, int64(n))
	s.found = 0
	for sum := max(from, 0); sum <= to; sum++ {
		s.values = s.values[:0]
		s.fill(n, sum)
	}
	if s.left <= 0 && from <= to {
		return 2
	}
	return s.found
}

// fill chooses the numbers that are left to choose, none below the last.
func (s *solver) fill(n int, sum int64) {
	if s.left--; s.left <= 0 || s.found > 1 {
		return
	}
	last := int64(0)
	if len(s.values) > 0 {
		last = s.values[len(s.values)-1]
	}
	if n == 1 {
		if sum >= last {
			s.values = append(s.values, sum)
			s.judge()
			s.values = s.values[:len(s.values)-1]
		}
		return
	}
	for value := last; value*int64(n) <= sum; value++ {
		s.values = append(s.values, value)
		s.fill(n-1, sum-value)
		s.values = s.values[:len(s.values)-1]
	}
}

// judge counts a set that has the statistics shown.
func (s *solver) judge() {
	if !near(s.median, middle(s.values)) || !near(s.deviation, spread(s.values)) {
		return
	}
	if s.found++; s.first == nil {
		for _, value := range s.values {
			s.first = append(s.first, fmt.Sprint(value))
		}
	}
}

// near reports whether a statistic can be printed as it is; one that is not
// shown can be anything.
func near(v notation.Value, exact float64) bool {
	return v.Kind != notation.Number || math.Abs(v.Float()-exact) <= 0.5/math.Pow10(v.Decimals)+1e-9
}

func middle(values []int64) float64 {
	n := len(values)
	if n%2 == 1 {
		return float64(values[n/2])
	}
	return float64(values[n/2-1]+values[n/2]) / 2
}

// spread is the standard deviation of a sample.
func spread(values []int64) float64 {
	n := float64(len(values))
	if n < 2 {
		return math.NaN()
	}
	var sum, squares float64
	for _, value := range values {
		sum += float64(value)
	}
	for _, value := range values {
		squares += (float64(value) - sum/n) * (float64(value) - sum/n)
	}
	return math.Sqrt(squares / (n - 1))
}
