package versions

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/warehouse"
)

// drawTable draws a small table: people with pathways in two periods, some rows
// twice, some cells empty.
func drawTable(t *rapid.T, label string) worldTable {
	maybe := func(r row, name string, value any) {
		if !rapid.Bool().Draw(t, name+" is empty") {
			r[name] = value
		}
	}
	rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) row {
		key := rapid.IntRange(0, 9).Draw(t, "key")
		year := 2020 + rapid.IntRange(0, 1).Draw(t, "year")
		r := row{
			"person": fmt.Sprint("p", key/2), "pathway": fmt.Sprint("k", key),
			"extract_start_date": fmt.Sprintf("%d-04-01", year), "extract_end_date": fmt.Sprintf("%d-03-31", year+1),
			"extract_date": label,
		}
		maybe(r, "code", rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "code"))
		maybe(r, "score", rapid.IntRange(-50, 50).Draw(t, "score"))
		maybe(r, "flag", rapid.Bool().Draw(t, "flag"))
		return r
	}), 0, 60).Draw(t, label)
	return worldTable{"hub", []string{"code VARCHAR", "score SMALLINT", "flag BOOLEAN"}, rows}
}

// oracle is the comparison in plain Go, over lists and maps.
type oracle struct{ before, after []row }

func cell(r row, column string) string {
	if r[column] == nil {
		return "(empty)"
	}
	return fmt.Sprint(r[column])
}

// peopleBy counts distinct people by the value of a column.
func peopleBy(rows []row, column string) map[string]int {
	people := map[string]map[string]bool{}
	for _, r := range rows {
		value := cell(r, column)
		if people[value] == nil {
			people[value] = map[string]bool{}
		}
		people[value][cell(r, "person")] = true
	}
	counts := map[string]int{}
	for value, set := range people {
		counts[value] = len(set)
	}
	return counts
}

func rowsBy(rows []row, column string) map[string]int {
	counts := map[string]int{}
	for _, r := range rows {
		counts[cell(r, column)]++
	}
	return counts
}

func people(rows []row) int { return len(peopleBy(rows, "person")) }

// keys returns the sorted rows of every pathway and period as one text.
func keys(rows []row) map[string]string {
	lists := map[string][]string{}
	for _, r := range rows {
		key := cell(r, "pathway") + " " + cell(r, "extract_start_date")
		lists[key] = append(lists[key], fmt.Sprint(cell(r, "person"), cell(r, "code"), "/", cell(r, "score"), "/", cell(r, "flag")))
	}
	texts := map[string]string{}
	for key, list := range lists {
		slices.Sort(list)
		texts[key] = fmt.Sprint(list)
	}
	return texts
}

func (o oracle) pathways() (added, removed, changed int) {
	before, after := keys(o.before), keys(o.after)
	for key, text := range after {
		old, there := before[key]
		switch {
		case !there:
			added++
		case old != text:
			changed++
		}
	}
	for key := range before {
		if _, there := after[key]; !there {
			removed++
		}
	}
	return added, removed, changed
}

// told returns the values of a column that are new, gone or moved, and whether
// empty cells moved, each as "value before after" of people.
func (o oracle) told(column string) []string {
	rowsBefore, rowsAfter := rowsBy(o.before, column), rowsBy(o.after, column)
	peopleBefore, peopleAfter := peopleBy(o.before, column), peopleBy(o.after, column)
	values := map[string]bool{}
	for _, rows := range []map[string]int{rowsBefore, rowsAfter} {
		for value := range rows {
			values[value] = true
		}
	}
	share := func(n, all int) float64 { return float64(n) / math.Max(1, float64(all)) }
	var told []string
	for value := range values {
		move := math.Abs(share(rowsBefore[value], len(o.before)) - share(rowsAfter[value], len(o.after)))
		oneSided := value != "(empty)" && (rowsBefore[value] == 0 || rowsAfter[value] == 0)
		if move >= leastMove || oneSided {
			told = append(told, fmt.Sprint(value, " ", peopleBefore[value], " ", peopleAfter[value]))
		}
	}
	slices.Sort(told)
	return told
}

func spreadOf(rows []row, column string) (spread Spread, deviation float64, n int) {
	var values []float64
	for _, r := range rows {
		if value, filled := r[column].(int); filled {
			values = append(values, float64(value))
			spread.Mean += float64(value)
		}
	}
	if n = len(values); n == 0 {
		return spread, 0, 0
	}
	slices.Sort(values)
	at := func(quarters int) float64 { return values[(quarters*n+3)/4-1] }
	spread.Mean /= float64(n)
	for _, value := range values {
		deviation += (value - spread.Mean) * (value - spread.Mean) / float64(n)
	}
	spread.Lower, spread.Median, spread.Upper = at(1), at(2), at(3)
	return spread, math.Sqrt(deviation), n
}

func toldBy(column ColumnDiff) []string {
	var told []string
	for _, value := range slices.Concat(column.New, column.Gone, column.Moved) {
		told = append(told, fmt.Sprint(value.Value, " ", value.People.Before, " ", value.People.After))
	}
	if column.Empty != nil {
		told = append(told, fmt.Sprint("(empty) ", column.Empty.People.Before, " ", column.Empty.People.After))
	}
	slices.Sort(told)
	return told
}

// Under rules that hide nothing the comparison by SQL says what the one in Go
// does; under strict ones it gives nobody away.
func TestTheComparisonAgainstAnOracle(t *testing.T) {
	open, strict := profileOf(t, 1, disclosure.ShowZero), profileOf(t, fewPeople, disclosure.ShowZero)
	rapid.Check(t, func(r *rapid.T) {
		before, after := drawTable(r, "2021-04-26"), drawTable(r, "2022-04-26")
		if rapid.Bool().Draw(r, "strict") {
			checkNothingShownIsOfFewPeople(r, compareOnce(r, before, after, strict))
			return
		}
		table := compareOnce(r, before, after, open)
		if table.Same {
			return
		}
		o := oracle{before.rows, after.rows}
		assert.Equal(r, fmt.Sprint(people(before.rows), ", now ", people(after.rows)), table.Participants.String())
		added, removed, changed := o.pathways()
		assert.Equal(r, fmt.Sprint(added, removed, changed), fmt.Sprint(table.Pathways.Added, table.Pathways.Removed, table.Pathways.Changed))
		columns := map[string]ColumnDiff{}
		for _, column := range table.Columns {
			columns[column.Name] = column
		}
		for _, name := range []string{"code", "flag"} {
			assert.Equal(r, o.told(name), toldBy(columns[name]), name)
		}
		o.checkScore(r, columns["score"])
	})
}

func (o oracle) checkScore(t failer, column ColumnDiff) {
	values := max(len(rowsBy(o.before, "score")), len(rowsBy(o.after, "score")))
	if values <= mostNumbers+1 {
		return // a code, as the others are; or at the bound, with empty cells among the values
	}
	before, deviationBefore, filledBefore := spreadOf(o.before, "score")
	after, deviationAfter, filledAfter := spreadOf(o.after, "score")
	pooled := math.Sqrt((deviationBefore*deviationBefore + deviationAfter*deviationAfter) / 2)
	move := math.Abs(before.Mean - after.Mean)
	if filledBefore == 0 || filledAfter == 0 || move == 0 || math.Abs(move-leastDeviation*pooled) < 1e-9 {
		return
	}
	if move < leastDeviation*pooled {
		assert.Nil(t, column.Spread)
		return
	}
	require.NotNil(t, column.Spread)
	before.Mean, after.Mean = rounded(before.Mean), rounded(after.Mean)
	assert.Equal(t, SpreadDiff{before, after, false}, *column.Spread)
}

func compareOnce(t failer, before, after worldTable, profile disclosure.Profile) TableDiff {
	w, err := warehouse.Memory(context.Background(), warehouse.Settings{Threads: 1})
	require.NoError(t, err)
	defer w.Close()
	diff := newWorld(t, w, []worldTable{before}, []worldTable{after}).compare(t, profile)
	require.Len(t, diff.Tables, 1)
	return diff.Tables[0]
}

const fewPeople = 3

// Whatever the data: no number of 1 to 2 people is shown, nor two numbers of one
// group that differ by so many, nor parts whose rest is so small.
func checkNothingShownIsOfFewPeople(t failer, table TableDiff) {
	low := func(n float64) bool { return n != 0 && math.Abs(n) < fewPeople }
	check := func(what string, pair Pair) {
		before, shownBefore := pair.Before.Value()
		after, shownAfter := pair.After.Value()
		assert.False(t, shownBefore && low(before) || shownAfter && low(after), "%s: %s", what, pair)
		assert.False(t, shownBefore && shownAfter && low(after-before), "%s differs by few: %s", what, pair)
	}
	check("participants", table.Participants)
	whole, _ := table.Participants.After.Value()
	for _, column := range table.Columns {
		for _, value := range slices.Concat(column.New, column.Gone, column.Moved) {
			check(column.Name+" "+value.Value, value.People)
			part, shown := value.People.After.Value()
			assert.False(t, shown && low(whole-part), "the rest of %s", value.Value)
		}
	}
	removed, shownRemoved := table.Pathways.Removed.Value()
	added, shownAdded := table.Pathways.Added.Value()
	assert.False(t, low(removed) || low(added))
	assert.Equal(t, shownRemoved, shownAdded, "one of them and the rows would give the other away")
}

// By brute force: from what is told of parts of a whole, and the whole, nobody
// can tell the size of a part or a rest of 1 to 2 people, in either version or
// in the difference of both.
func TestWhatIsToldOfAWholeLeavesNoSmallRest(t *testing.T) {
	const threshold = 3
	g := gate{profile: profileOf(t, threshold, disclosure.ShowZero)}
	count := func(n int) disclosure.Count { return disclosure.CountOf(int64(n)) }
	low := func(n int) bool { return n != 0 && n > -threshold && n < threshold }
	told := 0
	for x := range 9 * 9 * 9 * 9 * 9 * 9 {
		a, b, rest := [2]int{x % 9, x / 9 % 9}, [2]int{x / 81 % 9, x / 729 % 9}, [2]int{x / 6561 % 9, x / 59049 % 9}
		if x%7 > 0 { // a seventh of them is enough
			continue
		}
		whole := [2]int{a[0] + b[0] + rest[0], a[1] + b[1] + rest[1]}
		pairs := g.tell(group{count(whole[0]), count(whole[1])}, []group{{count(a[0]), count(a[1])}, {count(b[0]), count(b[1])}})
		left := whole
		for i, part := range [][2]int{a, b} {
			if pairs[i] == nil {
				continue
			}
			told++
			left[0], left[1] = left[0]-part[0], left[1]-part[1]
			require.False(t, low(part[0]) || low(part[1]) || low(part[1]-part[0]), "%v of %v", part, whole)
			require.False(t, low(left[0]) || low(left[1]) || low(left[1]-left[0]), "rest %v of %v", left, whole)
		}
	}
	assert.Greater(t, told, 1000)
}

// One person may have several values, so that parts overlap.
func TestTheRestOfEachPartAloneIsNotSmall(t *testing.T) {
	g := gate{profile: profileOf(t, 3, disclosure.ShowZero)}
	of := func(n int64) group { return group{disclosure.CountOf(n), disclosure.CountOf(n)} }
	told := g.tell(of(20), []group{of(15), of(18), of(17)})
	assert.NotNil(t, told[0])
	assert.Nil(t, told[1], "20 less 18 are 2")
	assert.NotNil(t, told[2])
}

func TestWhereNoneIsHiddenToo(t *testing.T) {
	g := gate{profile: profileOf(t, 3, disclosure.MaskZero)}
	ten, none := disclosure.CountOf(10), disclosure.CountOf(0)
	assert.Nil(t, g.tell(group{ten, ten}, []group{{none, disclosure.CountOf(5)}})[0], "a new value says that nobody had it")
	assert.Nil(t, g.tell(group{ten, ten}, []group{{ten, ten}})[0], "and one that all have, that nobody has another")
}

func TestPathwaysAreMaskedTogether(t *testing.T) {
	g := gate{profile: profileOf(t, 10, disclosure.ShowZero)}
	for _, c := range []struct{ keys, people, want string }{
		{"100 50 20 500", "90 40 20 400", "100 50 20"},
		{"100 3 20 500", "90 3 20 400", "* low 20"},
		{"100 0 20 500", "90 0 20 400", "100 0 20"},
		{"0 3 20 500", "0 3 20 400", "* low 20"},
		{"40 50 20 500", "4 50 20 400", "low * 20"},
		{"100 50 20 5", "90 40 20 5", "100 50 *"},
		{"100 50 200 0", "90 40 200 0", "100 50 200"},
		{"100 50 9 500", "90 40 2 400", "100 50 low"},
	} {
		got := g.pathways(fourOf(t, c.keys), fourOf(t, c.people))
		assert.Equal(t, c.want, fmt.Sprint(got.Added, got.Removed, got.Changed), c.keys)
	}
}

func fourOf(t *testing.T, text string) (counts [4]disclosure.Count) {
	var n [4]int64
	_, err := fmt.Sscan(text, &n[0], &n[1], &n[2], &n[3])
	require.NoError(t, err)
	for i := range n {
		counts[i] = disclosure.CountOf(n[i])
	}
	return counts
}

func TestMeansKeepFourDigits(t *testing.T) {
	for value, want := range map[float64]float64{0: 0, 1234567: 1235000, 12.34567: 12.35, -0.00123456: -0.001235, 9999.9: 10000} {
		assert.InDelta(t, want, rounded(value), 1e-9, strconv.FormatFloat(value, 'f', -1, 64))
	}
	assert.Equal(t, 0, cmp.Compare(day(-1), "1969-12-31"))
}
