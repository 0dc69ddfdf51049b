package audit_test

import (
	"testing"

	"pgregory.net/rapid"

	"tre-toolkit/internal/disclosure/audit"
)

// exhaust tries every combination of values: the slow and obvious answer. It
// returns nil when nothing fits. A relation is looked at as soon as its last
// cell has a value.
func exhaust(problem audit.Problem) [][2]int64 {
	values := make([]int64, len(problem.Cells))
	last := make([][]audit.Relation, len(problem.Cells)+1)
	for _, relation := range problem.Relations {
		at := 0
		for _, term := range relation.Terms {
			at = max(at, term.Cell+1)
		}
		last[at] = append(last[at], relation)
	}
	var extremes [][2]int64
	var try func(int)
	try = func(cell int) {
		if !satisfied(last[cell], values) {
			return
		}
		if cell < len(values) {
			for v := problem.Cells[cell].Lower; v <= problem.Cells[cell].Upper; v++ {
				values[cell] = v
				try(cell + 1)
			}
			return
		}
		if extremes == nil {
			extremes = make([][2]int64, len(values))
			for i, v := range values {
				extremes[i] = [2]int64{v, v}
			}
		}
		for i, v := range values {
			extremes[i] = [2]int64{min(extremes[i][0], v), max(extremes[i][1], v)}
		}
	}
	try(0)
	return extremes
}

func satisfied(relations []audit.Relation, values []int64) bool {
	for _, relation := range relations {
		var sum int64
		for _, term := range relation.Terms {
			sum += term.Coefficient * values[term.Cell]
		}
		if sum < relation.Lower || sum > relation.Upper {
			return false
		}
	}
	return true
}

func agrees(t *rapid.T, problem audit.Problem) {
	expected := exhaust(problem)
	result := audit.Solve(problem)
	if expected == nil {
		if len(result.Contradictions) == 0 {
			t.Fatalf("nothing fits, and no contradiction was found: %+v", problem)
		}
		return
	}
	if len(result.Contradictions) > 0 {
		t.Fatalf("numbers fit, and a contradiction was found: %+v", problem)
	}
	for _, interval := range result.Intervals {
		got := [2]int64{interval.Lower, interval.Upper}
		if !interval.Proven || got != expected[interval.Cell] {
			t.Fatalf("cell %d: got %v proven %v, want %v in %+v", interval.Cell, got, interval.Proven, expected[interval.Cell], problem)
		}
		proves(t, problem, interval)
	}
}

// proves checks that each step of a certificate adds up.
func proves(t *rapid.T, problem audit.Problem, interval audit.Interval) {
	certificate := interval.Certificate()
	for _, step := range append(certificate.Lower, certificate.Upper...) {
		if step.Statement != "" {
			continue
		}
		var sum int64
		for _, summand := range step.Summands {
			sum += summand.Times * summand.Number
		}
		rest := sum - step.Value*step.Divisor
		inwards := rest == 0 || step.Meaning == audit.AtMost && rest > 0 || step.Meaning == audit.AtLeast && rest < 0
		if !inwards || rest >= step.Divisor || rest <= -step.Divisor {
			t.Fatalf("%s does not add up in %+v", step.Expression(), problem)
		}
	}
	if n := len(certificate.Lower); n > 0 && certificate.Lower[n-1].Value != interval.Lower {
		t.Fatalf("the proof of the lower end gives %d, not %d", certificate.Lower[n-1].Value, interval.Lower)
	}
	if n := len(certificate.Upper); n > 0 && certificate.Upper[n-1].Value != interval.Upper {
		t.Fatalf("the proof of the upper end gives %d, not %d", certificate.Upper[n-1].Value, interval.Upper)
	}
}

func TestTwoWayTablesAgreeWithExhaustiveSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(1, 3).Draw(t, "rows"), rapid.IntRange(1, 3).Draw(t, "columns")
		values := make([][]int64, rows+1)
		for r := range values {
			values[r] = make([]int64, columns+1)
		}
		for r := range rows {
			for c := range columns {
				n := rapid.Int64Range(0, 7).Draw(t, "value")
				values[r][c] = n
				values[r][columns] += n
				values[rows][c] += n
				values[rows][columns] += n
			}
		}
		if rapid.IntRange(0, 9).Draw(t, "spoil") == 0 {
			values[rows][columns]++
		}
		hidden := 0
		for r := range values {
			for c := range values[r] {
				if hidden < 6 && rapid.IntRange(0, 2).Draw(t, "hide") == 0 {
					values[r][c], hidden = -1, hidden+1
				}
			}
		}
		agrees(t, grid(values, 0, rapid.Int64Range(4, 8).Draw(t, "most")))
	})
}

func TestAnyRelationsAgreeWithExhaustiveSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { agrees(t, drawProblem(t)) })
}

func drawProblem(t *rapid.T) audit.Problem {
	var problem audit.Problem
	for range rapid.IntRange(1, 6).Draw(t, "cells") {
		low := rapid.Int64Range(0, 4).Draw(t, "low")
		width := rapid.Int64Range(0, 5).Draw(t, "width")
		problem.Cells = append(problem.Cells, audit.Cell{Label: "cell", Lower: low, Upper: low + width, Hidden: width > 0})
	}
	cell := rapid.IntRange(0, len(problem.Cells)-1)
	for range rapid.IntRange(0, 4).Draw(t, "relations") {
		relation := audit.Relation{Lower: rapid.Int64Range(-3, 8).Draw(t, "least")}
		relation.Upper = relation.Lower + rapid.SampledFrom([]int64{0, 0, 0, 1, 4}).Draw(t, "slack")
		for range rapid.IntRange(1, 5).Draw(t, "terms") {
			coefficient := rapid.SampledFrom([]int64{1, 1, 1, -1, -1, 2, -3}).Draw(t, "coefficient")
			relation.Terms = append(relation.Terms, audit.Term{Cell: cell.Draw(t, "cell"), Coefficient: coefficient})
		}
		problem.Relations = append(problem.Relations, relation)
	}
	return problem
}

func TestPercentagesAgreeWithExhaustiveSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		problem := audit.Problem{Cells: []audit.Cell{
			{Label: "part", Lower: 0, Upper: rapid.Int64Range(1, 20).Draw(t, "most"), Hidden: true},
			{Label: "whole", Lower: 20, Upper: 20 + rapid.Int64Range(0, 20).Draw(t, "spread"), Hidden: true},
		}}
		digits := rapid.Int64Range(0, 1000).Draw(t, "digits")
		problem.Relations = audit.Percentage(0, 1, digits, 1, "a percentage")
		agrees(t, problem)
	})
}

func FuzzSolve(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { agrees(t, drawProblem(t)) }))
}
