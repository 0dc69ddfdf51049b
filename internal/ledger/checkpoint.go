package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// origin is the first line of every checkpoint, so that no other signed note can
// pass for one. The form is that of C2SP's tlog-checkpoint: origin, size, hash.
const origin = "tre-extract ledger"

// Checkpoint is a signed statement of how many entries there were, and the hash
// of their tree.
type Checkpoint struct {
	File   string // its name in the folder of checkpoints
	Size   int64
	Tree   tlog.Hash
	signed []byte
}

func checkpointText(size int64, root tlog.Hash) string {
	return fmt.Sprintf("%s\n%d\n%s\n", origin, size, root)
}

var errCheckpoint = errors.New("not a checkpoint")

// ParseCheckpoint reads a checkpoint. That it is signed is for Verify to say.
func ParseCheckpoint(signed []byte) (Checkpoint, error) {
	text, _, found := bytes.Cut(signed, []byte("\n\n"))
	lines := strings.Split(string(text), "\n")
	if !found || len(lines) != 3 || lines[0] != origin {
		return Checkpoint{}, errCheckpoint
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 1 || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, errCheckpoint
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil || root.String() != lines[2] {
		return Checkpoint{}, errCheckpoint
	}
	return Checkpoint{Size: size, Tree: root, signed: signed}, nil
}

// Text returns the checkpoint as it was signed, to be kept elsewhere.
func (c Checkpoint) Text() []byte { return bytes.Clone(c.signed) }

// Verifiers returns the public keys that entries of the ledger name, the oldest
// first.
func (l Log) Verifiers() []string {
	var keys []string
	for _, entry := range l.Entries {
		if verifier := entry.Says[verifierField]; entry.Kind == Key && verifier != "" {
			keys = append(keys, verifier)
		}
	}
	return keys
}

const verifierField = "verifier"

// KeyEvent returns the event of a root key: its id, which version it is, and the
// public key that checks what it signs.
func KeyEvent(version int, id, verifier string) Event {
	return Event{
		Kind: Key, Subject: fmt.Sprintf("root key %d", version),
		Hashes: map[string]string{"key_id": id}, Says: map[string]string{verifierField: verifier, "version": strconv.Itoa(version)},
	}
}

// NewestKey returns the id and the version of the root key that was named last;
// found is false when none was.
func (l Log) NewestKey() (id string, version int, found bool) {
	entry, found := l.Find(func(e Entry) bool { return e.Kind == Key })
	version, _ = strconv.Atoi(entry.Says["version"]) // 0 in an entry that says none
	return entry.Hashes["key_id"], version, found
}

// Report is what verifying a ledger tells.
type Report struct {
	Entries  int64   `json:"entries"`
	Signed   int64   `json:"signed"`   // how many of them a checkpoint covers
	Unsigned int64   `json:"unsigned"` // how many at the end it does not
	Torn     int     `json:"torn_bytes"`
	Open     []int64 `json:"open"` // entries that began what has no end
	Precede  []int64 `json:"precede"`
	Faults   []Fault `json:"faults"`
	SignedBy string  `json:"signed_by"` // the name of the newest checkpoint's key
}

// OK reports whether every entry is as it was written.
func (r Report) OK() bool { return len(r.Faults) == 0 }

// Verify compares the entries with each other and with every checkpoint. With a
// trusted key, kept elsewhere, a checkpoint counts when that key signed it, or
// one that an entry under such a checkpoint names. Without one ("") the keys are
// those that the ledger names, and whoever can write the whole folder could have
// put his own into it. Kept checkpoints are held against the entries too.
//
// A public key that cannot be read is an ErrKey.
func (l Log) Verify(trusted string, kept ...Checkpoint) (Report, error) {
	report := Report{
		Entries: l.Size(), Torn: l.Torn, Open: []int64{}, Precede: []int64{}, Faults: append([]Fault{}, l.Faults...),
	}
	for _, entry := range l.Open() {
		report.Open = append(report.Open, entry.Number)
	}
	for _, entry := range l.Entries {
		if entry.Precedes {
			report.Precede = append(report.Precede, entry.Number)
		}
	}
	proof := proof{log: l, report: &report, keys: []string{trusted}}
	if trusted == "" {
		proof.keys = l.Verifiers()
	}
	err := proof.hold(append(slices.Clone(l.Checkpoints), kept...))
	if trusted != "" && report.Signed == 0 {
		proof.fault(Fault{Unproven, 0, 0, "no checkpoint is signed by the key that was named"})
	}
	report.Unsigned = max(0, report.Entries-report.Signed)
	return report, err
}

// proof holds checkpoints against entries.
type proof struct {
	log    Log
	report *Report
	keys   []string // public keys whose signatures count
}

func (p *proof) fault(fault Fault) { p.report.Faults = append(p.report.Faults, fault) }

// hold takes the checkpoints that a key which counts has signed, until there are
// no more. The keys that entries name under such a checkpoint count from then on.
func (p *proof) hold(checkpoints []Checkpoint) error {
	for again := true; again; {
		again = false
		keys := slices.Clone(p.keys)
		var left []Checkpoint
		for _, checkpoint := range checkpoints {
			_, signer, err := Open(checkpoint.signed, keys...)
			if errors.Is(err, ErrKey) {
				return err
			}
			if err != nil || checkpoint.Size == 0 {
				left = append(left, checkpoint)
				continue
			}
			again = true
			if err := p.take(checkpoint, signer); err != nil {
				return err
			}
		}
		checkpoints = left
	}
	for _, checkpoint := range checkpoints {
		if checkpoint.Size > p.log.Size() { // the key may be named in what was cut off
			p.fault(truncated(p.log.Size(), checkpoint.Size))
		}
		p.fault(Fault{Unproven, 0, 0, fmt.Sprintf("checkpoint %s: is not signed by a key that counts", checkpoint.File)})
	}
	return nil
}

// take compares a checkpoint that is signed with the entries under it.
func (p *proof) take(checkpoint Checkpoint, signer string) error {
	if checkpoint.Size > p.log.Size() {
		p.fault(truncated(p.log.Size(), checkpoint.Size))
		return nil
	}
	root, err := p.log.tree.root(checkpoint.Size)
	if err != nil {
		return err
	}
	if root != checkpoint.Tree {
		p.differs(checkpoint.Size)
		return nil
	}
	if checkpoint.Size >= p.report.Signed {
		p.report.Signed, p.report.SignedBy = checkpoint.Size, signer
	}
	for _, entry := range p.log.Entries {
		if entry.Kind == Key && entry.Number <= checkpoint.Size {
			p.keys = append(p.keys, entry.Says[verifierField])
		}
	}
	return nil
}

// differs names the entries between the last checkpoint that holds and one that
// does not, unless the entries themselves have told already which it is.
func (p *proof) differs(size int64) {
	for _, fault := range p.report.Faults {
		if fault.First > 0 && fault.First <= size {
			return
		}
	}
	p.fault(faultOf(Changed, p.report.Signed+1, size, "changed since they were signed"))
}
