package review

import (
	"slices"

	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/review/states"
)

// Outcome is what the reviewers together decided on a file.
type Outcome string

// The outcomes that are no decision; the others are those of states.Decision.
const (
	NoOutcome Outcome = ""         // not all have decided, or the viewer may not know yet
	Conflict  Outcome = "conflict" // they decided otherwise
)

// Item is one file under review, as one person may see it.
type Item struct {
	CheckedFile
	Read    outputs.Read `json:"read"`             // how far the check read it
	Reason  string       `json:"reason,omitempty"` // why not further
	Tables  int          `json:"tables"`
	Rows    int          `json:"rows"`
	Mend    int          `json:"to_mend"` // findings by what they ask for
	Decide  int          `json:"to_decide"`
	Know    int          `json:"to_know"`
	Changed bool         `json:"changed"`           // INT001: on the disk it is not as it was checked
	Mine    *Vote        `json:"mine,omitempty"`    // what the viewer decided, if it counts
	Others  []Cast       `json:"others,omitempty"`  // what others decided, once the viewer may know
	Outcome Outcome      `json:"outcome,omitempty"` // once the viewer may know
	HeldBy  []string     `json:"held_by,omitempty"` // others who have it open
}

// NeedsComment reports whether a decision on the file needs words, and why.
func (i Item) NeedsComment(decision states.Decision) (because string, needs bool) {
	return states.NeedsComment(decision, string(i.Verdict))
}

// Cast is a decision with whose it is.
type Cast struct {
	By       string          `json:"by"`
	Decision states.Decision `json:"decision"`
	Comment  string          `json:"comment,omitempty"`
}

// Progress is how far one reviewer has come. It says nothing of what they
// decided.
type Progress struct {
	Name     string `json:"name"`
	Decided  int    `json:"decided"`
	Finished bool   `json:"finished"`
	Overall  string `json:"overall,omitempty"` // their comment on the whole, once the viewer may know
}

// Overview is a whole review, as one person may see it.
type Overview struct {
	ID        string            `json:"review"` // the hash of the entry that it began with
	Path      string            `json:"path"`   // the name of what is reviewed
	Dir       string            `json:"dir"`    // where the review is kept
	Check     int               `json:"check"`  // the journal's entry of the newest check
	State     states.State      `json:"state"`
	Means     string            `json:"means"`
	Rules     string            `json:"rules"`
	Verdict   outputs.Verdict   `json:"verdict"` // of the check, over all
	Authors   []string          `json:"authors"`
	Me        string            `json:"me"`
	WhyNot    string            `json:"why_not,omitempty"` // why the viewer may not decide; empty when they may
	Blind     bool              `json:"blind"`             // others' decisions exist that the viewer may not know yet
	May       []states.Act      `json:"may"`               // what the viewer may do now
	Reviewers []Progress        `json:"reviewers"`
	Files     []Item            `json:"files"`
	General   []outputs.Finding `json:"general,omitempty"` // findings that are of no file under review
	Added     []string          `json:"added,omitempty"`   // files on the disk that were not checked
	Release   *Sealed           `json:"release,omitempty"`
	Sealing   bool              `json:"sealing,omitempty"` // a seal is under way, or was cut short
}

// Undecided counts the files on which the viewer has not decided.
func (o Overview) Undecided() int {
	n := 0
	for _, file := range o.Files {
		if file.Mine == nil {
			n++
		}
	}
	return n
}

// Changed lists the files that are not on the disk as they were checked.
func (o Overview) Changed() []string {
	var names []string
	for _, file := range o.Files {
		if file.Changed {
			names = append(names, file.Path)
		}
	}
	return names
}

// overview is the part of an overview that follows from the journal.
func (s *standing) overview(viewer, user string) Overview {
	state := s.state()
	o := Overview{
		ID: s.id, Path: s.Path, Check: s.checks, State: state, Means: state.Means(), Rules: s.Rules, Authors: s.Authors, Me: viewer,
		Files: []Item{}, Reviewers: []Progress{}, May: []states.Act{}, Release: s.sealed,
	}
	if err := s.mayReview(viewer, user); err != nil {
		o.WhyNot = messageOf(err)
	}
	for _, file := range s.checked.Files {
		item := s.item(file, viewer)
		o.Blind = o.Blind || len(item.Others) < s.votesOn(file, viewer)
		o.Files = append(o.Files, item)
	}
	for _, name := range s.seats {
		finish, done := s.finished[name]
		progress := Progress{Name: name, Decided: len(s.votes[name]), Finished: done}
		if name == viewer || !o.Blind && len(s.finished) >= s.Reviewers {
			progress.Overall = finish.Comment
		}
		o.Reviewers = append(o.Reviewers, progress)
	}
	for _, act := range state.Acts() {
		if s.can(act, viewer, user) {
			o.May = append(o.May, act)
		}
	}
	return o
}

// can reports whether somebody could do an act now, given what it needs.
func (s *standing) can(act states.Act, name, user string) bool {
	seated := slices.Contains(s.seats, name)
	_, done := s.finished[name]
	switch act {
	case states.Check:
		return true
	case states.Decide:
		return s.mayReview(name, user) == nil
	case states.Finish:
		return seated && !done && len(s.undecided(name)) == 0
	case states.Leave:
		return seated
	case states.Withdraw:
		return s.isAuthor(name, user)
	}
	return seated
}

func (s *standing) item(file CheckedFile, viewer string) Item {
	item := Item{CheckedFile: file}
	if vote, done := s.votes[viewer][file.Path]; done {
		item.Mine = &vote
	}
	known := true
	for _, name := range s.seats {
		vote, done := s.votes[name][file.Path]
		if !done || name == viewer {
			continue
		}
		if !s.shows(viewer, name, file.version()) {
			known = false
			continue
		}
		item.Others = append(item.Others, Cast{name, vote.Decision, vote.Comment})
	}
	if known {
		item.Outcome = s.outcome(file.Path)
	}
	return item
}

// votesOn counts the decisions of others on a file.
func (s *standing) votesOn(file CheckedFile, viewer string) int {
	n := 0
	for _, name := range s.seats {
		if _, done := s.votes[name][file.Path]; done && name != viewer {
			n++
		}
	}
	return n
}
