// Package states holds the states of a review and the rules between them as one
// table, states.toml: the review acts by it, and the diagram in docs/review.md is
// drawn from it.
//
// A state is no variable that could be set wrongly: it follows from what is true
// of a review (Facts). The rules say from which state which act may be done, and
// in which state that may end.
package states

import (
	_ "embed"
	"fmt"
	"slices"

	"tre-toolkit/internal/spec"
)

// State is where a review stands.
type State string

// The states.
const (
	Submitted      State = "submitted"
	InReview       State = "in review"
	PartlyReviewed State = "partly reviewed"
	Conflicted     State = "conflicted"
	Returned       State = "returned"
	Approved       State = "approved"
	Rejected       State = "rejected"
	Released       State = "released"
	Withdrawn      State = "withdrawn"
)

// Act is what somebody does in a review.
type Act string

// The acts.
const (
	Check    Act = "check"
	Decide   Act = "decide"
	Finish   Act = "finish"
	Leave    Act = "leave"
	Withdraw Act = "withdraw"
	Seal     Act = "seal"
)

// Decision is what a reviewer thinks of one file.
type Decision string

// The decisions.
const (
	Approve        Decision = "approve"
	RequestChanges Decision = "changes"
	Reject         Decision = "reject"
)

// Decisions lists the decisions in the order in which they are offered.
func Decisions() []Decision { return []Decision{Approve, RequestChanges, Reject} }

// ParseDecision reads a decision as a command line or a page names it.
func ParseDecision(text string) (Decision, error) {
	if decision := Decision(text); slices.Contains(Decisions(), decision) {
		return decision, nil
	}
	return "", fmt.Errorf("%.40q is no decision; it is one of %v", text, Decisions())
}

// Facts are what is true of a review, and all that its state follows from.
type Facts struct {
	Withdrawn, Sealed bool
	Begun             bool // some decision counts
	Finished          int  // how many reviewers have finished
	Differ            bool // their decisions on some file differ
	Changes           bool // they agree that some file must be changed
	Approved          bool // they agree to approve some file
}

// conditions are the words of the table's states.
var conditions = map[string]func(Facts) bool{
	"withdrawn":        func(f Facts) bool { return f.Withdrawn },
	"sealed":           func(f Facts) bool { return f.Sealed },
	"all finished":     func(f Facts) bool { return f.Finished >= table.Reviewers },
	"one finished":     func(f Facts) bool { return f.Finished > 0 },
	"decisions differ": func(f Facts) bool { return f.Differ },
	"changes wanted":   func(f Facts) bool { return f.Changes },
	"some approved":    func(f Facts) bool { return f.Approved },
	"begun":            func(f Facts) bool { return f.Begun },
}

// Known reports whether the program knows all of some conditions.
func Known(names ...string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return conditions[name] == nil })
}

// Info tells of one state.
type Info struct {
	Name  State    `toml:"name"`
	Means string   `toml:"means"`
	When  []string `toml:"when"`
}

// ActInfo tells of one act.
type ActInfo struct {
	Name Act    `toml:"name"`
	Does string `toml:"does"`
	By   string `toml:"by"` // "reviewer", "author" or "anybody"
}

// Rule says that an act leads from each of some states to one of others.
type Rule struct {
	From []State `toml:"from"`
	Act  Act     `toml:"act"`
	To   []State `toml:"to"`
}

// CommentRule says when a decision needs words: that decision on a file of that
// verdict ("safe", "review" or "fail").
type CommentRule struct {
	Decision Decision `toml:"decision"`
	Verdict  string   `toml:"verdict"`
	Because  string   `toml:"because"`
}

// Table is the whole of states.toml.
type Table struct {
	Reviewers int           `toml:"reviewers"`
	Reason    string        `toml:"reason"`
	Source    string        `toml:"source"`
	States    []Info        `toml:"state"`
	Acts      []ActInfo     `toml:"act"`
	Rules     []Rule        `toml:"rule"`
	Comments  []CommentRule `toml:"comment"`
}

//go:embed states.toml
var text []byte

var table = parse(text)

// parse reads the table, which is a part of the program: a fault in it is one of
// the program.
func parse(text []byte) Table {
	var read Table
	if err := spec.Decode("states.toml", text, &read); err != nil {
		panic(err)
	}
	return read
}

// All returns the table.
func All() Table { return table }

// Reviewers is how many people must decide.
func Reviewers() int { return table.Reviewers }

// Of returns the state that follows from what is true.
func Of(facts Facts) State {
	for _, state := range table.States {
		if !slices.ContainsFunc(state.When, func(condition string) bool { return !conditions[condition](facts) }) {
			return state.Name
		}
	}
	return Submitted
}

// Means tells a state in a sentence.
func (s State) Means() string {
	for _, state := range table.States {
		if state.Name == s {
			return state.Means
		}
	}
	return ""
}

// Leads lists the states that an act may lead to; none when it may not be done in
// this one.
func (s State) Leads(act Act) []State {
	for _, rule := range table.Rules {
		if rule.Act == act && slices.Contains(rule.From, s) {
			return rule.To
		}
	}
	return nil
}

// Acts lists what may be done in a state.
func (s State) Acts() []Act {
	var acts []Act
	for _, act := range table.Acts {
		if s.Leads(act.Name) != nil {
			acts = append(acts, act.Name)
		}
	}
	return acts
}

// NeedsComment reports whether a decision on a file of a verdict needs words, and
// why.
func NeedsComment(decision Decision, verdict string) (because string, needs bool) {
	for _, rule := range table.Comments {
		if rule.Decision == decision && rule.Verdict == verdict {
			return rule.Because, true
		}
	}
	return "", false
}
