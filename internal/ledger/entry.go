// Package ledger keeps the record of what was done in a workspace: every load,
// freeze, plan, amendment, run, verification, waiver, release and key, who did it and
// when.
//
// It is a Merkle log as of RFC 6962 (package tlog). Entries are only added, one
// a line; each holds the hash of the tree before it, so that one that is
// changed, removed or moved is named. Adding needs no key. Whoever has the
// workspace's identity signs a checkpoint, a note of the tree's size and hash:
// from then on nothing up to there can be changed, removed or cut off without
// its being told, even by somebody who writes the whole file again.
//
// An entry has no count of people and no identifier: there is no field for a
// number, and hashes are all that it says of files.
package ledger

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"tre-toolkit/internal/ledger/canonical"
)

// Kind is what an entry is about.
type Kind string

// The kinds of entries.
const (
	Load        Kind = "load"
	Freeze      Kind = "freeze"
	Withdrawals Kind = "withdrawals"
	Plan        Kind = "plan"
	Amendment   Kind = "amendment"
	Run         Kind = "run"
	Verify      Kind = "verify"
	Waiver      Kind = "waiver"
	Release     Kind = "release"
	Key         Kind = "key" // a root key, with the public key that checks its signatures
)

var kinds = map[Kind]bool{
	Load: true, Freeze: true, Withdrawals: true, Plan: true, Amendment: true, Run: true, Verify: true, Waiver: true, Release: true, Key: true,
}

// Phase says where a piece of work stands that changes something outside the
// ledger. It begins with an entry before the change, and ends with one after it:
// what changed without a record is impossible, and what began and has no end is
// named.
type Phase string

// The phases; what changes nothing has none.
const (
	Begun  Phase = "begun"
	Done   Phase = "done"
	Failed Phase = "failed"
)

// Event is what somebody does.
type Event struct {
	Kind    Kind
	Subject string            // NHSE_IAPT@3, freeze 16, llc_0042
	Hashes  map[string]string // by name: plan, manifest, delivery
	Says    map[string]string // by name: states, reason, by

	// Settle returns hashes that follow from what the ledger holds already. It is
	// called while nobody else can add to it.
	Settle func(Log) map[string]string
}

// Entry is one line of the ledger.
type Entry struct {
	Number   int64             `json:"entry"` // from 1
	Time     string            `json:"time"`  // UTC, RFC 3339
	Precedes bool              `json:"precedes,omitempty"`
	User     string            `json:"user"`
	Kind     Kind              `json:"kind"`
	Phase    Phase             `json:"phase,omitempty"`
	Of       int64             `json:"of,omitempty"` // the entry that began what this one ends
	Subject  string            `json:"subject"`
	Hashes   map[string]string `json:"hashes,omitempty"`
	Says     map[string]string `json:"says,omitempty"`
	CutShort int               `json:"cut_short,omitempty"` // bytes of an unfinished entry that were here
	Tree     string            `json:"tree"`                // hash of the tree of all entries before this
}

// ErrEvent says that something does not belong into the ledger.
var ErrEvent = errors.New("this cannot be written to the ledger")

// errLine says that a line of the ledger's file is not an entry.
var errLine = errors.New("not an entry")

const (
	longestText = 1000
	longestLine = 64 << 10
	mostEntries = 1 << 53 // what JSON numbers hold
)

var (
	fieldName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,40}$`)
	hashText  = regexp.MustCompile(`^[0-9a-f]{16}([0-9a-f]{48})?$`) // a key's id, or SHA-256
)

func (e Event) check() error {
	if !kinds[e.Kind] || e.Subject == "" || !IsPrintable(e.Subject) {
		return fmt.Errorf("%w: its kind or subject", ErrEvent)
	}
	for name, hash := range e.Hashes {
		if !fieldName.MatchString(name) || !hashText.MatchString(hash) {
			return fmt.Errorf("%w: %s is no hash", ErrEvent, name)
		}
	}
	if _, err := note.NewVerifier(e.Says[verifierField]); e.Kind == Key && err != nil {
		return fmt.Errorf("%w: %w", ErrKey, err)
	}
	for name, text := range e.Says {
		if !fieldName.MatchString(name) || !IsPrintable(text) {
			return fmt.Errorf("%w: %s", ErrEvent, name)
		}
	}
	return nil
}

// IsPrintable reports whether a text is short enough for an entry and holds nothing
// that steers a terminal.
func IsPrintable(text string) bool {
	if len(text) > longestText || !utf8.ValidString(text) {
		return false
	}
	for _, character := range text {
		if !unicode.IsPrint(character) {
			return false
		}
	}
	return true
}

// line returns the entry's canonical JSON behind its own record hash, without
// the end of the line.
func (e Entry) line() (line, record []byte, err error) {
	record, err = canonical.Marshal(e)
	if err != nil {
		return nil, nil, err
	}
	line = append([]byte(tlog.RecordHash(record).String()), ' ')
	return append(line, record...), record, nil
}

// parseLine reads a line: its record, and the entry that is in it. The hash is of
// the record's bytes, so that no other form of the same entry can stand for it.
func parseLine(line []byte) (entry Entry, record []byte, err error) {
	hash, record, found := bytes.Cut(line, []byte(" "))
	if !found || len(line) > longestLine || tlog.RecordHash(record).String() != string(hash) {
		return Entry{}, nil, errLine
	}
	decoder := json.NewDecoder(bytes.NewReader(record))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&entry); err != nil {
		return Entry{}, nil, errLine
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Entry{}, nil, errLine
	}
	return entry, record, entry.check()
}

func (e Entry) check() error {
	event := Event{Kind: e.Kind, Subject: e.Subject, Hashes: e.Hashes, Says: e.Says}
	_, when := time.Parse(time.RFC3339, e.Time)
	tree, encoding := base64.StdEncoding.DecodeString(e.Tree)
	isPhase := e.Phase == "" || e.Phase == Begun || e.Phase == Done || e.Phase == Failed
	ends := e.Phase == Done || e.Phase == Failed
	if event.check() != nil || when != nil || encoding != nil || len(tree) != tlog.HashSize || !isPhase || ends != (e.Of != 0) ||
		e.Number < 1 || e.Number > mostEntries || e.CutShort < 0 || e.User == "" || !IsPrintable(e.User) {
		return errLine
	}
	return nil
}

// At returns the entry's time.
func (e Entry) At() time.Time {
	at, _ := time.Parse(time.RFC3339, e.Time) // it was read once
	return at
}
