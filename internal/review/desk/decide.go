package desk

import (
	"encoding/json"
	"fmt"
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

// answered is the answer to a form that a script sent.
type answered struct {
	Saved   bool              `json:"saved"`
	Message string            `json:"message"`
	Hint    string            `json:"hint,omitempty"`
	Rule    string            `json:"rule,omitempty"`
	Next    string            `json:"next,omitempty"`   // the page to go to
	Stamps  map[string]string `json:"stamps,omitempty"` // of the files as they are now, by path
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		http.Error(w, "The answer could not be made: this is a fault of the program.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(text) // a browser that went away is told nothing
}

// answer tells a script what was not done.
func (d *Desk) answer(w http.ResponseWriter, p *problem) {
	writeJSON(w, p.status, answered{Message: p.Message, Hint: p.Hint, Rule: p.Rule})
}

// byScript reports whether a script sent the form and shows the answer itself.
func byScript(r *http.Request) bool { return r.Header.Get("Accept") == "application/json" }

// done answers a form that did what it was for: it says so, on a page or to the
// script.
func (d *Desk) done(w http.ResponseWriter, r *http.Request, next, message string) {
	if byScript(r) {
		writeJSON(w, http.StatusOK, answered{Saved: true, Message: message, Next: next})
		return
	}
	at, err := url.Parse(next)
	if err != nil {
		at = &url.URL{Path: "/"}
	}
	query := at.Query()
	query.Set("said", d.said.keep(message))
	at.RawQuery = query.Encode()
	http.Redirect(w, r, at.String(), http.StatusSeeOther)
}

// decide records a decision on one file or on several.
func (d *Desk) decide(w http.ResponseWriter, r *http.Request) {
	typed := kept{Decision: states.Decision(r.PostForm.Get("decision")), Comment: r.PostForm.Get("comment")}
	stamps := map[string]string{}
	for _, named := range r.PostForm["file"] {
		stamp, path, _ := strings.Cut(named, " ")
		stamps[path] = stamp
		typed.Files = append(typed.Files, path)
	}
	if trouble, now := d.tryDecide(r, typed, stamps); trouble != nil {
		d.notDecided(w, r, typed, trouble, now)
		return
	}
	message := fmt.Sprintf("Saved: %s, on %s.", strings.ToLower(decisionWord(typed.Decision)), plural(len(typed.Files), "file"))
	if len(typed.Files) == 1 {
		message = fmt.Sprintf("Saved: %s, on %s.", strings.ToLower(decisionWord(typed.Decision)), notation.Printable(typed.Files[0]))
	}
	if slices.ContainsFunc(typed.Files, func(path string) bool { return d.review.Withholds(path, typed.Comment) }) {
		message += " The letter to the researcher will leave a number of the comment out: it is low, or stands for a hidden one."
	}
	next := "/"
	if r.PostForm.Get("from") == "file" {
		next = address("/file", typed.Files[0])
	}
	d.done(w, r, next, message)
}

// tryDecide returns what stands against a decision, with the stamps of files that
// the reviewer decided on elsewhere: whoever has read of it may send the form
// again.
func (d *Desk) tryDecide(r *http.Request, typed kept, stamps map[string]string) (*problem, map[string]string) {
	if len(stamps) == 0 {
		return problemOf(refusal("decision", "No file is chosen.", "Choose at least one.")), nil
	}
	if _, err := states.ParseDecision(string(typed.Decision)); err != nil {
		return problemOf(refusal("decision", "No decision is chosen.", "Choose one of the decisions.")), nil
	}
	o, err := d.review.Overview(r.Context())
	if err != nil {
		return problemOf(err), nil
	}
	var decisions []review.Choice
	for _, item := range o.Files {
		stamp, chosen := stamps[item.Path]
		if !chosen {
			continue
		}
		if trouble, now := staleness(item, stamp); trouble != nil {
			return trouble, now
		}
		decisions = append(decisions, review.Choice{Path: item.Path, Decision: typed.Decision, Comment: typed.Comment, SHA256: item.SHA256, Found: item.Found})
	}
	if len(decisions) < len(stamps) {
		return &problem{"A file that you chose is not under review any longer.", "Open the page anew.", "stale", http.StatusConflict}, nil
	}
	if err := d.review.Decide(r.Context(), decisions...); err != nil {
		return problemOf(err), nil
	}
	return nil, nil
}

// staleness says how a file differs from what the form showed of it.
func staleness(item review.Item, stamp string) (*problem, map[string]string) {
	name := notation.Printable(item.Path)
	switch {
	case item.Changed:
		return problemOf(fmt.Errorf("%s: %w", name, outputs.ErrChanged)), nil
	case stamp == stampOfItem(item):
		return nil, nil
	}
	trouble := &problem{Rule: "stale", status: http.StatusConflict, Message: fmt.Sprintf("%s is not as this page shows it: it was checked again, or you decided on it elsewhere.", name),
		Hint: "Open the page anew and look at it again. What you typed is kept."}
	if item.Mine == nil {
		return trouble, nil
	}
	undecided := item
	undecided.Mine = nil
	if stampOfItem(undecided) == stamp {
		trouble.Message = fmt.Sprintf("You decided on %s elsewhere meanwhile, in another tab or window: %s.", name, strings.ToLower(decisionWord(item.Mine.Decision)))
		trouble.Hint = "Save again to put this in its place."
		return trouble, map[string]string{item.Path: stampOfItem(item)}
	}
	return trouble, nil
}

// notDecided says why nothing was saved, with what was typed still in the form.
func (d *Desk) notDecided(w http.ResponseWriter, r *http.Request, typed kept, trouble *problem, now map[string]string) {
	if byScript(r) {
		writeJSON(w, trouble.status, answered{Message: trouble.Message, Hint: trouble.Hint, Rule: trouble.Rule, Stamps: now})
		return
	}
	if r.PostForm.Get("from") == "file" && len(typed.Files) == 1 {
		d.showFile(w, r, typed.Files[0], trouble.status, typed, trouble)
		return
	}
	d.showOverview(w, r, trouble.status, typed, trouble)
}

// finish records that the reviewer has decided on every file.
func (d *Desk) finish(w http.ResponseWriter, r *http.Request) {
	overall := r.PostForm.Get("overall")
	d.act(w, r, d.review.Finish(r.Context(), overall), kept{Overall: overall}, "Saved: you have finished. What the other reviewer decided is shown once both have.")
}

func (d *Desk) leave(w http.ResponseWriter, r *http.Request) {
	if !confirmed(r) {
		d.act(w, r, errUnconfirmed(), kept{}, "")
		return
	}
	d.act(w, r, d.review.Leave(r.Context()), kept{}, "Saved: you gave the review up.")
}

func (d *Desk) withdraw(w http.ResponseWriter, r *http.Request) {
	if !confirmed(r) {
		d.act(w, r, errUnconfirmed(), kept{}, "")
		return
	}
	d.act(w, r, d.review.Withdraw(r.Context()), kept{}, "Saved: the files are withdrawn.")
}

func (d *Desk) recheck(w http.ResponseWriter, r *http.Request) {
	d.act(w, r, d.review.Recheck(r.Context()), kept{}, "The files were read and checked again.")
}

func confirmed(r *http.Request) bool { return r.PostForm.Get("sure") == "yes" }

// act answers a form of the first page, given what came of it.
func (d *Desk) act(w http.ResponseWriter, r *http.Request, err error, typed kept, message string) {
	switch {
	case err == nil:
		d.done(w, r, "/", message)
	case byScript(r):
		d.answer(w, problemOf(err))
	default:
		trouble := problemOf(err)
		d.showOverview(w, r, trouble.status, typed, trouble)
	}
}

func errUnconfirmed() error {
	return refusal("sure", "Nothing was done: you did not say that you are sure.", "Tick the box.")
}

func errStale() error {
	return refusal("stale", "The file was checked again meanwhile, and its tables are others now.", "Open the page anew.")
}

func refusal(rule, message, hint string) error {
	return &diagnostic.Refusal{Rule: rule, Message: message, Hint: hint}
}
