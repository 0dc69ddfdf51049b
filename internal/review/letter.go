package review

import (
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"regexp"
	"slices"
	"strings"

	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/notation"
	"tre-toolkit/internal/outputs/report"
	"tre-toolkit/internal/review/states"
)

// Letter tells a researcher what became of each file, what to change and how. It
// holds no proof, no hidden value and no low count, the reviewers' comments
// included: a number in them that is low, or that stands for a hidden one, is left
// out.
type Letter struct {
	Path    string
	State   states.State
	Rules   string
	Files   []LetterFile // those to be changed first
	Overall []string     // what the reviewers say of the whole
}

// LetterFile is one file of a letter.
type LetterFile struct {
	Path     string
	Outcome  Outcome
	Comments []string
	Changes  []Change
}

// Change is something to be changed, and all the places where.
type Change struct {
	Check, Title, Fix string
	Must              bool // a rule is broken; otherwise a person could let it pass
	Places            []string
}

// Words says what became of the file.
func (f LetterFile) Words() string {
	switch f.Outcome {
	case Outcome(states.Approve):
		return "may leave"
	case Outcome(states.RequestChanges):
		return "please change it"
	}
	return "stays"
}

// Letter writes to the researcher when both reviewers agree. Before, it is refused
// (rule "state"): it would tell one what the other decided.
func (r *Review) Letter(ctx context.Context) (Letter, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	s, err := r.current(ctx)
	if err != nil {
		return Letter{}, err
	}
	state := s.state()
	if !slices.Contains([]states.State{states.Returned, states.Approved, states.Rejected, states.Released}, state) {
		return Letter{}, refusal("state", fmt.Sprintf("a review that is %s has no answer yet", state), state.Means())
	}
	safe := r.found
	safe.report = safe.report.WithoutCertificates()
	r.assign(&safe)
	l := Letter{Path: s.Path, State: state, Rules: s.Rules}
	var all []outputs.HiddenCell
	for _, file := range s.checked.Files {
		all = append(all, r.found.hidden[file.Path]...)
		l.Files = append(l.Files, r.letterFile(s, file, safe.of[file.Path]))
	}
	for _, name := range s.seats {
		l.Overall = append(l.Overall, r.told(s.finished[name].Comment, all))
	}
	slices.SortStableFunc(l.Files, func(a, b LetterFile) int { return rank(a.Outcome) - rank(b.Outcome) })
	return l, nil
}

func rank(outcome Outcome) int {
	return slices.Index([]Outcome{Outcome(states.RequestChanges), Outcome(states.Reject), Outcome(states.Approve)}, outcome)
}

func (r *Review) letterFile(s *standing, file CheckedFile, found []outputs.Finding) LetterFile {
	f := LetterFile{Path: file.Path, Outcome: s.outcome(file.Path)}
	for _, name := range s.seats {
		if comment := strings.TrimSpace(s.votes[name][file.Path].Comment); comment != "" {
			f.Comments = append(f.Comments, r.told(comment, r.found.hidden[file.Path]))
		}
	}
	if f.Outcome == Outcome(states.Approve) {
		return f
	}
	if file.Stays != "" {
		f.Comments = append(f.Comments, "It cannot leave as it is: "+file.Stays+".")
	}
	index := map[string]int{}
	for _, finding := range found {
		if finding.Severity == outputs.Told {
			continue
		}
		at, known := index[finding.Check]
		if !known {
			explained, _ := outputs.Explain(finding.Check) // every check is explained
			at = len(f.Changes)
			index[finding.Check] = at
			f.Changes = append(f.Changes, Change{Check: finding.Check, Title: explained.Title, Fix: finding.Fix})
		}
		f.Changes[at].Must = f.Changes[at].Must || finding.Severity == outputs.Failed
		f.Changes[at].Places = append(f.Changes[at].Places, placeOf(finding))
	}
	return f
}

// placeOf says where in its file a finding is, and what it says.
func placeOf(f outputs.Finding) string {
	var parts []string
	if f.Table != "" {
		parts = append(parts, f.Table)
	}
	if f.Line > 0 {
		parts = append(parts, fmt.Sprintf("line %d", f.Line))
	}
	for _, part := range []struct{ word, label string }{{"row ", f.Row}, {"column ", f.Column}} {
		if part.label != "" {
			parts = append(parts, part.word+notation.Printable(part.label))
		}
	}
	message := notation.Printable(f.Message)
	if len(parts) == 0 {
		return message
	}
	return strings.Join(parts, ", ") + ": " + message
}

var numeral = regexp.MustCompile(`\p{Nd}+(?:,\p{Nd}{3})*`)

// withheldMark stands for a number that was left out.
const withheldMark = "…"

// told is a comment without the numbers that would give something away.
func (r *Review) told(comment string, hidden []outputs.HiddenCell) string {
	low := r.found.profile.Rules().Threshold.Value
	return numeral.ReplaceAllStringFunc(comment, func(found string) string {
		number, whole := notation.ParseValue(found).Whole()
		if !whole || number < low || slices.ContainsFunc(hidden, func(cell outputs.HiddenCell) bool {
			return cell.Upper != nil && cell.Lower <= number && number <= *cell.Upper && *cell.Upper-cell.Lower < low
		}) {
			return withheldMark
		}
		return found
	})
}

// Withholds reports whether the letter would leave numbers of a comment on a file
// out, so that whoever writes it can say it otherwise.
func (r *Review) Withholds(path, comment string) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.found.checks > 0 && r.told(comment, r.found.hidden[path]) != comment
}

// Markdown writes the letter as Markdown.
func (l Letter) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s: %s\n\n%s\n", markdown(l.Path), l.State, l.State.Means())
	fmt.Fprintf(&b, "\nThe files were checked under the rules %s. This letter holds nothing that is hidden in them; where a number of a comment had to be left out, it has %s in its place.\n", markdown(l.Rules), withheldMark)
	fmt.Fprint(&b, "\n## What the reviewers say\n")
	for _, comment := range l.Overall {
		fmt.Fprintf(&b, "\n%s", quoted(comment))
	}
	for _, file := range l.Files {
		fmt.Fprintf(&b, "\n## %s: %s\n", markdown(file.Path), file.Words())
		for _, comment := range file.Comments {
			fmt.Fprintf(&b, "\n%s", quoted(comment))
		}
		for _, change := range file.Changes {
			must := "please look at"
			if change.Must {
				must = "to change"
			}
			fmt.Fprintf(&b, "\n### %s, %s: %s\n\n**How:** %s\n\n", change.Check, must, change.Title, markdown(change.Fix))
			for _, place := range change.Places {
				fmt.Fprintf(&b, "* %s\n", markdown(place))
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// quoted writes somebody's words as a Markdown quotation.
func quoted(text string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimSpace(text)) {
		fmt.Fprintf(&b, "> %s\n", markdown(strings.TrimRight(line, "\r\n")))
	}
	return b.String()
}

var (
	//go:embed letter.html.tmpl
	letterText string
	letterPage = template.Must(template.New("letter").Funcs(pageFunctions).Parse(letterText))
)

// pageFunctions are what pages call: texts that nobody vouches for are made such
// that all of them is seen.
var pageFunctions = template.FuncMap{
	"plain": notation.Printable,
	"style": report.Style,
	"lines": func(text string) []string {
		var lines []string
		for line := range strings.Lines(strings.TrimSpace(text)) {
			lines = append(lines, notation.Printable(strings.TrimRight(line, "\r\n")))
		}
		return lines
	},
}

// HTML writes the letter as one page that needs nothing else.
func (l Letter) HTML(w io.Writer) error { return letterPage.Execute(w, l) }
