package review

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/notation"
)

// summary tells in Markdown what leaves and what was found in it. It leaves with
// the files: it holds nothing that is hidden in them, and no file that stays.
func summary(s *standing, p plan, found outputs.Report) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Release %s\n\n", p.Release)
	fmt.Fprintf(&b, "%s. %s, checked under the rules %s, reviewed and approved by %s.\n", p.Date, plural(len(p.Files), "file"), markdown(s.Rules), markdown(strings.Join(slices.Sorted(slices.Values(s.seats)), " and ")))
	fmt.Fprint(&b, "\n| file | kind | bytes | verdict of the check |\n|---|---|---|---|\n")
	for _, file := range p.Files {
		fmt.Fprintf(&b, "| %s | %s | %d | %s |\n", markdown(file.Path), markdown(file.Kind), file.Bytes, file.Verdict)
	}
	fmt.Fprint(&b, "\n## What was found and let pass\n\n")
	byCheck, order := map[string]int{}, []string{}
	for _, finding := range found.Findings {
		if byCheck[finding.Check]++; byCheck[finding.Check] == 1 {
			order = append(order, finding.Check)
		}
	}
	if len(order) == 0 {
		fmt.Fprint(&b, "Nothing.\n")
	}
	for _, check := range order {
		explained, _ := outputs.Explain(check) // every check is explained
		fmt.Fprintf(&b, "* %s, %s: %s\n", check, times(byCheck[check]), explained.Title)
	}
	fmt.Fprint(&b, "\n`tre-check verify` proves that this folder is as it was sealed.\n")
	return b.Bytes()
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// markdown writes a text that nobody vouches for so that Markdown shows it as it
// is, in one line, wherever in a line it stands.
func markdown(text string) string {
	text = notation.Printable(text)
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '&':
			b.WriteString("&amp;")
		case strings.ContainsRune("\\`*_[]#|~!>", r), i == 0 && strings.ContainsRune("-+=", r), strings.HasPrefix(text[i:], "://"):
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '.' && strings.Trim(text[:i], "0123456789") == "": // a list, at the beginning
			b.WriteString("\\.")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
