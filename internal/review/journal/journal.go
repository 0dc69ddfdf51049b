// Package journal keeps the entries of a review on the disk.
//
// It is one file to which entries are only added, a line each. A line begins with
// the SHA-256 of its entry and every entry holds that of the line before, so that
// nothing can be changed, moved or taken out of the middle without its being seen.
//
// What it promises: an entry that Append returned is on the disk, whatever dies
// afterwards. One whose writing was cut short was never promised to anybody; it
// is left out, and taken away by whoever adds the next.
package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"tre-toolkit/internal/ledger/canonical"
)

// ErrBroken is returned for a journal that is not as it was written.
var ErrBroken = errors.New("the review's journal is not as it was written")

// Entry is one thing that somebody did.
type Entry struct {
	Number    int             `json:"entry"` // from 1
	At        string          `json:"at"`    // UTC, RFC 3339
	By        string          `json:"by"`    // the person, as the review knows them
	User      string          `json:"user"`  // the operating system's user
	Act       string          `json:"act"`
	Body      json.RawMessage `json:"body,omitempty"`
	CutShort  int             `json:"cut_short,omitempty"` // bytes of an unfinished entry that were here
	Previous  string          `json:"previous"`            // SHA-256 of the entry before; empty in the first
	Signature string          `json:"signature,omitempty"` // of Statement, by the person's key

	hash string
}

// Hash is the SHA-256 of the entry as it stands in the journal.
func (e Entry) Hash() string { return e.hash }

// Time returns when the entry was made.
func (e Entry) Time() time.Time {
	at, _ := time.Parse(time.RFC3339, e.At) // it was read once
	return at
}

// Statement is what is signed of an entry: all of it but the signature, the hash
// of everything before it included.
func (e Entry) Statement() (string, error) {
	e.Signature = ""
	text, err := canonical.Marshal(e)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return "tre-check review entry\n" + hex.EncodeToString(sum[:]) + "\n", nil
}

// Log is a journal as it was read.
type Log struct {
	Entries []Entry
	Torn    int // bytes of an entry at the end whose writing was cut short
}

// Head is the hash of the newest entry; it stands for all of them.
func (l Log) Head() string {
	if len(l.Entries) == 0 {
		return ""
	}
	return l.Entries[len(l.Entries)-1].hash
}

// The names in a journal's folder.
const (
	fileName = "journal"
	lockName = "journal.lock"
)

// Journal is the journal in one folder. Its methods may be called from several
// goroutines.
type Journal struct {
	dir string

	mutex sync.Mutex
	known Log // what was read so far
	end   int64
	file  fs.FileInfo
}

// In returns the journal of a folder, which must be there when an entry is added.
func In(dir string) *Journal { return &Journal{dir: dir} }

// mostBytes bounds a journal: it is untrusted as every input is.
const mostBytes = 1 << 30

// Read reads the journal as it is now; one that was never written to is empty. It
// is proven from its beginning when it is read first, and afterwards what was
// added. The error is ErrBroken when it is not as it was written.
func (j *Journal) Read() (Log, error) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	log, err := j.read()
	if err != nil {
		j.known, j.end, j.file = Log{}, 0, nil
	}
	return log, err
}

func (j *Journal) read() (Log, error) {
	file, err := os.Open(filepath.Join(j.dir, fileName))
	if errors.Is(err, fs.ErrNotExist) {
		j.known, j.end, j.file = Log{}, 0, nil
		return Log{}, nil
	}
	if err != nil {
		return Log{}, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return Log{}, err
	}
	if !info.Mode().IsRegular() || info.Size() > mostBytes {
		return Log{}, fmt.Errorf("%w: it is no file of its size", ErrBroken)
	}
	if !j.goesOn(info) {
		j.known, j.end = Log{}, 0
	}
	added, err := io.ReadAll(io.NewSectionReader(file, j.end, mostBytes))
	if err != nil {
		return Log{}, err
	}
	log := j.known
	err = log.add(added)
	j.known, j.end, j.file = log, j.end+int64(len(added)-log.Torn), info
	return log, err
}

// goesOn reports whether a file is the one that was read, perhaps with more behind.
func (j *Journal) goesOn(info fs.FileInfo) bool {
	return j.file != nil && os.SameFile(j.file, info) && info.Size() >= j.end
}

// Parse reads the text of a journal.
func Parse(text []byte) (Log, error) {
	var log Log
	err := log.add(text)
	return log, err
}

// add reads lines that follow.
func (l *Log) add(text []byte) error {
	end := bytes.LastIndexByte(text, '\n') + 1
	l.Torn = len(text) - end
	for line := range bytes.Lines(text[:end]) {
		entry, err := parseLine(bytes.TrimSuffix(line, []byte("\n")))
		number := len(l.Entries) + 1
		if err != nil {
			return fmt.Errorf("%w: entry %d: %w", ErrBroken, number, err)
		}
		if entry.Number != number || entry.Previous != l.Head() {
			return fmt.Errorf("%w: entry %d does not follow the one before it", ErrBroken, number)
		}
		l.Entries = append(l.Entries, entry)
	}
	return nil
}

func parseLine(line []byte) (Entry, error) {
	hash, text, _ := bytes.Cut(line, []byte(" "))
	sum := sha256.Sum256(text)
	if string(hash) != hex.EncodeToString(sum[:]) {
		return Entry{}, errors.New("its bytes are not those whose hash stands before them")
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	var entry Entry
	if err := decoder.Decode(&entry); err != nil {
		return Entry{}, errors.New("it is no entry")
	}
	form, err := canonical.Marshal(entry)
	if err != nil || !bytes.Equal(form, text) {
		return Entry{}, errors.New("it has another form than this program writes")
	}
	if _, err := time.Parse(time.RFC3339, entry.At); err != nil || entry.Act == "" {
		return Entry{}, errors.New("it has no time or no act")
	}
	entry.hash = string(hash)
	return entry, nil
}

// Append adds the entry that next makes of the journal as it then is. Nobody else
// adds to it meanwhile, so that what next found true of the journal is still true
// when the entry stands there. An error of next is returned as it is, and nothing
// is added. The number, the hash of the entry before and what was cut short are
// filled in before sign is called, which may be nil.
func (j *Journal) Append(ctx context.Context, next func(Log) (Entry, error), sign func(statement string) (string, error)) (entry Entry, err error) {
	err = j.Alone(ctx, func(log Log) error {
		entry, err = j.next(log, next, sign)
		return err
	})
	return entry, err
}

// Alone runs work while nobody else can add to the journal.
func (j *Journal) Alone(ctx context.Context, work func(Log) error) (err error) {
	lock := flock.New(filepath.Join(j.dir, lockName), flock.SetPermissions(FilePermission(j.dir)))
	const again = 5 * time.Millisecond
	if _, err := lock.TryLockContext(ctx, again); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	log, err := j.Read()
	if err != nil {
		return err
	}
	return work(log)
}

func (j *Journal) next(log Log, next func(Log) (Entry, error), sign func(statement string) (string, error)) (entry Entry, err error) {
	if entry, err = next(log); err != nil {
		return Entry{}, err
	}
	entry.Number, entry.Previous, entry.CutShort = len(log.Entries)+1, log.Head(), log.Torn
	if sign != nil {
		if err := entry.sign(sign); err != nil {
			return Entry{}, err
		}
	}
	text, err := canonical.Marshal(entry)
	if err != nil {
		return Entry{}, err
	}
	sum := sha256.Sum256(text)
	line := append([]byte(hex.EncodeToString(sum[:])+" "), text...)
	if entry, err = parseLine(line); err != nil { // as whoever reads it will
		return Entry{}, fmt.Errorf("this cannot be written to the journal: %w", err)
	}
	return entry, j.write(line, log)
}

func (e *Entry) sign(sign func(statement string) (string, error)) error {
	statement, err := e.Statement()
	if err != nil {
		return err
	}
	e.Signature, err = sign(statement)
	return err
}

// write adds a line. Its end is written when the rest is on the disk: a line that
// has its end is whole.
func (j *Journal) write(line []byte, log Log) (err error) {
	permission := FilePermission(j.dir)
	file, err := os.OpenFile(filepath.Join(j.dir, fileName), os.O_RDWR|os.O_CREATE, permission)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if len(log.Entries) == 0 {
		if err := file.Chmod(permission); err != nil { // the process's mask may have narrowed it
			return err
		}
	}
	end, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	start := end - int64(log.Torn)
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
	if len(log.Entries) > 0 {
		return nil
	}
	return SyncFolder(j.dir)
}

// FilePermission is that of a file which everybody may write who may write the
// folder: two reviewers are two users of the system.
func FilePermission(dir string) fs.FileMode {
	info, err := os.Stat(dir)
	if err != nil {
		return 0o600
	}
	return 0o600 | info.Mode().Perm()&0o060
}

// SyncFolder puts what was made or renamed in a folder on the disk.
func SyncFolder(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
