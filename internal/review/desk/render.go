package desk

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/notation"
	"tre-toolkit/internal/review"
	"tre-toolkit/internal/review/states"
)

//go:embed pages/*.tmpl
var pageTexts embed.FS

var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"visible": notation.Printable, "word": decisionWord, "verdict": verdictWord, "severity": severityWord, "size": size, "act": actWord,
	"count":   func(n int, noun string) string { return plural(n, noun) },
	"at":      func(path string, more ...any) string { return address("/file", path, more...) },
	"to":      address,
	"outcome": func(o review.Outcome) string { return outcomeWord(o) },
	"add":     func(a, b int) int { return a + b },
	"title":   titleOf,
	"words":   words, "short": short,
}).ParseFS(pageTexts, "pages/*.tmpl"))

// render answers with a page, whole or, when it cannot be made, not at all.
func render(w http.ResponseWriter, status int, name string, data any) {
	var page bytes.Buffer
	if err := pages.ExecuteTemplate(&page, name, data); err != nil {
		http.Error(w, "The page could not be made: this is a fault of the program.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes()) // a browser that went away is told nothing
}

// frame is what every page of the desk shows.
type frame struct {
	Title   string
	Form    string // the secret that the page's forms carry
	Said    string // what was done a moment ago
	Problem *problem
	Stamp   string // of the whole review as the page shows it
	review.Overview
}

// problem is something that was not done, and why.
type problem struct {
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Rule    string `json:"rule,omitempty"`
	status  int
}

// problemOf makes an error fit to be shown. What no rule refuses is told by its
// kind alone where it could quote what it met.
func problemOf(err error) *problem {
	var refused *diagnostic.Refusal
	switch {
	case errors.As(err, &refused):
		return &problem{notation.Printable(refused.Message), notation.Printable(refused.Hint), refused.Rule, http.StatusUnprocessableEntity}
	case errors.Is(err, outputs.ErrChanged):
		return &problem{notation.Printable(err.Error()), "Check the files again: decisions on this one do not count any longer.", "INT001", http.StatusConflict}
	}
	return &problem{notation.Printable(err.Error()), "", "", http.StatusInternalServerError}
}

func (d *Desk) frame(r *http.Request, o review.Overview, title string) frame {
	return frame{Title: title, Form: d.gate.form, Said: d.said.take(r.URL.Query().Get("said")), Stamp: stampOf(o), Overview: o}
}

// refuse answers with a page that says why there is no other.
func (d *Desk) refuse(w http.ResponseWriter, status int, why string) {
	render(w, status, "plain", problem{Message: why})
}

// fault answers a request for a page that could not be made.
func (d *Desk) fault(w http.ResponseWriter, err error) {
	p := problemOf(err)
	render(w, p.status, "plain", p)
}

// stampOf is the same for reviews that look the same but for who has what open.
func stampOf(o review.Overview) string {
	o.Files = slices.Clone(o.Files)
	for i := range o.Files {
		o.Files[i].HeldBy = nil
	}
	return digest(o)
}

// stampOfItem is the same for a file that was judged the same and on which the
// reviewer decided the same.
func stampOfItem(item review.Item) string {
	return digest([]any{item.CheckedFile, item.Mend, item.Decide, item.Know, item.Mine})
}

func digest(of any) string {
	text, err := json.Marshal(of)
	if err != nil {
		return "" // a value of this package always has a JSON form
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:12])
}

// address is that of a page about a file, with more pairs of names and values.
func address(page, path string, more ...any) string {
	query := url.Values{"path": {path}}
	for i := 0; i+1 < len(more); i += 2 {
		query.Set(fmt.Sprint(more[i]), fmt.Sprint(more[i+1]))
	}
	return page + "?" + query.Encode()
}

func decisionWord(decision states.Decision) string {
	switch decision {
	case states.Approve:
		return "Approve"
	case states.RequestChanges:
		return "Request changes"
	case states.Reject:
		return "Reject"
	}
	return "Undecided"
}

func outcomeWord(outcome review.Outcome) string {
	switch outcome {
	case review.NoOutcome:
		return "Open"
	case review.Conflict:
		return "Conflict"
	}
	return decisionWord(states.Decision(outcome))
}

// short is a decision, or what came of several, in one word.
func short(decision any) string {
	word := outcomeWord(review.Outcome(fmt.Sprint(decision)))
	if word == decisionWord(states.RequestChanges) {
		return "Changes"
	}
	return word
}

func verdictWord(verdict outputs.Verdict) string {
	return map[outputs.Verdict]string{outputs.Safe: "Safe", outputs.Review: "Review", outputs.Fail: "Fail"}[verdict]
}

func severityWord(severity outputs.Severity) string {
	return map[outputs.Severity]string{outputs.Failed: "To mend", outputs.ForReview: "To decide", outputs.Told: "To know"}[severity]
}

func actWord(act states.Act) string {
	for _, info := range states.All().Acts {
		if info.Name == act {
			return info.Does
		}
	}
	return string(act)
}

func titleOf(check string) string {
	explained, _ := outputs.Explain(check)
	return explained.Title
}

// words are what somebody typed, with its lines.
func words(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range lines {
		lines[i] = notation.Printable(line)
	}
	return strings.Join(lines, "\n")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%s %ss", grouped(n), noun)
}

// grouped writes a number with its thousands apart.
func grouped(n int) string {
	text := fmt.Sprint(n)
	var b strings.Builder
	for i, digit := range text {
		if i > 0 && (len(text)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	return b.String()
}

// size writes how many bytes something has.
func size(bytes int64) string {
	switch {
	case bytes < 1000:
		return fmt.Sprintf("%d B", bytes)
	case bytes < 1000_000:
		return fmt.Sprintf("%.1f kB", float64(bytes)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(bytes)/1000_000)
}
