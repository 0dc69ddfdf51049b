// Package report writes the outcome of a check: as text and as a page for
// people, as JSON and SARIF for programs, and as a pack that the SACRO Viewer
// opens.
//
// Every format holds the same findings. File names and labels come from files
// that nobody trusts: what cannot be seen, or would steer a terminal, a page or a
// program, is written as its code. A report whose certificates were taken out
// (outputs.Report.WithoutCertificates) is safe to release in every format; one
// that holds them says so at its beginning.
package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/notation"
)

// Writer writes a report to a stream.
type Writer func(w io.Writer, r outputs.Report) error

// Streams are the formats that are one stream, by the name that --format takes.
var Streams = map[string]Writer{"text": Text, "json": JSON, "sarif": SARIF, "html": HTML}

var headlines = map[outputs.Verdict]string{
	outputs.Safe:   "SAFE: nothing was found that speaks against release",
	outputs.Review: "REVIEW: a person must decide",
	outputs.Fail:   "FAIL: do not release",
}

const (
	disclosive = "This report gives hidden values away in its proofs: it must not leave either."
	withheld   = "The proofs are left out, so that this report may leave; --show-certificates prints them."
)

// warning says what the report itself may be used for.
func warning(r outputs.Report) string {
	switch {
	case r.Disclosive:
		return disclosive
	case len(r.Findings) > 0:
		return withheld
	}
	return ""
}

// tally counts findings by what they ask for.
type tally struct{ mend, decide, know int }

func (t *tally) add(s outputs.Severity) {
	switch s {
	case outputs.Failed:
		t.mend++
	case outputs.ForReview:
		t.decide++
	default:
		t.know++
	}
}

func (t tally) String() string {
	return fmt.Sprintf("%d to mend, %d to decide, %d to know", t.mend, t.decide, t.know)
}

// group is what was found in one file.
type group struct {
	File     string
	Findings []outputs.Finding
	tally    tally
}

// groups parts the findings by file, the worst file first; the order within a
// file is the report's: worst first.
func groups(r outputs.Report) ([]group, tally) {
	var all tally
	byFile := map[string]int{}
	var list []group
	for _, finding := range r.Findings {
		i, known := byFile[finding.File]
		if !known {
			i = len(list)
			byFile[finding.File] = i
			list = append(list, group{File: finding.File})
		}
		list[i].Findings = append(list[i].Findings, finding)
		list[i].tally.add(finding.Severity)
		all.add(finding.Severity)
	}
	slices.SortStableFunc(list, func(a, b group) int {
		return cmp.Or(
			cmp.Compare(b.tally.mend, a.tally.mend),
			cmp.Compare(b.tally.decide, a.tally.decide),
			cmp.Compare(b.tally.know, a.tally.know),
			cmp.Compare(a.File, b.File),
		)
	})
	return list, all
}

// checks lists the checks that found something in a file, worst first.
func (g group) checks() string {
	var names []string
	for _, finding := range g.Findings {
		if !slices.Contains(names, finding.Check) {
			names = append(names, finding.Check)
		}
	}
	return strings.Join(names, " ")
}

// place says where a finding is within its file.
func place(f outputs.Finding) string {
	var parts []string
	for _, part := range []struct{ word, label string }{{"", f.Table}, {"row ", f.Row}, {"column ", f.Column}} {
		if part.label != "" {
			parts = append(parts, part.word+notation.Printable(part.label))
		}
	}
	return strings.Join(parts, ", ")
}

// coverage counts the files by how far they were read.
func coverage(r outputs.Report) string {
	count := map[outputs.Read]int{}
	for _, file := range r.Files {
		count[file.Read]++
	}
	return fmt.Sprintf("%d fully, %d partly, %d not at all", count[outputs.Fully], count[outputs.Partly], count[outputs.NotAll])
}

// unread lists the files that were not read fully.
func unread(r outputs.Report) []outputs.File {
	var list []outputs.File
	for _, file := range r.Files {
		if file.Read != outputs.Fully {
			file.Path, file.Reason = notation.Printable(file.Path), notation.Printable(file.Reason)
			list = append(list, file)
		}
	}
	return list
}

// mostTotals is how many totals of one table are named.
const mostTotals = 4

// meaning says what a table was taken to mean: its columns by role, its totals.
func meaning(g outputs.Guess) string {
	var parts []string
	for _, role := range []struct{ role, word string }{
		{"label", "labels"}, {"count", "counts"}, {"percentage", "percentages"}, {"statistic", "statistics"}, {"other", "other numbers"},
	} {
		if names := columnsOf(g, role.role); len(names) > 0 {
			parts = append(parts, role.word+" "+strings.Join(names, ", "))
		}
	}
	var totals []string
	for i, name := range g.Totals {
		if i == mostTotals {
			totals = append(totals, fmt.Sprintf("%d more", len(g.Totals)-i))
			break
		}
		totals = append(totals, strconv.Quote(name))
	}
	if len(totals) > 0 {
		parts = append(parts, "totals "+strings.Join(totals, ", "))
	}
	text := notation.Printable(strings.Join(parts, "; "))
	if g.Declared {
		text += " (declared)"
	}
	return text
}

// columnsOf lists the columns of one role; a percentage with what it is of.
func columnsOf(g outputs.Guess, role string) []string {
	var names []string
	for _, column := range g.Columns {
		if column.Role != role {
			continue
		}
		name := strconv.Quote(column.Name)
		if column.Of != "" {
			name += " of " + strconv.Quote(column.Of)
		}
		if column.In != "" {
			name += " in " + strconv.Quote(column.In)
		}
		names = append(names, name)
	}
	return names
}

// named is a table's file, and its name where the file has several.
func named(g outputs.Guess) string {
	if g.Table == "" {
		return notation.Printable(g.File)
	}
	return notation.Printable(g.File) + ", " + notation.Printable(g.Table)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// titleOf returns what a check is for.
func titleOf(id string) string {
	for _, check := range outputs.Checks() {
		if check.ID == id {
			return check.Title
		}
	}
	return ""
}

// visible escapes in JSON what cannot be seen: the text stays the same to
// programs and can be printed on a terminal. With ascii it escapes whatever is
// not ASCII, for programs that guess an encoding.
func visible(json []byte, ascii bool) []byte {
	var b strings.Builder
	for _, r := range string(json) {
		switch {
		case r == '\n' || r < 0x80 && r >= ' ' && r != 0x7f || !ascii && unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return []byte(b.String())
}
