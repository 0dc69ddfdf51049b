// Package audit is the attacker: it works out what a reader of published
// numbers can know of the numbers that were hidden.
//
// A Problem holds cells, each known to lie in an interval of whole numbers
// (one value when it is shown, the mark's bounds when it is masked, the
// rounding's bounds when it is rounded), and linear relations between them: a
// total is the sum of its parts, a percentage ties a part to its whole. Solve
// returns for every hidden cell the least and the greatest value that fits all
// of it, and the sum of published numbers that proves each bound.
//
// What it promises: an interval marked Proven is exact, no wider and no
// narrower than what the numbers allow. An interval that is not Proven always
// contains the exact one, and must be read as "a person has to look", never as
// safe. The same problem always gives the same answer: work is limited by
// counted steps and not by time, and nothing is computed in floating point. The
// package does no I/O.
//
// How it works: bounds are tightened relation by relation; what stays open falls
// into components. Two-way tables, and tables of which one dimension is
// hierarchical, are networks, whose extremes are greatest flows. All others
// (three dimensions, crossing hierarchies, linked tables, percentages) go to a
// simplex in exact whole numbers. Its bound is taken over when the sum of
// relations that proves it was added up anew, and called proven when values in
// whole numbers that reach it were found and checked against every relation; a
// search by cases closes the gap between the two.
//
// The reader it stands for knows what is published and nothing else. A
// contributor who knows his own share of a cell, and subtracts it, is out of
// scope, as are contributors who put their knowledge together.
package audit

import (
	"cmp"
	"context"
	"slices"
)

// Unbounded is the upper bound of a cell that may hold any number. It is far
// above every count of people, so sums with it stay exact.
const Unbounded int64 = 1 << 40

// DefaultLimit is the number of steps after which Solve gives up on what it
// has not yet proven: some seconds of work.
const DefaultLimit = 1_000_000_000

const noLimit int64 = 1 << 61

// Cell is one number of a publication, as far as a reader knows it at first
// sight.
type Cell struct {
	Label        string // how certificates name the cell
	Lower, Upper int64  // both ends included; equal when the number is shown
	Hidden       bool   // the interval of this cell is asked for
}

// Term is a cell times a whole number.
type Term struct {
	Cell        int // index into Problem.Cells
	Coefficient int64
}

// Relation says that the sum of its terms lies between two bounds, both
// included.
type Relation struct {
	Terms        []Term
	Lower, Upper int64
	// Statement is how a reader would put the relation where it is not a plain
	// sum, such as "12.0% of 50".
	Statement string
}

// Sum says that a total is the sum of its parts.
func Sum(total int, parts ...int) Relation {
	terms := make([]Term, 0, len(parts)+1)
	terms = append(terms, Term{total, 1})
	for _, part := range parts {
		terms = append(terms, Term{part, -1})
	}
	return Relation{Terms: terms}
}

// Percentage says that 100 x part / whole was printed as digits with that many
// decimals: 12.5 is digits 125, decimals 1. A half may have been rounded either
// way, so both ends count.
func Percentage(part, whole int, digits int64, decimals int, statement string) []Relation {
	scale := int64(200)
	for range decimals {
		scale *= 10
	}
	return []Relation{
		{Terms: []Term{{part, scale}, {whole, 1 - 2*digits}}, Lower: 0, Upper: noLimit, Statement: statement},
		{Terms: []Term{{part, scale}, {whole, -1 - 2*digits}}, Lower: -noLimit, Upper: 0, Statement: statement},
	}
}

// Problem is all that a reader has.
type Problem struct {
	Cells     []Cell
	Relations []Relation
	Limit     int // steps of work; 0 means DefaultLimit
	// Decimals says that every number counts units of 10 to the power of minus
	// Decimals, as when amounts are written in pence; certificates print them as
	// decimals.
	Decimals int
}

// Interval is what a reader can know of one hidden cell.
type Interval struct {
	Cell         int
	Lower, Upper int64
	Proven       bool // exact; otherwise the true interval may be narrower
	system       *system
}

// Exact reports whether only one value is left.
func (i Interval) Exact() bool { return i.Proven && i.Lower == i.Upper }

// Bounded reports whether the reader has any upper bound at all.
func (i Interval) Bounded() bool { return i.Upper < Unbounded/2 }

// Contradiction is a set of relations that no numbers fit.
type Contradiction struct {
	Relations []int // indexes into Problem.Relations
}

// Result is the answer to a Problem.
type Result struct {
	Intervals      []Interval // one per hidden cell, in the order of the cells
	Contradictions []Contradiction
	Steps          int // the work done
}

// Solve works out the interval of every hidden cell. Problems may be solved at
// the same time.
func Solve(problem Problem) Result {
	result, _ := SolveContext(context.Background(), problem) // which is never done
	return result
}

// SolveContext is Solve that ends early, with the context's error and no result,
// when the context is done.
func SolveContext(ctx context.Context, problem Problem) (Result, error) {
	s := newSystem(problem)
	s.done = ctx.Done()
	s.propagate()
	s.solveComponents(s.components())
	if s.stopped() {
		return Result{}, ctx.Err()
	}
	return s.result(), nil
}

// stopped reports whether nobody waits for the answer any more.
func (s *system) stopped() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

// exhausted reports that the work has to end with what is proven by now.
func (s *system) exhausted() bool { return s.work > s.limit || s.stopped() }

// solveComponents solves networks first, since they are sure to be quick, then
// the other components, small ones first. Each may use its share of the work
// that is left.
func (s *system) solveComponents(parts []component) {
	var others []component
	for _, part := range parts {
		if !part.contradicted && !s.solveAsNetwork(part) {
			others = append(others, part)
		}
	}
	slices.SortStableFunc(others, func(a, b component) int { return cmp.Compare(len(a.cells), len(b.cells)) })
	for i, part := range others {
		share := (s.limit - s.work) / (len(others) - i)
		if !s.solveLinear(part, share-share/searchShare) {
			s.solveBySearch(part, share/searchShare)
		}
	}
}

// solveAsNetwork solves a component whose relations form a network, as they are
// or rewritten.
func (s *system) solveAsNetwork(part component) bool {
	if network, ok := s.network(part, part.relations); ok {
		s.solveNetwork(part, network)
		return true
	}
	rewritten, ok := s.nested(part)
	if !ok {
		return false
	}
	network, ok := s.network(rewritten, part.relations)
	if ok {
		s.solveNetwork(rewritten, network)
	}
	return ok
}

func (s *system) result() Result {
	result := Result{Contradictions: s.contradictions, Steps: s.work}
	for i, cell := range s.problem.Cells {
		if !cell.Hidden {
			continue
		}
		result.Intervals = append(result.Intervals, Interval{
			Cell: i, Lower: s.lower[i], Upper: s.upper[i],
			Proven: !s.unproven[i], system: s,
		})
	}
	return result
}
