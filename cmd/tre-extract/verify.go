package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/extract"
	"tre-toolkit/internal/keys"
	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/ledger/manifest"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

type verifyOptions struct {
	dir, project, key, identity string
	release, asJSON             bool
	waiving                     waiving
}

func (s *session) verifyCommand() *cobra.Command {
	var opts verifyOptions
	command := newCommand("verify DIR", "Prove that an extract is as it was made, and say whether it may be released",
		`Hashes every file of an extract again and compares the folder with its manifest,
exactly: nothing missing, nothing changed, nothing in another's place, nothing
that does not belong. It checks the manifest's signature: --key FILE names the
public key that must have made it.

With a workspace (-w) it judges what has become of the extract's sources, and with
--project what has become of its approval and specification. Every state that
applies is named: never run, files missing, files changed, files reordered, files
added, unsigned, manifest changed, signer unknown, not recorded, ledger changed
(exit code 5); spec changed, cohort or freeze changed, version changed, version
superseded, plan changed, keys rotated, approval expired (exit code 6); or
releasable. States that cannot be judged are named too. With a workspace the
verification is written to its ledger, and with --release the release.

A release may waive that a version is superseded or that keys were rotated since:
the extract is still what was approved. Who and why is written to the ledger.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			opts.dir = args[0]
			return s.verify(ctx, opts)
		})
	flags := command.Flags()
	flags.StringVar(&opts.project, "project", "", "the project's specification, to judge what has changed")
	flags.StringVar(&opts.key, "key", "", "a file with the public key that must have signed")
	flags.BoolVar(&opts.release, "release", false, "record that the extract is released; refused unless it is releasable")
	flags.StringVar(&opts.identity, "identity", "", "the age identity file that opens the root key, to sign the release")
	flags.BoolVar(&opts.asJSON, "json", false, "answer as JSON")
	opts.waiving.flags(command, waivableAtRelease)
	return command
}

// waivableAtRelease are the states that a release may leave standing: those of an
// extract that is what was approved, while the world has moved on.
var waivableAtRelease = []string{string(manifest.VersionSuperseded), string(manifest.KeysRotated)}

// verified is what verify answers.
type verified struct {
	Verified bool `json:"verified"`
	Files    int  `json:"files"`
	manifest.Verdict
	Waived []manifest.Check `json:"waived,omitempty"` // states that the release leaves standing
}

// mayBeReleased reports whether nothing speaks against the extract but what was
// waived.
func (v verified) mayBeReleased() bool {
	waived := func(f manifest.Finding) bool {
		return slices.ContainsFunc(v.Waived, func(c manifest.Check) bool { return c.Code == string(f.State) })
	}
	others := slices.ContainsFunc(v.Findings, func(f manifest.Finding) bool { return !waived(f) })
	return v.Releasable() || len(v.Findings) > 0 && len(v.NotJudged) == 0 && !others
}

// waive keeps the waivers of states that apply.
func (v *verified) waive(waivers []manifest.Check) {
	v.Waived = slices.DeleteFunc(slices.Clone(waivers), func(c manifest.Check) bool { return !v.Has(manifest.State(c.Code)) })
	v.Verified = v.Verified || v.mayBeReleased()
}

func (s *session) verify(ctx context.Context, opts verifyOptions) error {
	if opts.release && (s.workspace == "" || opts.project == "" || opts.identity == "") {
		return cli.Fail(cli.Usage, errors.New("a release needs a workspace, a project and an identity"), "add -w DIR, --project PROJECT.toml and --identity FILE")
	}
	if len(opts.waiving.codes) > 0 && !opts.release {
		return cli.Fail(cli.Usage, errors.New("a waiver is of a release"), "add --release")
	}
	waivers, err := opts.waiving.waivers(waivableAtRelease)
	if err != nil {
		return err
	}
	key, err := publicKey(opts.key)
	if err != nil {
		return err
	}
	folder, err := s.readExtract(opts)
	if err != nil {
		return err
	}
	var answer verified
	if s.workspace == "" {
		now := manifest.Present{}
		if key != "" {
			now.Signers = []string{key}
		}
		answer = answerOf(folder, now)
	} else if answer, err = s.verifyIn(ctx, folder, key, opts, waivers); err != nil {
		return err
	}
	return s.writeVerified(answer, opts)
}

// readExtract reads an extract's folder. One without a manifest is no extract,
// and has never been run where a project says that there should be one.
func (s *session) readExtract(opts verifyOptions) (*manifest.Folder, error) {
	folder, err := manifest.Read(opts.dir)
	switch {
	case err == nil:
		return &folder, nil
	case errors.Is(err, fs.ErrNotExist) && opts.project != "" && s.workspace != "":
		return nil, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, notAnExtract(opts.dir, "EXT001", "has no "+manifest.FileName+": it is not an extract")
	case errors.Is(err, manifest.ErrForm):
		return nil, notAnExtract(opts.dir+"/"+manifest.FileName, "EXT002", "is not a manifest of this program")
	}
	return nil, err
}

func notAnExtract(file, code, message string) error {
	return &diagnostic.Input{Findings: []diagnostic.Finding{{File: file, Code: code, Message: message}}}
}

func answerOf(folder *manifest.Folder, now manifest.Present) verified {
	verdict := folder.Judge(now)
	sound := len(verdict.Findings) == 0 || verdict.Releasable()
	return verified{Verified: sound, Files: len(folder.Manifest.Files), Verdict: verdict}
}

// verifyIn judges an extract by a workspace and records the verification there.
func (s *session) verifyIn(ctx context.Context, folder *manifest.Folder, key string, opts verifyOptions, waivers []manifest.Check) (answer verified, err error) {
	err = s.reading(ctx, nil, func(workspace *warehouse.Workspace) error {
		var sources *extract.Sources
		if opts.project != "" {
			loaded, err := s.sourcesIn(workspace, opts.project)
			if err != nil {
				return err
			}
			sources = &loaded
		}
		log, err := s.ledger(workspace.Dir).Read()
		if err != nil {
			return err
		}
		if folder == nil {
			answer = neverRun(log, sources.Project.ID.String())
			return s.recordVerification(ctx, workspace, ledger.Event{Subject: sources.Project.ID.String()}, answer)
		}
		now, err := s.present(ctx, workspace, folder, sources, log)
		if err != nil {
			return err
		}
		if key != "" {
			now.Signers = []string{key}
		}
		answer = answerOf(folder, now)
		answer.waive(waivers)
		event, err := verifiedEvent(folder)
		if err != nil {
			return err
		}
		if err := s.recordVerification(ctx, workspace, event, answer); err != nil || !opts.release {
			return err
		}
		return s.release(ctx, workspace, event, answer, opts.identity)
	})
	return answer, err
}

// sourcesIn loads a project's sources as a plan in a workspace has them.
func (s *session) sourcesIn(workspace *warehouse.Workspace, project string) (extract.Sources, error) {
	sources, err := s.planSources(project)
	if err != nil {
		return sources, err
	}
	versions, err := keys.Versions(workspace.KeysDir())
	if len(versions) > 0 {
		sources.KeyVersion = versions[len(versions)-1]
	}
	return sources, err
}

// neverRun answers about a folder that is no extract, though a project should
// have one.
func neverRun(log ledger.Log, project string) verified {
	finding := manifest.Finding{State: manifest.NeverRun, Says: "the ledger has no run of " + project}
	_, ran := log.Find(func(e ledger.Entry) bool {
		return e.Kind == ledger.Run && e.Phase == ledger.Done && e.Subject == project
	})
	if ran {
		finding = manifest.Finding{State: manifest.FilesMissing, Says: manifest.FileName + ": missing, though the ledger has a run of " + project}
	}
	return verified{Verdict: manifest.Verdict{Findings: []manifest.Finding{finding}, NotJudged: []manifest.State{}}}
}

// present gathers what has become of an extract's sources.
func (s *session) present(ctx context.Context, workspace *warehouse.Workspace, folder *manifest.Folder, project *extract.Sources, log ledger.Log) (manifest.Present, error) {
	datasets := map[string]spec.Dataset{}
	for _, table := range folder.Manifest.Tables {
		name, _, _ := strings.Cut(table.Dataset, "@")
		if dataset, err := s.dataset(name); err == nil { // one that is not known is not in the workspace
			datasets[name] = dataset
		}
	}
	now, err := extract.Present(ctx, workspace.Warehouse, folder.Manifest, datasets, project)
	if err != nil {
		return now, err
	}
	now.Signers = log.Verifiers()
	if id, version, found := log.NewestKey(); found {
		now.Key = &manifest.Key{ID: id, Version: version}
	}
	now.Record, err = extract.Recorded(log, folder.Text, folder.Manifest.PlanHash)
	return now, err
}

func verifiedEvent(folder *manifest.Folder) (ledger.Event, error) {
	hashes, err := extract.RunHashes(folder.Manifest)
	return ledger.Event{Subject: folder.Manifest.Project, Hashes: hashes}, err
}

// recordVerification writes the states that were found to the ledger. One that is
// itself changed is named in the answer and takes no entry.
func (s *session) recordVerification(ctx context.Context, workspace *warehouse.Workspace, event ledger.Event, answer verified) error {
	var states []string
	for _, finding := range answer.Findings {
		if name := string(finding.State); len(states) == 0 || states[len(states)-1] != name {
			states = append(states, name)
		}
	}
	event.Kind, event.Says = ledger.Verify, map[string]string{"states": strings.Join(append(states, answer.unjudged()...), ", ")}
	err := s.record(ctx, workspace, event)
	if errors.Is(err, ledger.ErrBroken) {
		return nil
	}
	return err
}

func (v verified) unjudged() []string {
	if len(v.NotJudged) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%d not judged", len(v.NotJudged))}
}

// release records and signs that an extract is released, if it may be.
func (s *session) release(ctx context.Context, workspace *warehouse.Workspace, event ledger.Event, answer verified, identity string) error {
	if !answer.mayBeReleased() {
		return nil // the answer says why
	}
	root, err := keys.Open(workspace.KeysDir(), identity)
	if err != nil {
		return err
	}
	for _, waiver := range answer.Waived {
		if err := s.record(ctx, workspace, extract.WaiverEvent(event.Subject, event.Hashes[extract.PlanHash], waiver)); err != nil {
			return err
		}
	}
	event.Kind = ledger.Release
	if err := s.record(ctx, workspace, event); err != nil {
		return err
	}
	_, err = s.sign(ctx, workspace.Dir, root)
	return err
}

func (s *session) writeVerified(answer verified, opts verifyOptions) error {
	write := answer.write
	if opts.asJSON {
		write = func(w io.Writer) error { return cli.WriteJSON(w, answer) }
	}
	if err := write(s.streams.Out); err != nil {
		return err
	}
	switch {
	case answer.IsBroken():
		fmt.Fprintln(s.streams.Err, "hint: the extract must not be released as it is; run it again")
		return cli.Verdict(cli.Refused)
	case !answer.Verified, opts.release && !answer.mayBeReleased():
		return cli.Verdict(cli.Review)
	}
	return nil
}

func (v verified) write(w io.Writer) error {
	for _, finding := range v.Findings {
		fmt.Fprintf(w, "%s: %s\n", finding.State, finding.Says)
	}
	for _, waiver := range v.Waived {
		fmt.Fprintf(w, "waived by %s: %s, because %s\n", waiver.By, waiver.Code, waiver.Reason)
	}
	if len(v.NotJudged) > 0 {
		names := make([]string, len(v.NotJudged))
		for i, state := range v.NotJudged {
			names[i] = string(state)
		}
		fmt.Fprintf(w, "not judged, for want of a workspace, a project or a key: %s\n", strings.Join(names, ", "))
	}
	if v.SignedBy != "" {
		fmt.Fprintf(w, "signed by %s\n", v.SignedBy)
	}
	if v.IsBroken() || v.Has(manifest.NeverRun) {
		return nil
	}
	_, err := fmt.Fprintf(w, "%d files are as the manifest says, and nothing else is there\n", v.Files)
	return err
}
