package warehouse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// Role says whose workspace it is.
type Role string

// The two roles: the research environment holds attributes and project keys,
// the trusted third party holds identifiers and the link key.
const (
	TRE Role = "tre"
	TTP Role = "ttp"
)

const (
	databaseFile  = "warehouse.duckdb"
	lockFile      = "lock"
	holderFile    = "holder.json"
	workspaceFile = "workspace.json"
	formatVersion = 1
)

// Errors that a caller may test for.
var (
	ErrNoWorkspace = errors.New("there is no workspace")
	ErrNotEmpty    = errors.New("the folder is not empty")
	ErrHeld        = errors.New("the workspace is in use")
)

// Workspace is an open workspace: a folder of one role with its warehouse,
// held for as long as it is open.
//
// A writer works on a copy, which takes the warehouse's place by one rename
// when the workspace is closed after a transaction. The database rewrites
// blocks of its file in place, so that a process killed, or a machine stopped,
// in the middle of such a write would leave a file that cannot be opened.
type Workspace struct {
	*Warehouse
	Dir     string
	Role    Role
	lock    *flock.Flock
	mode    mode
	changed bool // a transaction was kept: the copy is the warehouse now
}

type description struct {
	Format int  `json:"format"`
	Role   Role `json:"role"`
}

// Holder says who has a workspace open for writing.
type Holder struct {
	Process int       `json:"process"`
	Command string    `json:"command"`
	Since   time.Time `json:"since"`
}

// Create makes a workspace in a folder that is absent or empty, private to its
// owner. It appears whole or not at all.
func Create(ctx context.Context, dir string, role Role) (err error) {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s: %w", dir, ErrNotEmpty)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	draft, err := os.MkdirTemp(filepath.Dir(absolute), ".new-workspace-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(draft)) }()
	if err := furnish(ctx, draft, role); err != nil {
		return err
	}
	if err := os.Remove(absolute); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(draft, absolute)
}

func furnish(ctx context.Context, dir string, role Role) error {
	for _, folder := range []string{"tmp", "rejects", "keys"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o700); err != nil {
			return err
		}
	}
	text, err := json.Marshal(description{formatVersion, role})
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, workspaceFile), append(text, '\n'), 0o600); err != nil {
		return err
	}
	w, err := open(ctx, filepath.Join(dir, databaseFile), filepath.Join(dir, "tmp"), readWrite, Settings{})
	if err != nil {
		return err
	}
	err = w.Transaction(ctx, func() error { return w.createRegister(ctx) })
	return errors.Join(err, w.Close(), os.Chmod(filepath.Join(dir, databaseFile), 0o600))
}

// OpenForWriting opens a workspace that nobody else may use meanwhile; command
// is what a second comer is told.
func OpenForWriting(ctx context.Context, dir, command string, settings Settings) (*Workspace, error) {
	return openWorkspace(ctx, dir, command, readWrite, settings)
}

// OpenForReading opens a workspace that other readers may use too.
func OpenForReading(ctx context.Context, dir string, settings Settings) (*Workspace, error) {
	return openWorkspace(ctx, dir, "", readOnly, settings)
}

func openWorkspace(ctx context.Context, dir, command string, access mode, settings Settings) (*Workspace, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	described, err := describe(absolute)
	if err != nil {
		return nil, err
	}
	lock, err := hold(absolute, command, access)
	if err != nil {
		return nil, err
	}
	workspace := &Workspace{Dir: absolute, Role: described.Role, lock: lock, mode: access}
	if err := workspace.open(ctx, settings); err != nil {
		return nil, errors.Join(err, workspace.letGo())
	}
	return workspace, nil
}

func (w *Workspace) open(ctx context.Context, settings Settings) (err error) {
	path := w.databasePath()
	if w.mode == readWrite {
		// What a killed run left behind may hold rows.
		if err := clearFolder(w.tempDir()); err != nil {
			return err
		}
		if err := copyFile(path, w.draftPath()); err != nil {
			return err
		}
		path = w.draftPath()
	}
	w.Warehouse, err = open(ctx, path, w.tempDir(), w.mode, settings)
	return err
}

func (w *Workspace) databasePath() string { return filepath.Join(w.Dir, databaseFile) }
func (w *Workspace) tempDir() string      { return filepath.Join(w.Dir, "tmp") }
func (w *Workspace) draftPath() string    { return filepath.Join(w.tempDir(), databaseFile) }

// copyFile copies a file for its owner alone. Where the file system can, the
// copy shares its blocks with the original.
func copyFile(from, to string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}

// Transaction runs work in one transaction. When it returns without an error,
// what the work did is kept once the workspace is closed.
func (w *Workspace) Transaction(ctx context.Context, work func() error) error {
	if err := w.Warehouse.Transaction(ctx, work); err != nil {
		return err
	}
	// The log is merged into the file now, where a full disk is an error.
	if _, err := w.conn.ExecContext(ctx, "CHECKPOINT"); err != nil {
		return explain(err, "checkpoint")
	}
	w.changed = true
	return nil
}

func describe(dir string) (description, error) {
	var described description
	text, err := os.ReadFile(filepath.Join(dir, workspaceFile))
	if errors.Is(err, fs.ErrNotExist) {
		return described, fmt.Errorf("%s: %w", dir, ErrNoWorkspace)
	}
	if err != nil {
		return described, err
	}
	if err := json.Unmarshal(text, &described); err != nil || described.Format != formatVersion {
		return described, fmt.Errorf("%s: %w", filepath.Join(dir, workspaceFile), ErrDamaged)
	}
	return described, nil
}

func hold(dir, command string, access mode) (*flock.Flock, error) {
	lock := flock.New(filepath.Join(dir, lockFile), flock.SetPermissions(0o600))
	take := lock.TryRLock
	if access == readWrite {
		take = lock.TryLock
	}
	held, err := take()
	if err != nil {
		return nil, err
	}
	if !held {
		return nil, fmt.Errorf("%s: %w by %s", dir, ErrHeld, holderOf(dir, lock))
	}
	if access == readWrite {
		if err := writeHolder(dir, command); err != nil {
			return nil, errors.Join(err, lock.Unlock())
		}
	}
	return lock, nil
}

func writeHolder(dir, command string) error {
	text, err := json.Marshal(Holder{os.Getpid(), command, time.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, holderFile), append(text, '\n'), 0o600)
}

// holderOf says who has the workspace open. Whoever can share it now was kept
// out by readers, whatever a killed writer has left behind.
func holderOf(dir string, lock *flock.Flock) string {
	if shared, err := lock.TryRLock(); err == nil && shared {
		_ = lock.Unlock() // nothing was done under it
		return "a reader"
	}
	var holder Holder
	text, err := os.ReadFile(filepath.Join(dir, holderFile))
	if err != nil || json.Unmarshal(text, &holder) != nil {
		return "another process"
	}
	return fmt.Sprintf("process %d (%s) since %s", holder.Process, holder.Command, holder.Since.Format(time.RFC3339))
}

func clearFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := os.RemoveAll(filepath.Join(dir, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

// RejectsDir is where rejected rows are listed: file, line, column, reason.
func (w *Workspace) RejectsDir() string { return filepath.Join(w.Dir, "rejects") }

// KeysDir is where the workspace keeps its encrypted root key.
func (w *Workspace) KeysDir() string { return filepath.Join(w.Dir, "keys") }

// Close closes the warehouse, puts what was written in its place and lets go of
// the workspace.
func (w *Workspace) Close() error {
	err := w.Warehouse.Close()
	if err == nil && w.changed {
		err = w.publish()
	}
	return errors.Join(err, w.letGo())
}

// publish makes the copy the warehouse. The rename is the moment of change.
func (w *Workspace) publish() error {
	if err := syncPath(w.draftPath()); err != nil {
		return err
	}
	if err := os.Rename(w.draftPath(), w.databasePath()); err != nil {
		return err
	}
	return syncPath(w.Dir)
}

// syncPath waits until a file or a folder is on the disk.
func syncPath(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// letGo removes what a writer leaves and unlocks the workspace.
func (w *Workspace) letGo() error {
	var err error
	if w.mode == readWrite {
		err = errors.Join(clearFolder(w.tempDir()), os.Remove(filepath.Join(w.Dir, holderFile)))
	}
	return errors.Join(err, w.lock.Unlock())
}
