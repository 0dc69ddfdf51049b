package protection

import (
	"fmt"
	"slices"
	"strings"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/disclosure/protect"
	"tre-toolkit/internal/outputs/document"
	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

// work is one table on its way.
type work struct {
	*layout.Model
	file       string
	profile    disclosure.Profile
	table      protect.Table
	index      map[layout.CellAt]int // the counts' places in the protected table
	shares     map[layout.CellAt]int // percentages
	statistics map[layout.CellAt]int
	withheld   map[layout.CellAt]bool // numbers that are tied to no count
	guess      Guess
	faults     []diagnostic.Finding
}

// understand turns the guessed layout into cells, sums and links.
func (w *work) understand() error {
	w.shares, w.statistics, w.withheld = map[layout.CellAt]int{}, map[layout.CellAt]int{}, map[layout.CellAt]bool{}
	w.takeCounts()
	if len(w.faults) == 0 {
		w.takeSums()
		w.takeWholes()
	}
	w.takePercentages()
	w.takeStatistics()
	w.tell()
	if len(w.faults) > 0 {
		return &diagnostic.Input{Findings: w.faults, Hint: "protect takes true counts: whole numbers, no marks, every total the sum of its parts"}
	}
	return nil
}

func (w *work) fault(at layout.CellAt, problem string) {
	w.faults = append(w.faults, diagnostic.Finding{
		File: w.file, Line: int64(w.LineOf(at.Row)), Column: w.Header[at.Column], Code: "PRT002", Message: problem,
	})
}

// takeCounts makes a cell of every count. Numbers in rows that hold no counts
// are withheld.
func (w *work) takeCounts() {
	if len(w.CountColumns) == 0 {
		w.faults = append(w.faults, diagnostic.Finding{File: w.file, Code: "PRT003", Message: "no column of counts was found"})
		return
	}
	seen := map[string]int{}
	for row := range w.Rows() {
		for _, column := range w.CountColumns {
			at := layout.CellAt{Row: row, Column: column}
			v := w.At(at)
			n, whole := v.Whole()
			switch {
			case v.Kind == notation.Blank:
				continue
			case !w.Counted(row):
				w.withheld[at] = true
			case v.Kind == notation.Mark:
				w.fault(at, "a count is masked already")
			case !whole || n < 0:
				w.fault(at, "a count is no whole number")
			default:
				name := w.RowName(row) + " | " + w.Header[column]
				if seen[name]++; seen[name] > 1 {
					name = fmt.Sprintf("%s | %d", name, seen[name])
				}
				w.index[at] = w.add(protect.Cell{Name: name, Count: disclosure.CountOf(n)})
			}
		}
	}
}

func (w *work) add(cell protect.Cell) int {
	w.table.Cells = append(w.table.Cells, cell)
	return len(w.table.Cells) - 1
}

// takeSums takes every total that the layout has, and those that an output
// checker would find once the low counts are masked.
func (w *work) takeSums() {
	loose := map[layout.CellAt]bool{}
	lines := slices.Clone(w.Lines)
	for _, line := range w.masked().Lines {
		line.Guessed = true // unless it is among the others, which come first
		lines = append(lines, line)
	}
	for _, line := range lines {
		total, known := w.index[line.Total]
		if !known {
			continue
		}
		sum := protect.Sum{Total: total}
		var least disclosure.Count
		for part := range line.Parts.All {
			if i, counted := w.index[part]; counted {
				sum.Parts = append(sum.Parts, i)
				least = least.Plus(w.table.Cells[i].Count)
			}
		}
		whole := w.table.Cells[total].Count
		switch {
		case len(sum.Parts) == 0:
		case !whole.Exceeds(least) && !least.Exceeds(whole):
			w.table.Sums = append(w.table.Sums, sum)
		case line.Guessed:
		case whole.Exceeds(least):
			w.addRest(line, sum, whole, least)
		case !loose[line.Total]:
			loose[line.Total] = true
			w.remark("%q is less than its parts together: it was taken for a count of its own", w.RowName(line.Total.Row)+", "+w.Header[line.Total.Column])
		}
	}
}

// addRest adds what a total counts and none of its parts shows, as a cell that
// is not printed.
func (w *work) addRest(line layout.Line, sum protect.Sum, whole, parts disclosure.Count) {
	name := w.table.Cells[sum.Total].Name + " | in no part"
	for _, cell := range w.table.Cells {
		if cell.Name == name {
			return
		}
	}
	w.remark("%q counts people whom none of its parts shows", w.RowName(line.Total.Row)+", "+w.Header[line.Total.Column])
	w.table.Cells[sum.Total].Counted = true
	sum.Parts = append(sum.Parts, w.add(protect.Cell{Name: name, Count: whole.Minus(parts), Unprinted: true}))
	w.table.Sums = append(w.table.Sums, sum)
}

// masked is the layout as a reader sees it whose low counts are masked.
func (w *work) masked() *layout.Model {
	mark := w.profile.Rules().Marks.Value[0]
	copied := &document.Table{File: w.Table.File, Name: w.Table.Name, Header: slices.Clone(w.Header), HeaderLine: w.HeaderLine}
	for row, given := range w.Table.Rows {
		cells := slices.Clone(given.Cells)
		for _, column := range w.CountColumns {
			at := layout.CellAt{Row: row, Column: column}
			if _, counted := w.index[at]; counted && w.Low(at) && column < len(cells) {
				cells[column] = mark
			}
		}
		copied.Rows = append(copied.Rows, document.Row{Line: given.Line, Cells: cells})
	}
	return layout.New(copied, w.Policy)
}

// takeWholes adds, for a column of counts beside a column of what they are of,
// those who are not counted: anybody can work them out.
func (w *work) takeWholes() {
	for _, pair := range w.PartsOfWholes() {
		for row := range w.Rows() {
			part, partKnown := w.index[layout.CellAt{Row: row, Column: pair.Part}]
			whole, wholeKnown := w.index[layout.CellAt{Row: row, Column: pair.Whole}]
			if !partKnown || !wholeKnown || part == whole || w.table.Cells[part].Count.Exceeds(w.table.Cells[whole].Count) || w.tied(whole, part) {
				continue
			}
			name := w.table.Cells[whole].Name + " | not " + w.Header[pair.Part]
			rest := w.table.Cells[whole].Count.Minus(w.table.Cells[part].Count)
			w.table.Cells[whole].Counted = true
			w.table.Sums = append(w.table.Sums, protect.Sum{Total: whole, Parts: []int{part, w.add(protect.Cell{Name: name, Count: rest, Unprinted: true})}})
		}
	}
}

// tied reports whether a cell is a part of another by a sum of the table.
func (w *work) tied(whole, part int) bool {
	return slices.ContainsFunc(w.table.Sums, func(sum protect.Sum) bool {
		return sum.Total == whole && slices.Contains(sum.Parts, part)
	})
}

// takePercentages ties every percentage to its count and its whole, and
// withholds those that are tied to nothing.
func (w *work) takePercentages() {
	for column, role := range w.Roles {
		if role != layout.RolePercent {
			continue
		}
		part, wholeOf, paired := w.PairFor(column)
		for row := range w.Rows() {
			at := layout.CellAt{Row: row, Column: column}
			if w.At(at).Kind == notation.Blank {
				continue
			}
			w.withheld[at] = true
			if !paired {
				continue
			}
			of, known := w.index[layout.CellAt{Row: row, Column: part}]
			wholeAt, hasWhole := wholeOf(row)
			if !hasWhole && w.isWhole(row, part) {
				wholeAt, hasWhole = layout.CellAt{Row: row, Column: part}, true
			}
			whole, wholeKnown := w.index[wholeAt]
			if known && hasWhole && wholeKnown {
				delete(w.withheld, at)
				w.shares[at] = len(w.table.Shares)
				w.table.Shares = append(w.table.Shares, protect.Share{Part: of, Whole: whole})
			}
		}
	}
}

// isWhole reports whether a cell is itself a total, of which it is 100 percent.
func (w *work) isWhole(row, column int) bool {
	return slices.ContainsFunc(w.Lines, func(l layout.Line) bool { return l.Total == layout.CellAt{Row: row, Column: column} })
}

// averaging are words that name weighted means.
var averaging = notation.WordSet("mean avg average rate ratio per proportion")

// takeStatistics ties every statistic to the count before it.
func (w *work) takeStatistics() {
	for column, role := range w.Roles {
		if role != layout.RoleStatistic {
			continue
		}
		count, found := w.CountFor(column)
		for row := range w.Rows() {
			at := layout.CellAt{Row: row, Column: column}
			if w.At(at).Kind == notation.Blank {
				continue
			}
			of, known := w.index[layout.CellAt{Row: row, Column: count}]
			if !found || !known {
				w.withheld[at] = true
				continue
			}
			w.statistics[at] = len(w.table.Statistics)
			w.table.Statistics = append(w.table.Statistics, protect.Statistic{
				Name: w.Header[column], Of: []int{of}, Averages: notation.AnyWord(notation.Words(w.Header[column]), averaging),
			})
		}
	}
}

// tell puts the guess into words.
func (w *work) tell() {
	lists := map[layout.Role]*[]string{
		layout.RoleKey: &w.guess.Labels, layout.RoleCount: &w.guess.Counts, layout.RolePercent: &w.guess.Percentages,
		layout.RoleStatistic: &w.guess.Statistics, layout.RoleOther: &w.guess.Others,
	}
	for column, role := range w.Roles {
		name := w.Header[column]
		if role == layout.RolePercent {
			if pair, ok := w.Paired(column); ok && pair.Whole >= 0 {
				name += " (" + w.Header[pair.Part] + " of " + w.Header[pair.Whole] + ")"
			} else if ok {
				name += " (" + w.Header[pair.Part] + " of its total)"
			}
		}
		*lists[role] = append(*lists[role], strings.TrimSpace(name))
	}
	for _, line := range w.Lines {
		label := w.RowName(line.Total.Row)
		if line.Parts.Len() > 0 && line.Parts.At(0).Row == line.Total.Row {
			label = w.Header[line.Total.Column]
		}
		if !slices.Contains(w.guess.Totals, label) {
			w.guess.Totals = append(w.guess.Totals, label)
		}
	}
	if len(w.withheld) > 0 {
		w.remark("numbers that could be tied to no count were withheld")
	}
}
