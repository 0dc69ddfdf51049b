package review

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gofrs/flock"
	"github.com/google/uuid"

	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/ledger/manifest"
	"tre-toolkit/internal/release"
	"tre-toolkit/internal/review/bundle"
	"tre-toolkit/internal/review/journal"
	"tre-toolkit/internal/review/states"
)

// The files of a seal in the review's folder, and the lock of whoever seals.
const (
	planFile    = "seal.json"
	leavingFile = "seal.release.json" // what the register is to hold
	sealLock    = "seal.lock"
)

// Recovered says what became of a seal that was cut short.
type Recovered string

// What can become of it.
const (
	Nothing  Recovered = ""         // there was none
	Finished Recovered = "finished" // the release is made and recorded
	Undone   Recovered = "undone"   // nothing of it is there
)

// Recover finishes a seal that was cut short after it was committed, and undoes
// one that was cut short before. A seal that another process is making now is left
// alone. It does nothing where there is nothing to do; Open calls it.
func (r *Review) Recover(ctx context.Context) (Recovered, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if _, err := os.Lstat(filepath.Join(r.options.Dir, planFile)); errors.Is(err, fs.ErrNotExist) {
		return Nothing, nil
	}
	recovered := Nothing
	err := r.locked(ctx, func() (err error) {
		recovered, err = r.recover(ctx)
		return err
	})
	if errors.Is(err, errSealing) {
		return Nothing, nil
	}
	return recovered, err
}

var errSealing = refusal("state", "the review is being sealed", "wait until that is done, or open the review: a seal that was cut short is finished or undone then")

// sealing runs work while nobody else seals, and when what was cut short before is
// done or undone.
func (r *Review) sealing(ctx context.Context, work func() error) error {
	return r.locked(ctx, func() error {
		if _, err := r.recover(ctx); err != nil {
			return err
		}
		return work()
	})
}

func (r *Review) locked(_ context.Context, work func() error) (err error) {
	lock := flock.New(filepath.Join(r.options.Dir, sealLock), flock.SetPermissions(journal.FilePermission(r.options.Dir)))
	held, err := lock.TryLock()
	if err != nil {
		return err
	}
	if !held {
		return errSealing
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	if err := r.clear(); err != nil {
		return err
	}
	return work()
}

// clear takes away files of the review's folder whose writing was cut short.
func (r *Review) clear() error {
	entries, err := os.ReadDir(r.options.Dir)
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), draftPrefix) {
			err = errors.Join(err, os.Remove(filepath.Join(r.options.Dir, entry.Name())))
		}
	}
	return err
}

func (r *Review) recover(ctx context.Context) (Recovered, error) {
	text, err := os.ReadFile(filepath.Join(r.options.Dir, planFile))
	if errors.Is(err, fs.ErrNotExist) {
		return Nothing, nil
	}
	if err != nil {
		return Nothing, err
	}
	var p plan
	if err := json.Unmarshal(text, &p); err != nil {
		return Nothing, fmt.Errorf("%s: %w", planFile, err)
	}
	if err := p.check(); err != nil {
		return Nothing, err
	}
	if !p.Committed {
		r.mended = Undone
		return Undone, r.undo(p)
	}
	if _, err := r.complete(ctx, p); err != nil {
		return Nothing, err
	}
	r.mended = Finished
	return Finished, nil
}

// check refuses a plan that would take away or rename anything but a draft.
func (p plan) check() error {
	_, err := uuid.Parse(p.ID)
	if err != nil || p.Draft != filepath.Join(filepath.Dir(p.Out), draftPrefix+p.ID) {
		return fmt.Errorf("%s is not as it was written", planFile)
	}
	return nil
}

// keepPlan writes the plan: the rename of one that is committed is the moment from
// which on a release is made.
func (r *Review) keepPlan(p plan) error {
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return r.keep(planFile, text)
}

// commit sees once more that the journal is as it was written and the review what
// was prepared, while nobody can add to it, and commits the seal.
func (r *Review) commit(ctx context.Context, s *standing, p plan) error {
	p.Committed = true
	state, checks := s.state(), s.checks
	fresh := journal.In(r.options.Dir) // which proves all of it once more
	return fresh.Alone(ctx, func(log journal.Log) error {
		now, err := stand(log)
		if err != nil {
			return err
		}
		if now.state() != state || now.checks != checks || manifestOf(now, p.By) != p.Manifest {
			return refusal("state", "the review changed while it was sealed", "seal it again")
		}
		return r.keepPlan(p)
	})
}

// manifestOf is the hash of what somebody approves.
func manifestOf(s *standing, name string) string {
	text, err := s.manifest(name).Text()
	if err != nil {
		return ""
	}
	return manifest.SHA256(text)
}

// isSealing reports whether a seal is committed and not finished.
func (r *Review) isSealing() bool {
	text, err := os.ReadFile(filepath.Join(r.options.Dir, planFile))
	var p plan
	return err == nil && json.Unmarshal(text, &p) == nil && p.Committed
}

// complete does what is left of a seal that is committed. Each step sees whether
// it is done already, so that it may be cut short anywhere and called again. The
// bundle appears when everything else is recorded.
func (r *Review) complete(ctx context.Context, p plan) (Sealed, error) {
	sealed := Sealed{Release: p.Release, Date: p.Date, By: p.By, Manifest: p.Manifest}
	var err error
	if sealed.Register, err = r.register(ctx, p); errors.Is(err, release.ErrTaken) {
		return Sealed{}, errors.Join(err, r.undo(p)) // somebody took the name in the last moment
	}
	if err != nil {
		return Sealed{}, err
	}
	if err := r.inLedger(ctx, p, sealed); err != nil {
		return Sealed{}, err
	}
	if err := r.inJournal(ctx, sealed); err != nil {
		return Sealed{}, err
	}
	if err := appear(p); err != nil {
		return Sealed{}, err
	}
	return sealed, r.forget()
}

// register records the release, unless it is recorded, and returns the register's
// head then.
func (r *Review) register(ctx context.Context, p plan) (string, error) {
	register, err := release.OpenRegister(p.Register)
	if err != nil {
		return "", err
	}
	for i, one := range register.Releases {
		if string(one.Name) == p.Release && one.Date == p.Date && sameFiles(one, p.Files) {
			return register.SHA256(i), nil
		}
	}
	text, err := os.ReadFile(filepath.Join(r.options.Dir, leavingFile))
	if err != nil {
		return "", err
	}
	left, err := release.Parse(text)
	if err != nil {
		return "", err
	}
	register, err = release.Add(ctx, p.Register, left)
	return register.Head(), err
}

// sameFiles reports whether a release in the register is of the files of a seal.
func sameFiles(left release.Release, files []bundle.File) bool {
	return len(left.Files) == len(files) && !slices.ContainsFunc(files, func(file bundle.File) bool {
		return !slices.ContainsFunc(left.Files, func(f release.File) bool { return f.Path == file.Path && f.SHA256 == file.SHA256 })
	})
}

// inLedger adds the release to the ledger, unless it is there.
func (r *Review) inLedger(ctx context.Context, p plan, sealed Sealed) error {
	book := ledger.In(p.Ledger, r.options.Now)
	log, err := book.Read()
	if err != nil {
		return err
	}
	if _, there := log.Find(func(e ledger.Entry) bool { return e.Kind == ledger.Release && e.Says["seal"] == p.ID }); there {
		return nil
	}
	_, err = book.Add(ctx, ledger.Event{
		Kind: ledger.Release, Subject: "release " + p.Release,
		Hashes: map[string]string{"manifest": sealed.Manifest, "register": sealed.Register},
		Says:   map[string]string{"seal": p.ID, "by": p.By},
	})
	return err
}

// inJournal says in the review that it is sealed, unless it says so.
func (r *Review) inJournal(ctx context.Context, sealed Sealed) error {
	s, err := r.standing()
	if err != nil || s.sealed != nil {
		return err
	}
	_, err = r.addEntry(ctx, string(states.Seal), func(*standing) (any, error) { return sealed, nil })
	return err
}

// appear gives the bundle its name.
func appear(p plan) error {
	if _, err := os.Lstat(p.Draft); errors.Is(err, fs.ErrNotExist) {
		return nil // it has it already
	}
	if err := os.Rename(p.Draft, p.Out); err != nil {
		return err
	}
	return journal.SyncFolder(filepath.Dir(p.Out))
}

// undo takes away what was prepared.
func (r *Review) undo(p plan) error {
	return errors.Join(os.RemoveAll(p.Draft), r.forget())
}

// forget takes the plan away, last of all.
func (r *Review) forget() error {
	for _, name := range []string{leavingFile, planFile} {
		if err := os.Remove(filepath.Join(r.options.Dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return journal.SyncFolder(r.options.Dir)
}

// keep writes a file of the review's folder, whole or not at all.
func (r *Review) keep(name string, text []byte) error {
	draft, err := os.CreateTemp(r.options.Dir, draftPrefix+"*")
	if err != nil {
		return err
	}
	_, err = draft.Write(text)
	err = errors.Join(err, draft.Chmod(journal.FilePermission(r.options.Dir)), draft.Sync(), draft.Close())
	if err == nil {
		err = os.Rename(draft.Name(), filepath.Join(r.options.Dir, name))
	}
	if err != nil {
		return errors.Join(err, os.Remove(draft.Name()))
	}
	return journal.SyncFolder(r.options.Dir)
}
