package outputs

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"tre-toolkit/internal/outputs/notation"
)

// WriteJSON writes the report as one JSON object; see Report.
func (r Report) WriteJSON(w io.Writer) error {
	if r.Findings == nil {
		r.Findings = []Finding{}
	}
	if r.Hidden == nil {
		r.Hidden = []HiddenCell{}
	}
	if r.Files == nil {
		r.Files = []File{}
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(r)
}

var headlines = map[Verdict]string{
	Safe:   "SAFE: nothing was found that speaks against release",
	Review: "REVIEW: a person must decide",
	Fail:   "FAIL: do not release",
}

// WriteText writes the report for a person: the verdict first, then what was
// found, worst first, then how far the files were read.
func (r Report) WriteText(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%s (rules %s)\n%s\n", headlines[r.Verdict], r.Rules, r.tally())
	if r.Disclosive {
		fmt.Fprintln(b, "This report gives hidden values away in its proofs: it must not leave either.")
	}
	for _, finding := range r.Findings {
		finding.writeText(b)
	}
	r.writeCoverage(b)
	return b.Flush()
}

func (r Report) tally() string {
	count := map[Severity]int{}
	for _, finding := range r.Findings {
		count[finding.Severity]++
	}
	return fmt.Sprintf("%s: %d to mend, %d to decide, %d to know.",
		plural(len(r.Files), "file"), count[Failed], count[ForReview], count[Told])
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func (f Finding) writeText(w io.Writer) {
	fmt.Fprintf(w, "\n%-6s %s  %s\n", strings.ToUpper(string(f.Severity)), f.Check, f.place())
	fmt.Fprintf(w, "       %s\n", f.Message)
	if f.Certificate != "" {
		fmt.Fprintf(w, "       proof: %s\n", f.Certificate)
	}
	fmt.Fprintf(w, "       fix: %s\n", f.Fix)
}

// place says where a finding is: file and line, table, row and column.
func (f Finding) place() string {
	place := f.File
	if f.Line > 0 {
		place = fmt.Sprintf("%s:%d", place, f.Line)
	}
	for _, part := range []string{f.Table, labelled("row ", f.Row), labelled("column ", f.Column)} {
		if part != "" {
			place += ", " + part
		}
	}
	return place
}

func labelled(word, label string) string {
	if label == "" {
		return ""
	}
	return word + label
}

func (r Report) writeCoverage(w io.Writer) {
	count := map[Read]int{}
	for _, file := range r.Files {
		count[file.Read]++
	}
	fmt.Fprintf(w, "\nRead: %d fully, %d partly, %d not at all.\n", count[Fully], count[Partly], count[NotAll])
	for _, file := range r.Files {
		if file.Read != Fully {
			fmt.Fprintf(w, "  %s: %s read: %s\n", notation.Printable(file.Path), file.Read, file.Reason)
		}
	}
}
