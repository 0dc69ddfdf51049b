package spec

import (
	"reflect"
	"strings"
)

// What a fault suggests: the nearest of the names that there are.

func names(columns []Column) []string {
	list := make([]string, len(columns))
	for i, column := range columns {
		list[i] = column.Name.name
	}
	return list
}

func (c Cohorts) codes() []string {
	codes := make([]string, len(c.Studies))
	for i, study := range c.Studies {
		codes[i] = string(study.Code)
	}
	return codes
}

// keysAt lists the keys that a type of specification has under a path of keys.
func keysAt(of reflect.Type, path []string) []string {
	for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct {
		return nil
	}
	var keys []string
	for _, field := range reflect.VisibleFields(of) {
		key := field.Tag.Get("toml")
		switch {
		case key == "" || key == "-":
		case len(path) == 0:
			keys = append(keys, key)
		case key == path[0]:
			return keysAt(field.Type, path[1:])
		}
	}
	return keys
}

// suggest returns a hint at the nearest known name, if one is near.
func suggest(given string, known []string) string {
	best, distance := "", 1+len(given)/3
	for _, name := range known {
		if d := editDistance(given, name); d <= distance && (best == "" || d < editDistance(given, best)) {
			best = name
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// choose suggests the nearest of a few words, or lists them all.
func choose(given string, known []string) string {
	if near := suggest(given, known); near != "" {
		return near
	}
	return "; there are " + strings.Join(known, ", ")
}

// suggestPattern suggests a pattern like one that ends in *, for columns that
// begin nearly so.
func suggestPattern(pattern string, columns []Column) string {
	beginning, found := strings.CutSuffix(pattern, "*")
	if !found || strings.Contains(beginning, "*") {
		return suggest(strings.ReplaceAll(pattern, "*", ""), names(columns))
	}
	var known []string
	for _, column := range columns {
		known = append(known, column.Name.name[:min(len(beginning), len(column.Name.name))])
	}
	near := suggest(beginning, known)
	return strings.TrimSuffix(near, "?") + strings.Repeat("*?", min(len(near), 1))
}

// editDistance is the number of characters to add, drop or change to make one
// text of another.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
