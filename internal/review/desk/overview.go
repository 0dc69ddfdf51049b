package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/notation"
	"tre-toolkit/internal/review"
	"tre-toolkit/internal/review/states"
)

// overviewPage lists the files under review.
type overviewPage struct {
	frame
	Rows      []fileRow
	Filter    filter
	Matching  int
	Decisions []choice
	Kept      kept
	Coverage  map[string]int
	Done      int
	Finishes  bool // the reviewer can say that they have finished
	Leaves    bool
	Withdraws bool
	Seals     bool
	Sealing   sealing
	Letter    bool // both have finished, and there is something to tell the researcher
	Decides   bool
	Verdicts  map[string]string
	Reads     []outputs.Read
	Comments  []commentRule
}

// commentRule says in words what decisions need a comment on files of a verdict.
type commentRule struct {
	On    outputs.Verdict
	Doing string
}

func commentRules() []commentRule {
	var rules []commentRule
	for _, rule := range states.All().Comments {
		doing, verdict := strings.ToLower(decisionWord(rule.Decision)), outputs.Verdict(rule.Verdict)
		at := slices.IndexFunc(rules, func(r commentRule) bool { return r.On == verdict })
		if at < 0 {
			rules = append(rules, commentRule{verdict, doing})
			continue
		}
		rules[at].Doing += ", " + doing
	}
	return rules
}

// fileRow is one file in the list.
type fileRow struct {
	review.Item
	Name, URL, Stamp string
	Hidden           bool // the filter leaves it out
	Selected         bool
}

// kept is what was typed into a form that was refused.
type kept struct {
	Decision states.Decision
	Comment  string
	Overall  string
	Files    []string
}

// choice is a decision that a form offers.
type choice struct {
	Decision states.Decision
	Key      string // of the keyboard
	Needs    bool   // words, on this file
	Barred   string // why it is not possible
	Chosen   bool
}

// keys are the letters that choose a decision.
var keys = map[states.Decision]string{states.Approve: "a", states.RequestChanges: "c", states.Reject: "r"}

func choices(chosen states.Decision) []choice {
	var offered []choice
	for _, decision := range states.Decisions() {
		offered = append(offered, choice{Decision: decision, Key: keys[decision], Chosen: decision == chosen})
	}
	return offered
}

func (d *Desk) overview(w http.ResponseWriter, r *http.Request) {
	d.showOverview(w, r, http.StatusOK, kept{}, nil)
}

func (d *Desk) showOverview(w http.ResponseWriter, r *http.Request, status int, typed kept, trouble *problem) {
	o, err := d.review.Overview(r.Context())
	if err != nil {
		d.fault(w, err)
		return
	}
	page := overviewPage{
		frame: d.frame(r, o, notation.Printable(o.Path)+": review"), Filter: parseFilter(r.URL.Query()), Decisions: choices(typed.Decision), Kept: typed,
		Coverage: map[string]int{}, Done: len(o.Files) - o.Undecided(),
		Finishes: slices.Contains(o.May, states.Finish), Leaves: slices.Contains(o.May, states.Leave), Withdraws: slices.Contains(o.May, states.Withdraw),
		Seals: slices.Contains(o.May, states.Seal), Sealing: d.sealing(r), Letter: hasLetter(o),
		Decides: slices.Contains(o.May, states.Decide), Reads: []outputs.Read{outputs.Fully, outputs.Partly, outputs.NotAll}, Comments: commentRules(),
		Verdicts: map[string]string{string(outputs.Fail): "fail", string(outputs.Review): "review", string(outputs.Safe): "safe"},
	}
	page.Problem = trouble
	for _, item := range o.Files {
		row := fileRow{Item: item, Name: notation.Printable(item.Path), URL: address("/file", item.Path), Stamp: stampOfItem(item)}
		row.Hidden, row.Selected = !page.Filter.fits(row), slices.Contains(typed.Files, item.Path)
		page.Coverage[string(item.Read)]++
		if !row.Hidden {
			page.Matching++
		}
		page.Rows = append(page.Rows, row)
	}
	render(w, status, "overview", page)
}

// filter is which files a reviewer wants to see.
type filter struct {
	Text, Verdict, Decision string
	Read                    outputs.Read
}

func parseFilter(query url.Values) filter {
	return filter{query.Get("q"), query.Get("verdict"), query.Get("decision"), outputs.Read(query.Get("read"))}
}

// fits reports whether a file is one of those that are looked for.
func (f filter) fits(row fileRow) bool {
	return strings.Contains(strings.ToLower(row.Name+" "+row.Kind), strings.ToLower(f.Text)) &&
		(f.Verdict == "" || f.Verdict == string(row.Verdict)) &&
		(f.Decision == "" || f.Decision == row.DecisionName()) &&
		(f.Read == "" || f.Read == row.Read)
}

// DecisionName is what the reviewer decided on the file, as a filter names it.
func (f fileRow) DecisionName() string {
	if f.Mine == nil {
		return "undecided"
	}
	return string(f.Mine.Decision)
}

// pulse keeps a reviewer's hold of the file that they have open, and tells the page
// whether it is still current.
func (d *Desk) pulse(w http.ResponseWriter, r *http.Request) {
	path := r.PostForm.Get("path")
	if r.PostForm.Get("seen") == "yes" {
		if err := d.review.Hold(path); err != nil {
			d.answer(w, problemOf(err))
			return
		}
	}
	o, err := d.review.Overview(r.Context())
	if err != nil {
		d.answer(w, problemOf(err))
		return
	}
	beat := struct {
		Stamp string   `json:"stamp"`
		State string   `json:"state"`
		Held  []string `json:"held"`
	}{stampOf(o), string(o.State), []string{}}
	if at := slices.IndexFunc(o.Files, func(item review.Item) bool { return item.Path == path }); at >= 0 {
		beat.Held = append(beat.Held, o.Files[at].HeldBy...)
	}
	writeJSON(w, http.StatusOK, beat)
}
