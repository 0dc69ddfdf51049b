package ledger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"golang.org/x/mod/sumdb/note"
)

// The names within a ledger's folder. A copy of the folder that is made in their
// order has every entry that its checkpoints cover.
const (
	folderName        = "ledger"
	checkpointsFolder = "checkpoints"
	entriesFile       = "entries"
	lockFile          = "lock"
)

// Errors that a caller may test for.
var (
	ErrBroken = errors.New("the ledger is not as it was written")
	ErrLink   = errors.New("the ledger is a link")
)

// Ledger is the ledger of one workspace.
type Ledger struct {
	dir string
	now func() time.Time
}

// In returns the ledger of a workspace's folder; the clock says what time its
// entries have.
func In(workspace string, now func() time.Time) Ledger {
	return Ledger{filepath.Join(workspace, folderName), now}
}

// Read reads the ledger as it is now. One that was never written to is empty.
func (l Ledger) Read() (Log, error) {
	root, err := l.open()
	if errors.Is(err, fs.ErrNotExist) {
		return Log{}, nil
	}
	if err != nil {
		return Log{}, err
	}
	defer root.Close()
	return read(root)
}

// open opens the ledger's folder; nothing outside it can be reached through it.
func (l Ledger) open() (*os.Root, error) {
	info, err := os.Lstat(l.dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s: %w", l.dir, ErrLink)
	}
	return os.OpenRoot(l.dir)
}

// read reads the checkpoints before the entries: whoever adds to both meanwhile
// adds an entry first.
func read(root *os.Root) (Log, error) {
	checkpoints, err := readCheckpoints(root)
	if err != nil {
		return Log{}, err
	}
	text, err := root.ReadFile(entriesFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Log{}, err
	}
	log, err := parse(text)
	log.Checkpoints = checkpoints
	return log, err
}

// readCheckpoints returns the checkpoints, the smallest first.
func readCheckpoints(root *os.Root) ([]Checkpoint, error) {
	entries, err := fs.ReadDir(root.FS(), checkpointsFolder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var list []Checkpoint
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".note") {
			continue // one whose writing was cut short
		}
		signed, err := root.ReadFile(filepath.Join(checkpointsFolder, entry.Name()))
		if err != nil {
			return nil, err
		}
		checkpoint, err := ParseCheckpoint(signed)
		if err != nil {
			checkpoint = Checkpoint{signed: signed} // which Verify names
		}
		checkpoint.File = entry.Name()
		list = append(list, checkpoint)
	}
	slices.SortStableFunc(list, func(a, b Checkpoint) int { return cmp.Compare(a.Size, b.Size) })
	return list, err
}

// Add adds an entry. It waits for whoever is adding one, and refuses to add to a
// ledger that is not as it was written. An entry whose writing was cut short is
// taken away, and the new one says so.
func (l Ledger) Add(ctx context.Context, event Event) (Entry, error) {
	return l.add(ctx, event, "", 0)
}

// Work is something under way: it was begun in the ledger and has no end there.
type Work struct {
	ledger Ledger
	Entry  Entry
}

// Begin adds the entry before a change, and returns the work that is to end.
func (l Ledger) Begin(ctx context.Context, event Event) (Work, error) {
	entry, err := l.add(ctx, event, Begun, 0)
	return Work{l, entry}, err
}

// End adds the entry after the change, with the hashes that it gave, or says
// that there was none because of an error. It is added even if the work was
// interrupted.
func (w Work) End(ctx context.Context, hashes map[string]string, failure error) error {
	phase := Done
	if failure != nil {
		phase, hashes = Failed, nil
	}
	event := Event{Kind: w.Entry.Kind, Subject: w.Entry.Subject, Hashes: hashes}
	_, err := w.ledger.add(context.WithoutCancel(ctx), event, phase, w.Entry.Number)
	return err
}

func (l Ledger) add(ctx context.Context, event Event, phase Phase, of int64) (entry Entry, err error) {
	if err := event.check(); err != nil {
		return Entry{}, err
	}
	err = l.alone(ctx, func(root *os.Root, log Log) error {
		entry, err = l.entry(event, phase, of, log)
		if err != nil {
			return err
		}
		return write(root, entry, log.Torn)
	})
	return entry, err
}

// alone runs work while nobody else can add to the ledger.
func (l Ledger) alone(ctx context.Context, work func(*os.Root, Log) error) (err error) {
	if err := os.Mkdir(l.dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	root, err := l.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	lock := flock.New(filepath.Join(l.dir, lockFile), flock.SetPermissions(0o600))
	const again = 5 * time.Millisecond
	if _, err := lock.TryLockContext(ctx, again); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	log, err := read(root)
	if err != nil {
		return err
	}
	if err := log.broken(); err != nil {
		return err
	}
	return work(root, log)
}

// entry returns the next entry of a log.
func (l Ledger) entry(event Event, phase Phase, of int64, log Log) (Entry, error) {
	before, err := log.tree.root(log.tree.size)
	if err != nil {
		return Entry{}, err
	}
	entry := Entry{
		Number: log.Size() + 1, Time: l.now().UTC().Format(time.RFC3339), User: UserName(), Kind: event.Kind, Phase: phase, Of: of,
		Subject: event.Subject, Hashes: maps.Clone(event.Hashes), Says: event.Says, CutShort: log.Torn, Tree: before.String(),
	}
	for _, earlier := range log.Entries {
		entry.Precedes = entry.Precedes || entry.At().Before(earlier.At())
	}
	if event.Settle != nil {
		if entry.Hashes == nil {
			entry.Hashes = map[string]string{}
		}
		maps.Copy(entry.Hashes, event.Settle(log))
	}
	return entry, entry.check()
}

// UserName returns who runs the program, as the operating system knows them.
func UserName() string {
	current, err := user.Current()
	if err != nil || !IsPrintable(current.Username) || current.Username == "" {
		return "user " + strconv.Itoa(os.Getuid())
	}
	return current.Username
}

// write adds a line. The end of the line is written when the rest is on the
// disk: a line that has its end is whole.
func write(root *os.Root, entry Entry, torn int) (err error) {
	line, _, err := entry.line()
	if err != nil {
		return err
	}
	file, err := root.OpenFile(entriesFile, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	end, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	start := end - int64(torn)
	if err := file.Truncate(start); err != nil {
		return err
	}
	at := start
	for _, part := range [][]byte{line, []byte("\n")} {
		_, err := file.WriteAt(part, at)
		if err == nil {
			err = file.Sync()
		}
		if err != nil {
			return errors.Join(err, file.Truncate(start))
		}
		at += int64(len(part))
	}
	if entry.Number == 1 {
		return syncFolder(root, ".")
	}
	return nil
}

func syncFolder(root *os.Root, name string) error {
	folder, err := root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// Signer signs checkpoints and says which public key checks them.
type Signer interface {
	note.Signer
	Verifier() string
}

// Sign signs a checkpoint of the ledger as it is. A key that the ledger does not
// name yet is named first. Whoever keeps the checkpoint elsewhere can tell later
// that nothing up to here was changed or cut off.
func (l Ledger) Sign(ctx context.Context, signer Signer, key Event) (checkpoint Checkpoint, err error) {
	log, err := l.Read()
	if err != nil {
		return Checkpoint{}, err
	}
	if !slices.Contains(log.Verifiers(), signer.Verifier()) {
		if _, err := l.Add(ctx, key); err != nil {
			return Checkpoint{}, err
		}
	}
	err = l.alone(ctx, func(root *os.Root, log Log) error {
		tree, err := log.tree.root(log.Size())
		if err != nil {
			return err
		}
		signed, err := note.Sign(&note.Note{Text: checkpointText(log.Size(), tree)}, signer)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("%012d-%08x.note", log.Size(), signer.KeyHash())
		checkpoint = Checkpoint{File: name, Size: log.Size(), Tree: tree, signed: signed}
		return keep(root, name, signed)
	})
	return checkpoint, err
}

// keep writes a checkpoint's file, whole or not at all.
func keep(root *os.Root, name string, signed []byte) error {
	if err := root.Mkdir(checkpointsFolder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	path := filepath.Join(checkpointsFolder, name)
	draft := strings.TrimSuffix(path, ".note") + ".new"
	file, err := root.OpenFile(draft, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(signed)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := root.Rename(draft, path); err != nil {
		return err
	}
	return syncFolder(root, checkpointsFolder)
}
