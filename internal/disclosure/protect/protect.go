// Package protect hides what must be hidden of tables of counts, and as little
// else as it can, so that no hidden count can be worked out.
//
// A Table is cells, and sums that say which cell is the total of which others.
// A cell may be in any number of sums: tables of any number of dimensions,
// hierarchies, and several tables that share cells are all of that form.
//
// The reader whom it protects against knows the rules, the marks, every number
// that is printed, every sum, and also which masked cells are low counts and
// which are hidden for their sake: the pattern of masks may tell that, whether
// there is one mark or two. A low count is protected when that reader cannot
// narrow the range of its mark at all: with zeros shown and a threshold of ten,
// each of 1 to 9 must remain possible. A masked cell that protects others may be
// known to be at least the threshold. A zero that the rules would show protects
// nothing and is never hidden. A low total wears the mark that makes no claim on
// size, because its parts' marks and a bound on it together could tell all of
// them; it must not be known to be low. Where a table cannot be protected
// otherwise, a reader cannot tell hidden totals that are low from those that are
// not. A cell's own people know that it is not empty; they learn nothing
// of another cell's upper end by that.
//
// What it promises: for each end of each low count's range there is a witness,
// another table of whole numbers that prints the same and has the count at that
// end, and it was checked by adding up. No solver is trusted, and neither is a
// proof without a witness. The result is also given to package audit, the
// attacker. What cannot be protected so is refused. The same table gives the
// same answer whatever the order of its cells and sums, and by default the
// choice of what else to hide does not look at the size of numbers: it would
// tell which of two is larger.
//
// What it does not promise: a reader who runs this program on every table that
// fits what is printed, and drops those with another answer, may narrow a count
// where one choice of masks failed for its sake.
//
// The package is pure: it does no I/O.
package protect

import (
	"errors"
	"fmt"

	"tre-toolkit/internal/disclosure"
)

// Table is true counts and how they hang together.
type Table struct {
	Cells      []Cell
	Sums       []Sum
	Shares     []Share
	Statistics []Statistic
}

// Cell is one count of a table.
type Cell struct {
	Name  string // unique; ties are broken by it, never by the order of cells
	Count disclosure.Count
	// Cost is what hiding the cell costs where its count is not low, from 1. 0
	// means 1 for a cell that is no total and more for one that is. A cost that
	// depends on the count lets a reader conclude from what was hidden.
	Cost int64
	// Counted says that the cell is printed as it was counted even under rules
	// whose totals add up what is shown: a population beside its cases.
	Counted bool
	// Unprinted says that the cell is in no table: it can be worked out all the
	// same, as the population less its cases can.
	Unprinted bool
	// Published says that the count is known already, from an earlier release:
	// it cannot be hidden any more.
	Published bool
}

// Sum says that one cell is the total of others, by their indexes.
type Sum struct {
	Total int
	Parts []int
}

// Share is a percentage of one cell of another, by their indexes.
type Share struct{ Part, Whole int }

// Statistic is a mean, a median, a rate: a number about the people of one or
// more cells.
type Statistic struct {
	Name string // of what it measures, such as its column
	Of   []int  // the counts of the people behind it
	// Averages says that the statistic of a total is a weighted mean of those of
	// its parts, as means and rates are and medians are not.
	Averages bool
}

// Result is what may be printed of a table, in the table's order.
type Result struct {
	Cells      []disclosure.Cell
	Shares     []disclosure.Cell
	Statistics []bool // whether each statistic may be printed
	Low        int    // cells masked for their own count
	Others     int    // cells masked for the sake of those
	// Least says that no other choice costs less. It is false where the table is
	// too large to try every choice.
	Least bool
	// TotalsAsShown says that totals were made of the cells that are shown, and
	// count nobody who is masked.
	TotalsAsShown bool
}

// Refusal says why a table cannot be protected. It holds no number.
type Refusal struct {
	Cell   string // the name of the cell that speaks against it
	Reason string
}

// Error names the cell and says why.
func (r *Refusal) Error() string { return fmt.Sprintf("%s: %s", r.Cell, r.Reason) }

// Protect hides what the profile hides and what would give that away. The error
// is a *Refusal where no choice of masks is proven safe; any other error says
// that the table contradicts itself.
func Protect(table Table, profile disclosure.Profile) (Result, error) {
	return protect(table, profile, false)
}

// protect first tries to protect against a reader who knows of every hidden
// total that is not low that it is not. Where that cannot be, hidden totals make
// no claim: low ones wear the same mark.
func protect(table Table, profile disclosure.Profile, quick bool) (Result, error) {
	result, err := attempt(table, profile, quick, true)
	var refusal *Refusal
	if errors.As(err, &refusal) {
		return attempt(table, profile, quick, false)
	}
	return result, err
}

func attempt(table Table, profile disclosure.Profile, quick, totalsTell bool) (Result, error) {
	p, err := newPlan(table, profile, totalsTell)
	if err != nil {
		return Result{}, err
	}
	p.quick = quick
	if err := p.suppress(); err != nil {
		return Result{}, err
	}
	if err := p.attack(); err != nil {
		return Result{}, err
	}
	p.allowStatistics()
	return p.result(), nil
}
