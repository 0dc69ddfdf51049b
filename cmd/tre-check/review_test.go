package main

import (
	"bytes"
	"context"
	"os"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/review"
	"tre-toolkit/internal/review/people"
	"tre-toolkit/internal/review/states"
	"tre-toolkit/internal/spec"
	"tre-toolkit/specs"
)

// roster makes a list of reviewers of what reviewer new printed: roster LIST
// PERSON...
func roster(ts *testscript.TestScript, _ bool, args []string) {
	var list bytes.Buffer
	for _, name := range args[1:] {
		list.WriteString(ts.ReadFile(name))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), list.Bytes(), 0o600))
}

// reviewBoth has two users of the system, of whom the one who runs the test is
// one, decide the same on every file and finish: review_both FOLDER DECISION.
func reviewBoth(ts *testscript.TestScript, _ bool, args []string) {
	for _, me := range []people.Me{people.System(), {Name: "another", User: "another"}} {
		ts.Check(decideAll(ts.MkAbs(args[0]), ts.MkAbs("releases"), me, states.Decision(args[1])))
	}
}

func decideAll(path, register string, me people.Me, decision states.Decision) error {
	ctx := context.Background()
	r, err := review.Open(ctx, review.Options{
		Path: path, Me: me, Authors: []string{"carol"}, Now: time.Now, Rules: "ukllc-metrics", Register: register,
		Profiles: func(name string) (disclosure.Profile, error) { return spec.LoadRules(specs.Files, name) },
	})
	if err != nil {
		return err
	}
	o, err := r.Overview(ctx)
	if err != nil {
		return err
	}
	var choices []review.Choice
	for _, file := range o.Files {
		choices = append(choices, review.Choice{Path: file.Path, Decision: decision, Comment: "looked at it"})
	}
	if err := r.Decide(ctx, choices...); err != nil {
		return err
	}
	return r.Finish(ctx, "all of it")
}
