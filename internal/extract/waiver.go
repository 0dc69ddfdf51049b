package extract

import (
	"fmt"
	"slices"
	"strings"

	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/ledger/manifest"
)

// Waivable are the checks of a run that may be waived: the limits that a project
// sets itself. What the gate of disclosure withholds, an identifier in a table, an
// approval that is not in force and a participant who has withdrawn are waived by
// nobody.
var Waivable = []string{"RSK030", "RSK031"}

// NewWaiver returns a check as waived by somebody for a reason, both in words that
// manifest and ledger can hold. May are the checks that may be waived.
func NewWaiver(may []string, code, by, reason string) (manifest.Check, error) {
	if !slices.Contains(may, code) {
		return manifest.Check{}, fmt.Errorf("%q cannot be waived; these can: %s", code, strings.Join(may, ", "))
	}
	for _, said := range []struct{ what, text string }{{"who waives it", by}, {"why it is waived", reason}} {
		if strings.TrimSpace(said.text) == "" || !ledger.IsPrintable(said.text) {
			return manifest.Check{}, fmt.Errorf("%s: %s is not said, or not in a line of plain text", code, said.what)
		}
	}
	return manifest.Check{Code: code, Outcome: manifest.Waived, By: by, Reason: reason}, nil
}

// waiverOf returns the waiver of a check, if it has one.
func (o Output) waiverOf(code string) (manifest.Check, bool) {
	at := slices.IndexFunc(o.Waivers, func(c manifest.Check) bool { return c.Code == code })
	if at < 0 {
		return manifest.Check{}, false
	}
	return o.Waivers[at], true
}

// WaiverEvent returns the event of a waiver of a project's check, in a plan.
func WaiverEvent(project, planHash string, check manifest.Check) ledger.Event {
	return ledger.Event{
		Kind: ledger.Waiver, Subject: project + " " + check.Code, Hashes: map[string]string{PlanHash: planHash},
		Says: map[string]string{"by": check.By, "reason": check.Reason},
	}
}

// WaiverEvents returns an event for each check that was waived.
func WaiverEvents(made Manifest) []ledger.Event {
	var list []ledger.Event
	for _, check := range made.Checks {
		if check.Outcome == manifest.Waived {
			list = append(list, WaiverEvent(made.Project, made.PlanHash, check))
		}
	}
	return list
}
