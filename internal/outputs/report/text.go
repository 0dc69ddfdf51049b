package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/notation"
)

// mostListed keeps the summary to one screen.
const mostListed = 15

// Text writes the report for a person: one screen of summary, then what was found
// in each file, the worst file first, then how far the files were read.
func Text(w io.Writer, r outputs.Report) error {
	b := bufio.NewWriter(w)
	files, all := groups(r)
	fmt.Fprintf(b, "%s (rules %s)\n%s: %s.\n", headlines[r.Verdict], notation.Printable(r.Rules), plural(len(r.Files), "file"), all)
	if said := warning(r); said != "" {
		fmt.Fprintln(b, said)
	}
	writeSummary(b, files)
	for _, file := range files {
		fmt.Fprintf(b, "\n== %s: %s\n", notation.Printable(file.File), file.tally)
		for _, finding := range file.Findings {
			writeFinding(b, finding)
		}
	}
	fmt.Fprintf(b, "\nRead: %s.\n", coverage(r))
	for _, file := range unread(r) {
		fmt.Fprintf(b, "  %s: %s read: %s\n", file.Path, file.Read, file.Reason)
	}
	writeGuesses(b, r.Guesses)
	return b.Flush()
}

// writeGuesses prints what the tables were taken to mean, since everything found
// and not found rests on it.
func writeGuesses(w io.Writer, guesses []outputs.Guess) {
	if len(guesses) > 0 {
		fmt.Fprintln(w, "\nTaken to mean (a declaration overrides it; tre-check declare drafts one):")
	}
	for i, guess := range guesses {
		if i == mostListed {
			fmt.Fprintf(w, "  and %s more; --format json lists all\n", plural(len(guesses)-i, "table"))
			break
		}
		fmt.Fprintf(w, "  %s: %s\n", named(guess), meaning(guess))
	}
}

func writeSummary(w io.Writer, files []group) {
	if len(files) < 2 {
		return
	}
	fmt.Fprintf(w, "\n  mend decide  know\n")
	for i, file := range files {
		if i == mostListed {
			fmt.Fprintf(w, "  and %s more\n", plural(len(files)-i, "file"))
			break
		}
		fmt.Fprintf(w, "%6d %6d %5d  %s: %s\n", file.tally.mend, file.tally.decide, file.tally.know, notation.Printable(file.File), file.checks())
	}
}

func writeFinding(w io.Writer, f outputs.Finding) {
	at := notation.Printable(f.File)
	if f.Line > 0 {
		at = fmt.Sprintf("%s:%d", at, f.Line)
	}
	if inside := place(f); inside != "" {
		at += ", " + inside
	}
	fmt.Fprintf(w, "\n%-6s %s  %s\n", strings.ToUpper(string(f.Severity)), f.Check, at)
	fmt.Fprintf(w, "       %s\n", notation.Printable(f.Message))
	if f.Certificate != "" {
		fmt.Fprintf(w, "       proof: %s\n", notation.Printable(f.Certificate))
	}
	fmt.Fprintf(w, "       fix: %s\n", f.Fix)
}
