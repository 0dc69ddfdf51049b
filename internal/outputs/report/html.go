package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strconv"

	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/notation"
)

var (
	//go:embed report.html.tmpl
	pageText string
	//go:embed report.css
	style string

	page = template.Must(template.New("report").Parse(pageText))
)

// Style returns the style sheet of the page, for pages that stand beside it.
func Style() template.CSS { return template.CSS(style) }

// view is a report as the page shows it. All texts are printable.
type view struct {
	Style    template.CSS
	Verdict  outputs.Verdict
	Headline string
	Rules    string
	Files    string
	Tally    string
	Warning  string
	Warns    bool // the warning is that the report must not leave
	Groups   []viewGroup
	Coverage string
	Unread   []outputs.File
	Read     []outputs.File
	Hidden   []viewHidden
	Guesses  []viewGuess
}

type viewGuess struct{ Table, Meaning string }

type viewGroup struct {
	ID, File, Checks   string
	Mend, Decide, Know int
	Findings           []viewFinding
}

type viewFinding struct {
	outputs.Finding
	Class, Word, Title, Place string
}

type viewHidden struct {
	outputs.HiddenCell
	Range string
}

// HTML writes the report as one page that needs nothing else: no script, no
// network. It can be read on a phone, on paper, by a screen reader and in the
// dark.
func HTML(w io.Writer, r outputs.Report) error {
	found, all := groups(r)
	v := view{
		Style: Style(), Verdict: r.Verdict, Headline: headlines[r.Verdict], Rules: notation.Printable(r.Rules),
		Files: plural(len(r.Files), "file"), Tally: all.String(), Warning: warning(r), Warns: r.Disclosive,
		Coverage: coverage(r), Unread: unread(r),
	}
	for i, g := range found {
		v.Groups = append(v.Groups, viewOf(i, g))
	}
	for _, file := range r.Files {
		if file.Read == outputs.Fully {
			file.Path = notation.Printable(file.Path)
			v.Read = append(v.Read, file)
		}
	}
	for _, cell := range r.Hidden {
		v.Hidden = append(v.Hidden, hiddenOf(cell))
	}
	for _, guess := range r.Guesses {
		v.Guesses = append(v.Guesses, viewGuess{named(guess), meaning(guess)})
	}
	return page.Execute(w, v)
}

var severityWords = map[outputs.Severity]string{outputs.Failed: "To mend", outputs.ForReview: "To decide", outputs.Told: "To know"}

func viewOf(index int, g group) viewGroup {
	v := viewGroup{
		ID: "file-" + strconv.Itoa(index+1), File: notation.Printable(g.File), Checks: g.checks(),
		Mend: g.tally.mend, Decide: g.tally.decide, Know: g.tally.know,
	}
	for _, f := range g.Findings {
		at := place(f)
		f.Message, f.Certificate = notation.Printable(f.Message), notation.Printable(f.Certificate)
		v.Findings = append(v.Findings, viewFinding{f, string(f.Severity), severityWords[f.Severity], titleOf(f.Check), at})
	}
	return v
}

func hiddenOf(cell outputs.HiddenCell) viewHidden {
	cell.File, cell.Row, cell.Column = notation.Printable(cell.File), notation.Printable(cell.Row), notation.Printable(cell.Column)
	cell.Certificate = notation.Printable(cell.Certificate)
	return viewHidden{cell, interval(cell)}
}

// interval says between which numbers a hidden one lies.
func interval(cell outputs.HiddenCell) string {
	text := fmt.Sprintf("at least %d", cell.Lower)
	switch {
	case cell.Upper != nil && *cell.Upper == cell.Lower:
		text = fmt.Sprint(cell.Lower)
	case cell.Upper != nil:
		text = fmt.Sprintf("%d to %d", cell.Lower, *cell.Upper)
	}
	if !cell.Proven {
		text += ", perhaps less"
	}
	return text
}
