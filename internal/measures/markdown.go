package measures

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"tre-toolkit/internal/spec"
)

// WriteMarkdown writes the lines of the CSV file as two tables, with what a reader
// must know before them and the agreement and the faults after them.
func (r Results) WriteMarkdown(w io.Writer, title string, source Source) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "# %s\n\n%s, rules %s.\n", title, source.Sentence(), r.rules.Name())
	for _, note := range r.Notes() {
		fmt.Fprintf(out, "%s\n", note)
	}
	for _, mark := range r.Marks() {
		fmt.Fprintf(out, "%s: %s.\n", shownMark(mark.Mark), mark.Meaning)
	}
	r.writeMarkdownFigures(out, true)
	r.writeMarkdownFigures(out, false)
	r.writeMarkdownBeside(out)
	return out.Flush()
}

func shownMark(mark string) string {
	if mark == "" {
		return "A blank cell"
	}
	return "`" + mark + "`"
}

// writeMarkdownFigures writes the counts, or the percentages and averages: apart, so
// that nobody takes one for the other.
func (r Results) writeMarkdownFigures(out *bufio.Writer, counts bool) {
	fmt.Fprintf(out, "\n## %s\n\n", map[bool]string{true: "Counts", false: "Percentages and averages"}[counts])
	header := r.Header()
	fmt.Fprintf(out, "| %s |\n|%s---:|\n", strings.Join(header, " | "), strings.Repeat("---|", len(header)-1))
	for group := range r.Groups() {
		for i, measure := range r.Measures() {
			if !r.Has(group, i) || counts != (measure.Kind == spec.CountMeasure) {
				continue
			}
			line := r.line(group, measure, group.Cells[i])
			for at := range line {
				line[at] = escaped(line[at])
			}
			fmt.Fprintf(out, "| %s |\n", strings.Join(line, " | "))
		}
	}
}

// markdownMarks are written so that Markdown shows them as they are.
var markdownMarks = strings.NewReplacer("|", `\|`, "<", `\<`, "*", `\*`, "\n", " ")

func escaped(text string) string { return markdownMarks.Replace(text) }

func (r Results) writeMarkdownBeside(out *bufio.Writer) {
	if agreement := r.Agreement(); len(agreement) > 0 {
		fmt.Fprint(out, "\n## Shipped flags and scores\n\n| outcome | by flag | by scores | reason | pathways |\n|---|---|---|---|---:|\n")
		for _, one := range agreement {
			fmt.Fprintf(out, "| %s | %s | %s | %s | %s |\n", one.Outcome, yesNo(one.Flagged), yesNo(one.Scored), one.Reason, escaped(one.Pathways.String()))
		}
	}
	fmt.Fprint(out, "\n## Faults of the data\n\n| fault | pathways |\n|---|---:|\n")
	for _, one := range r.Faults() {
		fmt.Fprintf(out, "| %s | %s |\n", one.Fault, escaped(one.Pathways.String()))
	}
	fmt.Fprint(out, "\n## Not verified\n\n")
	for _, one := range r.Unverified() {
		fmt.Fprintf(out, "* %s\n", one)
	}
}
