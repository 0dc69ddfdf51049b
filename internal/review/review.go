// Package review is the reviewing of finished files before they leave: two people
// decide on each file, neither knowing what the other decided, and what both
// approve is sealed into a bundle.
//
// What it promises: a decision that Decide returned from is on the disk, whatever
// dies afterwards. It is of the bytes that were checked: a file that is another
// one since (INT001) loses its decisions. Nobody sees another's decision on a file
// before both have finished with it; that holds for what this package returns, and
// not for whoever reads the review's folder by other means. An author does not
// review. What Seal makes holds the approved files as they were reviewed and no
// other, and is recorded in the release register and the ledger, or nothing of it
// is there.
//
// A review is a folder beside what is reviewed: a journal (package journal), from
// which all that is true of the review follows, and notes of who has which file
// open. Several processes may work on one review at once. Certificates, and so
// hidden values, are in what Item and Overview return and in no file of the
// review; the letter and the record leave them out.
package review

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/outputs/document"
	"tre-toolkit/internal/review/journal"
	"tre-toolkit/internal/review/people"
	"tre-toolkit/internal/review/states"
)

// Errors that a caller may test for. Whatever the rules refuse is a
// *diagnostic.Refusal, whose Rule says which: author, reviewer, state, comment,
// decision, file, finish, held, out, stale, verdict, INT001.
var (
	ErrNone    = errors.New("there is no review of this yet")
	ErrAnother = errors.New("the review was begun otherwise")
	ErrInside  = errors.New("the review's folder lies in what is reviewed")
	ErrAuthor  = errors.New("nobody is named as the author of the files")
)

// DirSuffix ends the name of a review's folder, which is beside what is reviewed.
const DirSuffix = ".review"

// DefaultDir is the review's folder when none is named.
func DefaultDir(path string) string { return filepath.Clean(path) + DirSuffix }

// Options say what is reviewed, under which rules and by whom.
type Options struct {
	Path     string // the folder, or the file, under review
	Dir      string // the review's folder; DefaultDir(Path) when empty
	Me       people.Me
	Rules    string // the name of the rules; of a review that was begun, its own when empty
	Profiles func(name string) (disclosure.Profile, error)
	Limits   document.Limits // the zero value means document.DefaultLimits
	Register string          // the folder of what left before, or empty
	Now      func() time.Time

	// These matter when a review begins, and may be left out afterwards.
	Authors []string      // whose files they are; the owner of Path when empty
	Roster  people.Roster // who may review, and signs; every user of the system when empty
	Tool    string        // the program's version

	// Declaration says what the tables mean, in TOML (see outputs.Declaration). Empty
	// means what the review was told last.
	Declaration string
}

// Review is a review that somebody takes part in. Its methods may be called from
// several goroutines.
type Review struct {
	options Options
	journal *journal.Journal

	mutex  sync.Mutex
	stood  *standing       // as the journal was read last; nil when it must be read from its beginning
	found  findings        // of the newest check
	hashed map[string]stat // of the files whose bytes were hashed
	mended Recovered       // what became of a seal that was cut short
}

// Open opens a review, or begins it: it finishes or undoes a seal that was cut
// short, reads the files and checks them, and records what it found when that is
// not what the review knew.
//
// The errors are fs.ErrNotExist for a path that is not there, ErrInside, ErrAuthor,
// ErrAnother when the roster or the rules are not those that the review began
// with, journal.ErrBroken, and those of outputs.Check.
func Open(ctx context.Context, options Options) (*Review, error) {
	r, err := newReview(options)
	if err != nil {
		return nil, err
	}
	if err := makeDir(r.options.Dir); err != nil {
		return nil, err
	}
	if _, err := r.Recover(ctx); err != nil {
		return nil, err
	}
	s, err := r.begin(ctx)
	if err != nil {
		return nil, err
	}
	if isOver(s.state()) {
		return r, r.look(ctx, s)
	}
	return r, r.refresh(ctx, s, true)
}

// Resume opens a review as it stands, as Open does, and records no check: what
// changed on the disk keeps its decisions for now and is refused as INT001 when
// somebody decides on it or seals it. It begins no review: the error is ErrNone
// when there is none.
func Resume(ctx context.Context, options Options) (*Review, error) {
	r, err := Look(ctx, options)
	if err != nil {
		return nil, err
	}
	if _, err := r.Recover(ctx); err != nil {
		return nil, err
	}
	s, err := r.begin(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.registered(s); err != nil {
		return nil, err
	}
	return r, r.look(ctx, s)
}

// Look opens a review to read it, or to seal it: nothing is begun, checked or
// recorded, and of what the check found no more is known than the verdicts. The
// error is ErrNone when there is none.
func Look(ctx context.Context, options Options) (*Review, error) {
	r, err := newReview(options)
	if err != nil {
		return nil, err
	}
	s, err := r.standing()
	if err != nil {
		return nil, err
	}
	if r.options.Rules == "" {
		r.options.Rules = s.Rules
	}
	return r, ctx.Err()
}

func newReview(options Options) (*Review, error) {
	if _, err := os.Stat(options.Path); err != nil {
		return nil, err
	}
	if options.Dir == "" {
		options.Dir = DefaultDir(options.Path)
	}
	inside, err := isInside(options.Dir, options.Path)
	if err != nil {
		return nil, err
	}
	if inside {
		return nil, fmt.Errorf("%s: %w", options.Dir, ErrInside)
	}
	return &Review{options: options, journal: journal.In(options.Dir), hashed: map[string]stat{}}, nil
}

// isInside reports whether a folder, which may not be there yet, is another or
// lies in it.
func isInside(dir, in string) (bool, error) {
	real, err := filepath.EvalSymlinks(in)
	if err != nil {
		return false, err
	}
	outer, err := filepath.Abs(real)
	if err != nil {
		return false, err
	}
	inner, err := filepath.Abs(dir)
	if err != nil {
		return false, err
	}
	for parent, rest := inner, ""; ; parent, rest = filepath.Dir(parent), filepath.Join(filepath.Base(parent), rest) {
		if real, err := filepath.EvalSymlinks(parent); err == nil {
			inner = filepath.Join(real, rest)
			break
		}
		if parent == filepath.Dir(parent) {
			break
		}
	}
	relative, err := filepath.Rel(outer, inner)
	return err == nil && relative != ".." && !strings.HasPrefix(relative, ".."+string(filepath.Separator)), nil
}

// makeDir makes the review's folder. Nobody else may read it unless somebody lets
// them: it is for whoever reviews.
func makeDir(dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(dir)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is no folder", dir)
	}
	return err
}

// begin returns the review as it stands, with a submission at its beginning.
func (r *Review) begin(ctx context.Context) (*standing, error) {
	s, err := r.standing()
	if errors.Is(err, ErrNone) {
		if err := r.submit(ctx); err != nil {
			return nil, err
		}
		s, err = r.standing()
	}
	if err != nil {
		return nil, err
	}
	if r.options.Rules == "" {
		r.options.Rules = s.Rules
	}
	switch {
	case r.options.Rules != s.Rules:
		return nil, fmt.Errorf("%w: under the rules %s", ErrAnother, s.Rules)
	case len(r.options.Roster) > 0 && !sameRoster(r.options.Roster, s.Roster):
		return nil, fmt.Errorf("%w: with another list of reviewers", ErrAnother)
	}
	return s, nil
}

func sameRoster(a, b people.Roster) bool {
	for _, person := range a {
		if b.Key(person.Name) != person.Key {
			return false
		}
	}
	return len(a) == len(b)
}

func (r *Review) submit(ctx context.Context) error {
	authors := r.options.Authors
	if len(authors) == 0 {
		owner := ownerOf(r.options.Path)
		if owner == "" {
			return ErrAuthor
		}
		authors = []string{owner}
	}
	roster := r.options.Roster
	if roster == nil {
		roster = people.Roster{}
	}
	absolute, err := filepath.Abs(r.options.Path)
	if err != nil {
		return err
	}
	body := Submission{
		Format: format, Path: shown(filepath.Base(absolute)), Authors: authors, Reviewers: states.Reviewers(),
		Roster: roster, Rules: r.options.Rules, Tool: r.options.Tool,
	}
	_, err = r.add(ctx, submit, func(s *standing) (any, error) {
		if s.Format != "" {
			return nil, errBegun
		}
		return body, nil
	})
	if errors.Is(err, errBegun) { // by another process, a moment ago
		return nil
	}
	return err
}

var errBegun = errors.New("the review has begun")

// standing reads the journal. What it returns is the review as it stands, and goes
// on with it.
func (r *Review) standing() (*standing, error) {
	log, err := r.journal.Read()
	if err != nil {
		r.stood = nil
		return nil, err
	}
	if len(log.Entries) == 0 {
		return nil, fmt.Errorf("%s: %w", r.options.Dir, ErrNone)
	}
	return r.follow(log)
}

func (r *Review) follow(log journal.Log) (s *standing, err error) {
	if r.stood != nil && r.stood.isOf(log) {
		err = r.stood.follow(log)
	} else {
		r.stood, err = stand(log)
	}
	if err != nil {
		r.stood = nil
	}
	return r.stood, err
}

// add adds an entry to the journal if the rules allow it, and no seal is under
// way. What it says is made of the review as it then stands.
func (r *Review) add(ctx context.Context, act string, body func(*standing) (any, error)) (journal.Entry, error) {
	return r.addEntry(ctx, act, func(s *standing) (any, error) {
		if r.isSealing() {
			return nil, errSealing
		}
		return body(s)
	})
}

func (r *Review) addEntry(ctx context.Context, act string, body func(*standing) (any, error)) (journal.Entry, error) {
	me, key := r.options.Me, ""
	entry, err := r.journal.Append(ctx, func(log journal.Log) (journal.Entry, error) {
		s, err := r.follow(log)
		if err != nil {
			return journal.Entry{}, err
		}
		key = s.Roster.Key(me.Name)
		says, err := body(s)
		if err != nil {
			return journal.Entry{}, err
		}
		entry, err := newEntry(act, me, r.options.Now().UTC().Format(time.RFC3339), says)
		if err != nil {
			return journal.Entry{}, err
		}
		if key != "" && !me.Signs() && !mayBeUnsigned(act) {
			return journal.Entry{}, errNoKey(me.Name)
		}
		entry.Number = len(log.Entries) + 1
		return entry, s.take(entry)
	}, func(statement string) (string, error) {
		if key == "" || !me.Signs() {
			return "", nil
		}
		signature, err := me.Sign(statement)
		if err == nil && people.Verify(key, statement, signature) != nil {
			err = errNoKey(me.Name)
		}
		return signature, err
	})
	if err != nil {
		r.stood = nil // it may have taken what does not stand there
		return entry, err
	}
	r.stood.taken(entry)
	return entry, nil
}

func errNoKey(name string) error {
	return refusal("reviewer", "this is not the key of "+name+" on the review's list of reviewers", "--key names the private key that belongs to it")
}

// isOver reports whether nothing can be done any more.
func isOver(state states.State) bool { return len(state.Acts()) == 0 }

// messageOf returns what a refusal says without its rule.
func messageOf(err error) string {
	var refused *diagnostic.Refusal
	if errors.As(err, &refused) {
		return refused.Message
	}
	return err.Error()
}

// Overview returns the review as the person may see it, with what is known of the
// files on the disk now.
func (r *Review) Overview(ctx context.Context) (Overview, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	s, err := r.current(ctx)
	if err != nil {
		return Overview{}, err
	}
	o := s.overview(r.options.Me.Name, r.options.Me.User)
	o.Dir, o.Sealing = r.options.Dir, r.isSealing()
	r.addFindings(&o)
	if isOver(o.State) {
		return o, nil
	}
	if err := r.addChanges(ctx, &o); err != nil {
		return Overview{}, err
	}
	return o, r.addHolds(&o)
}
