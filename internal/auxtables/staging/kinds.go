package staging

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// kind is how the cells of a type are read.
type kind struct {
	name      string // what a rewritten cell is counted as
	canonical spec.Identifier
	exact     spec.Identifier
}

func kindOf(column Column) kind {
	name := column.Type.String()
	exact := mustIdentifier("exact_any")
	switch {
	case column.FreeText:
		return kind{"text", mustIdentifier("canonical_text"), exact}
	case column.Type.IsText():
		return kind{"text", mustIdentifier("canonical_id"), exact}
	case name == "DATE":
		return kind{"date", mustIdentifier("canonical_date"), exact}
	case name == "TIMESTAMP":
		return kind{"timestamp", mustIdentifier("canonical_timestamp"), exact}
	case name == "BOOLEAN":
		return kind{"flag", mustIdentifier("canonical_flag"), exact}
	case strings.HasPrefix(name, "DECIMAL"):
		return kind{"number", mustIdentifier("canonical_decimal"), mustIdentifier("exact_decimal")}
	default:
		return kind{"number", mustIdentifier("canonical_whole"), exact}
	}
}

func (k kind) fill(statement warehouse.Statement, column Column) warehouse.Statement {
	return statement.Naming("column", column.Name).Naming("canonical", k.canonical).Naming("exact", k.exact).Typing("type", column.Type)
}

// otherZeros returns the ways to write the codes of a list with fewer or more
// leading zeros, and the code that each of them means. A way that is itself a
// code, or that means two of them, means nothing.
func otherZeros(codes []string) (given, listed []string) {
	means := map[string][]string{}
	for _, code := range codes {
		if code == "" || strings.Trim(code, "0123456789") != "" {
			continue
		}
		for way := cmp.Or(strings.TrimLeft(code, "0"), "0"); len(way) <= mostDigits; way = "0" + way {
			if !slices.Contains(codes, way) {
				means[way] = append(means[way], code)
			}
		}
	}
	for _, way := range slices.Sorted(maps.Keys(means)) {
		if len(means[way]) == 1 {
			given, listed = append(given, way), append(listed, means[way][0])
		}
	}
	return given, listed
}

// mostDigits is how long a code with zeros before it may be. Longer ones are
// terms of SNOMED and ids, which have no zeros to lose.
const mostDigits = 3
