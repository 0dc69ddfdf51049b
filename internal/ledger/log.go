package ledger

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// What is wrong with a ledger.
const (
	Changed   = "changed"
	Missing   = "missing"
	Reordered = "reordered"
	Repeated  = "repeated"
	Truncated = "truncated"
	Unproven  = "unproven"  // a checkpoint that no known key signed
	Misplaced = "misplaced" // an entry that contradicts those before it
)

// Fault is one thing that is wrong, and with which entries.
type Fault struct {
	Kind    string `json:"kind"`
	First   int64  `json:"first"` // an entry's number; 0 when it concerns a checkpoint's file
	Last    int64  `json:"last"`
	Message string `json:"message"`
}

func faultOf(kind string, first, last int64, format string, args ...any) Fault {
	name := fmt.Sprintf("entry %d", first)
	if last > first {
		name = fmt.Sprintf("entries %d to %d", first, last)
	}
	return Fault{kind, first, last, name + ": " + fmt.Sprintf(format, args...)}
}

// Log is a ledger as it was read.
type Log struct {
	Entries     []Entry // that can be read, in the order of the file
	Torn        int     // bytes of an entry at the end whose writing was cut short
	Faults      []Fault // of the entries; those of checkpoints are Verify's
	Checkpoints []Checkpoint
	tree        tree
}

// tree holds the hashes of a Merkle tree as tlog stores them.
type tree struct {
	hashes []tlog.Hash
	size   int64
}

func (t *tree) reader() tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		list := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			list[i] = t.hashes[index]
		}
		return list, nil
	})
}

func (t *tree) add(record []byte) error {
	hashes, err := tlog.StoredHashes(t.size, record, t.reader())
	t.hashes = append(t.hashes, hashes...)
	t.size++
	return err
}

// root returns the hash of the tree of the first so many records.
func (t *tree) root(size int64) (tlog.Hash, error) {
	return tlog.TreeHash(size, t.reader())
}

// parse reads the ledger's file and names every entry that is not as it was
// written.
func parse(text []byte) (Log, error) {
	var log Log
	end := bytes.LastIndexByte(text, '\n') + 1
	log.Torn = len(text) - end
	reading := reader{log: &log, next: 1, seen: map[int64]bool{}}
	for line := range bytes.Lines(text[:end]) {
		if err := reading.take(bytes.TrimSuffix(line, []byte("\n"))); err != nil {
			return log, err
		}
	}
	reading.close()
	return log, nil
}

// reader takes the lines of a ledger's file one after the other.
type reader struct {
	log    *Log
	next   int64 // the number that the next line should have
	latest time.Time
	seen   map[int64]bool
	begun  map[int64]Entry
	lost   bool // the tree differs from what an entry says; so it does from there on
}

func (r *reader) fault(kind string, first, last int64, format string, args ...any) {
	r.log.Faults = append(r.log.Faults, faultOf(kind, first, last, format, args...))
}

func (r *reader) take(line []byte) error {
	entry, record, err := parseLine(line)
	if err != nil {
		r.fault(Changed, r.next, r.next, "changed: its bytes are not those whose hash stands before them")
		r.seen[r.next] = true
		r.next++
		r.lost = true
		return r.log.tree.add(line)
	}
	if err := r.checkTree(entry); err != nil {
		return err
	}
	r.checkPlace(entry)
	r.checkTime(entry)
	r.checkEnd(entry)
	r.seen[entry.Number] = true
	r.next = max(r.next, entry.Number+1)
	r.log.Entries = append(r.log.Entries, entry)
	return r.log.tree.add(record)
}

// checkTree compares the tree so far with the one that an entry was added to.
// The first that differs names the entry before it: that one's own tree was
// right, so the change is in the entry itself.
func (r *reader) checkTree(entry Entry) error {
	if r.lost {
		return nil
	}
	before, err := r.log.tree.root(r.log.tree.size)
	if err != nil || before.String() == entry.Tree {
		return err
	}
	r.lost = true
	if entry.Number == r.next && r.next > 1 {
		r.fault(Changed, r.next-1, r.next-1, "changed: the entry after it was added to other ones")
	} else if entry.Number == 1 && r.next == 1 {
		r.fault(Changed, 1, 1, "changed: it was not the first")
	}
	return nil
}

func (r *reader) checkPlace(entry Entry) {
	switch {
	case r.seen[entry.Number]:
		r.fault(Repeated, entry.Number, entry.Number, "is there twice")
	case entry.Number < r.next:
		r.fault(Reordered, entry.Number, entry.Number, "reordered: it stands behind entry %d", r.next-1)
	}
}

func (r *reader) checkTime(entry Entry) {
	at := entry.At()
	if entry.Precedes != at.Before(r.latest) && !r.lost {
		r.fault(Misplaced, entry.Number, entry.Number, "does not say rightly whether its time precedes that of an earlier entry")
	}
	if at.After(r.latest) {
		r.latest = at
	}
}

// checkEnd sees that what an entry ends was begun, once.
func (r *reader) checkEnd(entry Entry) {
	if r.begun == nil {
		r.begun = map[int64]Entry{}
	}
	if entry.Phase == Begun {
		r.begun[entry.Number] = entry
	}
	if entry.Of == 0 || r.lost {
		return
	}
	begun, found := r.begun[entry.Of]
	if !found || begun.Kind != entry.Kind || begun.Subject != entry.Subject {
		r.fault(Misplaced, entry.Number, entry.Number, "ends entry %d, which did not begin it", entry.Of)
	}
	delete(r.begun, entry.Of)
}

// close names the entries that are not there.
func (r *reader) close() {
	expected := int64(1)
	for _, number := range slices.Sorted(maps.Keys(r.seen)) {
		if number > expected {
			r.fault(Missing, expected, number-1, "missing")
		}
		expected = number + 1
	}
	slices.SortStableFunc(r.log.Faults, func(a, b Fault) int { return cmp.Compare(a.First, b.First) })
}

// Size returns how many entries there are, whether they can be read or not.
func (l Log) Size() int64 { return l.tree.size }

// Open lists the entries that began what has no end: it was killed, or it is
// still under way.
func (l Log) Open() []Entry {
	ended := map[int64]bool{}
	for _, entry := range l.Entries {
		ended[entry.Of] = true
	}
	var open []Entry
	for _, entry := range l.Entries {
		if entry.Phase == Begun && !ended[entry.Number] {
			open = append(open, entry)
		}
	}
	return open
}

// Find returns the last entry that a test accepts.
func (l Log) Find(accept func(Entry) bool) (Entry, bool) {
	for _, entry := range slices.Backward(l.Entries) {
		if accept(entry) {
			return entry, true
		}
	}
	return Entry{}, false
}

// broken returns the first thing that is wrong, for whoever may not go on: who
// added to a ledger that differs from its checkpoints, or signed it, would cover
// up what was done to it. Whether the checkpoints are signed is not asked here.
func (l Log) broken() error {
	for _, fault := range l.Faults {
		return fmt.Errorf("%w: %s", ErrBroken, fault.Message)
	}
	for _, checkpoint := range l.Checkpoints {
		if checkpoint.Size > l.Size() {
			return fmt.Errorf("%w: %s", ErrBroken, truncated(l.Size(), checkpoint.Size).Message)
		}
		root, err := l.tree.root(checkpoint.Size)
		if err != nil {
			return err
		}
		if checkpoint.Size > 0 && root != checkpoint.Tree {
			return fmt.Errorf("%w: checkpoint %s is of other entries", ErrBroken, checkpoint.File)
		}
	}
	return nil
}

func truncated(size, signed int64) Fault {
	return faultOf(Truncated, size+1, signed, "cut off: a checkpoint of %d entries was signed", signed)
}
