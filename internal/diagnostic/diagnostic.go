// Package diagnostic holds the two kinds of error that a user can act on: data
// that does not fit its specification, and a rule that says no. Neither holds
// data: a place, a rule and a way out, never a value.
package diagnostic

import (
	"fmt"
	"strings"
	"unicode"
)

// Finding is one thing wrong with input data.
type Finding struct {
	File    string `json:"file"`
	Line    int64  `json:"line,omitempty"` // 0 when it concerns the file as a whole
	Column  string `json:"column,omitempty"`
	Code    string `json:"code"` // stable, such as CSV003
	Message string `json:"message"`
}

// String returns file:line: column: message [code].
func (f Finding) String() string {
	var place strings.Builder
	place.WriteString(printable(f.File))
	if f.Line > 0 {
		fmt.Fprintf(&place, ":%d", f.Line)
	}
	if f.Column != "" {
		place.WriteString(": " + f.Column)
	}
	return fmt.Sprintf("%s: %s [%s]", place.String(), f.Message, f.Code)
}

// printable returns a file's name without what would steer a terminal.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, name)
}

// Input is the error of data that does not fit its specification.
type Input struct {
	Findings []Finding
	Hint     string
}

// mostShown is how many findings an error prints; the rest are counted.
const mostShown = 10

// Error returns one line a finding, the first ten of them.
func (e *Input) Error() string {
	var lines []string
	for i, finding := range e.Findings {
		if i == mostShown {
			lines = append(lines, fmt.Sprintf("and %d more", len(e.Findings)-mostShown))
			break
		}
		lines = append(lines, finding.String())
	}
	return strings.Join(lines, "\n")
}

// Refusal is the error of a rule that says no.
type Refusal struct {
	Rule    string // which rule, such as "purpose"
	Message string
	Hint    string // what would satisfy it
}

// Error returns the message with its rule.
func (e *Refusal) Error() string { return fmt.Sprintf("%s [%s]", e.Message, e.Rule) }
