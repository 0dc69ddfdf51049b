package review

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/google/uuid"

	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/report"
	"tre-toolkit/internal/release"
	"tre-toolkit/internal/review/bundle"
	"tre-toolkit/internal/review/states"
	"tre-toolkit/internal/spec"
)

// ErrNoRegister is returned for a seal without a release register: what is not
// registered cannot be held against what leaves next.
var ErrNoRegister = errors.New("a release is recorded in a register")

// SealOptions say what a release is called and where its bundle goes.
type SealOptions struct {
	Out     string // the bundle's folder, absent or empty
	Release release.Name
	Date    spec.Date
	Ledger  string // the workspace whose ledger records it; the review's folder when empty
}

// Seal makes a bundle of the files that both reviewers approved, and records it in
// the release register and in the ledger: all of it or nothing. Until one rename
// nothing but drafts is there, and a seal that dies before is undone; from then on
// it is finished, by whoever opens the review next if need be (Recover). The
// bundle appears last.
//
// Every file is checked and hashed again: a *diagnostic.Refusal with the rule
// INT001 names those that are not what was reviewed, one with the rule "verdict"
// those that the check judges otherwise now. The other errors are ErrNoRegister,
// bundle.ErrThere, release.ErrTaken, release.ErrTampered and ledger.ErrBroken.
func (r *Review) Seal(ctx context.Context, options SealOptions) (Sealed, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.options.Register == "" {
		return Sealed{}, ErrNoRegister
	}
	var sealed Sealed
	err := r.sealing(ctx, func() error {
		s, err := r.standing()
		if err != nil {
			return err
		}
		if s.sealed != nil && r.mended == Finished && s.sealed.Release == string(options.Release) {
			sealed = *s.sealed // it had only been cut short
			return nil
		}
		if s.state().Leads(states.Seal) == nil {
			return refusal("state", "a review that is "+string(s.state())+" cannot be sealed", s.state().Means())
		}
		if err := s.maySeal(r.options.Me.Name); err != nil {
			return err
		}
		if err := r.asReviewed(ctx, s); err != nil {
			return err
		}
		plan, err := r.plan(s, options)
		if err != nil {
			return err
		}
		sealed, err = r.carryOut(ctx, s, plan)
		return err
	})
	return sealed, err
}

// asReviewed sees that every approved file is what was reviewed, and is judged as
// it was then.
func (r *Review) asReviewed(ctx context.Context, s *standing) error {
	var changed []string
	for _, file := range s.manifest(r.options.Me.Name).Files {
		checked, _ := s.file(file.Path) // it was approved
		is, err := r.isChanged(checked, true)
		if err != nil {
			return err
		}
		if is {
			changed = append(changed, file.Path)
		}
	}
	if len(changed) > 0 {
		return refusal("INT001", fmt.Sprintf("not the files that were reviewed: %q", changed), "they changed meanwhile: review them again")
	}
	now, found, err := r.examine(ctx, s.checked.Declaration)
	if err != nil {
		return err
	}
	var judged []string
	for _, file := range s.manifest(r.options.Me.Name).Files {
		checked, _ := s.file(file.Path)
		if !slices.ContainsFunc(now.Files, func(f CheckedFile) bool { return f.version() == checked.version() }) {
			judged = append(judged, file.Path)
		}
	}
	if len(judged) > 0 {
		return refusal("verdict", fmt.Sprintf("the check judges these otherwise than when they were reviewed: %q", judged), "open the review, and decide on them again: something else left, or came beside them")
	}
	found.checks = s.checks
	r.found = found
	return nil
}

// plan is a seal that was begun, as it stands in the review's folder until it is
// done.
type plan struct {
	ID        string        `json:"id"`
	Committed bool          `json:"committed"`
	Draft     string        `json:"draft"` // the bundle before it appears
	Out       string        `json:"out"`
	Register  string        `json:"register"`
	Ledger    string        `json:"ledger"`
	Release   string        `json:"release"`
	Date      string        `json:"date"`
	By        string        `json:"by"`
	Manifest  string        `json:"manifest"` // SHA-256
	Files     []bundle.File `json:"files"`
}

// draftPrefix begins the name of a bundle that is not finished.
const draftPrefix = ".unfinished-"

func (r *Review) plan(s *standing, options SealOptions) (plan, error) {
	out, err := filepath.Abs(options.Out)
	if err != nil {
		return plan{}, err
	}
	for _, folder := range []string{r.options.Path, r.options.Dir, r.options.Register} {
		inside, err := isInside(out, folder)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return plan{}, err
		}
		if inside {
			return plan{}, refusal("out", "the bundle would lie in "+folder, "--out names a folder elsewhere")
		}
	}
	entries, err := os.ReadDir(out)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return plan{}, err
	}
	if len(entries) > 0 {
		return plan{}, fmt.Errorf("%s: %w", options.Out, bundle.ErrThere)
	}
	register, err := filepath.Abs(r.options.Register)
	if err != nil {
		return plan{}, err
	}
	workspace := options.Ledger
	if workspace == "" {
		workspace = r.options.Dir
	}
	if workspace, err = filepath.Abs(workspace); err != nil {
		return plan{}, err
	}
	id := uuid.NewString()
	return plan{
		ID: id, Draft: filepath.Join(filepath.Dir(out), draftPrefix+id), Out: out, Register: register, Ledger: workspace,
		Release: string(options.Release), Date: options.Date.String(), By: r.options.Me.Name, Files: s.manifest(r.options.Me.Name).Files,
	}, nil
}

// carryOut makes everything that a seal needs, commits it and finishes it.
func (r *Review) carryOut(ctx context.Context, s *standing, p plan) (Sealed, error) {
	if err := r.keepPlan(p); err != nil {
		return Sealed{}, err
	}
	if err := r.prepare(ctx, s, &p); err != nil {
		return Sealed{}, errors.Join(err, r.undo(p))
	}
	if err := r.commit(ctx, s, p); err != nil {
		return Sealed{}, errors.Join(err, r.undo(p))
	}
	return r.complete(context.WithoutCancel(ctx), p)
}

// prepare makes the bundle's draft and what the register is to hold of it. Nothing
// that anybody reads is changed.
func (r *Review) prepare(ctx context.Context, s *standing, p *plan) error {
	register, err := release.OpenRegister(p.Register)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(register.Releases, func(one release.Release) bool { return string(one.Name) == p.Release }) {
		return fmt.Errorf("%w: %s", release.ErrTaken, p.Release)
	}
	if _, err := os.Stat(p.Ledger); err != nil {
		return err
	}
	if _, err := ledger.In(p.Ledger, r.options.Now).Read(); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(p.Draft), 0o755); err != nil {
		return err
	}
	m := s.manifest(p.By)
	err = bundle.CopyFiles(ctx, p.Draft, m, func(path string) (io.ReadCloser, error) {
		return outputs.Open([]string{r.options.Path}, r.rawName(path))
	})
	if errors.Is(err, outputs.ErrChanged) {
		return refusal("INT001", err.Error(), "it changed meanwhile: review it again")
	}
	if err != nil {
		return err
	}
	contents, err := r.contents(ctx, s, p, m, register)
	if err != nil {
		return err
	}
	receipt, err := bundle.Complete(p.Draft, contents)
	p.Manifest = receipt.Manifest
	return err
}

// contents are what stands beside the files. They tell of what leaves and of
// nothing else: they are made of the copies.
func (r *Review) contents(ctx context.Context, s *standing, p *plan, m bundle.Manifest, register release.Register) (bundle.Contents, error) {
	files := []string{filepath.Join(p.Draft, bundle.FilesFolder)}
	found, left, err := r.leaving(ctx, s, p, files)
	if err != nil {
		return bundle.Contents{}, err
	}
	more, err := release.Compare(ctx, r.found.profile, left, register.Releases)
	if err != nil {
		return bundle.Contents{}, err
	}
	found = found.With(more).WithoutCertificates()
	text, err := json.Marshal(left)
	if err != nil {
		return bundle.Contents{}, err
	}
	if err := r.keep(leavingFile, text); err != nil {
		return bundle.Contents{}, err
	}
	now := r.options.Now()
	c := bundle.Contents{
		Manifest: m, Summary: summary(s, *p, found),
		Receipt: bundle.Receipt{
			Release: p.Release, Date: p.Date, Review: s.id, Journal: s.head, Register: register.Head(),
			SealedBy: p.By, SealedAt: now.UTC().Format(time.RFC3339), Tool: r.options.Tool,
		},
		Pack: report.Pack{Report: found, Profile: r.found.profile, Paths: files, Made: now}.Write,
	}
	for _, name := range slices.Sorted(slices.Values(s.seats)) {
		c.Receipt.Reviewers = append(c.Receipt.Reviewers, bundle.Reviewer{Name: name, Key: s.Roster.Key(name)})
		if line := s.finished[name].Signature; line != "" {
			c.Signatures = append(c.Signatures, bundle.Signature{Name: name, Line: line})
		}
	}
	if s.Roster.Key(p.By) != "" {
		c.Sign = r.options.Me.Sign
	}
	return c, nil
}

// leaving checks the copies by themselves, and says what the register is to hold
// of them.
func (r *Review) leaving(ctx context.Context, s *standing, p *plan, files []string) (outputs.Report, release.Release, error) {
	options, err := r.checkOptions(s.checked.Declaration)
	if err != nil {
		return outputs.Report{}, release.Release{}, err
	}
	found, published, err := outputs.Examine(ctx, files, options)
	if err != nil {
		return outputs.Report{}, release.Release{}, err
	}
	date, err := spec.ParseDate(p.Date)
	if err != nil {
		return outputs.Report{}, release.Release{}, err
	}
	left, err := release.Of(release.Source{
		Name: release.Name(p.Release), Date: date, Rules: s.Rules, Paths: files, Report: found, Published: published,
	})
	return found, left, err
}
