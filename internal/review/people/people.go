// Package people says who does something in a review: a user of the operating
// system, or somebody on a list of names and public keys, who signs.
//
// Without a list the operating system's word is all there is. With one, every
// decision is signed with Ed25519, and nobody who lacks the private key can decide
// in another's name, not even somebody who may write the review's folder.
package people

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/user"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/mod/sumdb/note"

	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/spec"
)

// Errors that a caller may test for.
var (
	ErrPrivateKey = errors.New("this is no private key of a reviewer")
	ErrOpenKey    = errors.New("others may read this private key")
	ErrSignature  = errors.New("the signature is not of this, or not by that key")
)

// Person is somebody on a list of reviewers.
type Person struct {
	Name string `toml:"name" json:"name"`
	Key  string `toml:"key" json:"key"` // the public key, as ledger.ParseVerifier takes it
}

// Roster is a list of reviewers, by name.
type Roster []Person

var namePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$`)

// ParseName reads the name of a person who signs.
func ParseName(text string) (string, error) {
	if !namePattern.MatchString(text) {
		return "", fmt.Errorf("%.80q is no name of a reviewer: letters, digits, dots, dashes and @, 64 at most", text)
	}
	return text, nil
}

// mostRoster bounds a list, which is untrusted as every input is.
const mostRoster = 1 << 20

// ParseRoster reads a list of reviewers in TOML:
//
//	[[person]]
//	name = "ada"
//	key = "ada+5f3c2a10+AZ..."   # what tre-check reviewer new printed
//
// The error is a *spec.Invalid that lists its faults under the name given.
func ParseRoster(name string, r io.Reader) (Roster, error) {
	text, err := io.ReadAll(io.LimitReader(r, mostRoster+1))
	if err != nil {
		return nil, err
	}
	if len(text) > mostRoster {
		return nil, &spec.Invalid{Faults: []spec.Fault{{File: name, Message: "is longer than a list of reviewers is"}}}
	}
	var list struct {
		People Roster `toml:"person"`
	}
	if err := spec.Decode(name, text, &list); err != nil {
		return nil, err
	}
	var faults []spec.Fault
	for i, person := range list.People {
		for key, why := range person.faults(list.People[:i]) {
			faults = append(faults, spec.Fault{File: name, Line: spec.LineInBlock(text, "person", i+1, key), Message: why})
		}
	}
	if len(list.People) == 0 {
		faults = append(faults, spec.Fault{File: name, Message: "names nobody: it has a [[person]] for each reviewer"})
	}
	if len(faults) > 0 {
		slices.SortStableFunc(faults, func(a, b spec.Fault) int { return a.Line - b.Line })
		return nil, &spec.Invalid{Faults: faults}
	}
	return list.People, nil
}

// faults says what is wrong with a person, by the setting.
func (p Person) faults(earlier Roster) map[string]string {
	faults := map[string]string{}
	if _, err := ParseName(p.Name); err != nil {
		faults["name"] = err.Error()
	} else if slices.ContainsFunc(earlier, func(other Person) bool { return strings.EqualFold(other.Name, p.Name) }) {
		faults["name"] = p.Name + " is named twice"
	}
	verifier, err := note.NewVerifier(p.Key)
	switch {
	case err != nil:
		faults["key"] = "the key is no public key of a reviewer"
	case verifier.Name() != p.Name:
		faults["key"] = fmt.Sprintf("the key is that of %.80q", verifier.Name())
	case slices.ContainsFunc(earlier, func(other Person) bool { return bytes.Equal(keyBytes(other.Key), keyBytes(p.Key)) }):
		faults["key"] = "two people have the same key"
	}
	return faults
}

// keyBytes is a public key without the name that it goes by.
func keyBytes(key string) []byte {
	parts := strings.SplitN(key, "+", 3)
	return []byte(parts[len(parts)-1])
}

// Key returns the public key of a person, or nothing.
func (r Roster) Key(name string) string {
	for _, person := range r {
		if person.Name == name {
			return person.Key
		}
	}
	return ""
}

// Me is who runs the program.
type Me struct {
	Name   string // as the review knows them
	User   string // as the operating system knows them
	signer note.Signer
}

// System returns the operating system's user. They sign nothing.
func System() Me {
	name := systemUser()
	return Me{Name: name, User: name}
}

// systemUser names who runs the program.
func systemUser() string {
	current, err := user.Current()
	if err != nil || current.Username == "" || strings.ContainsFunc(current.Username, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "user " + strconv.Itoa(os.Getuid())
	}
	return current.Username
}

// Signing returns the person whose private key that is, as NewKey made it.
func Signing(private string) (Me, error) {
	signer, err := note.NewSigner(strings.TrimSpace(private))
	if err != nil {
		return Me{}, ErrPrivateKey // the library's error may quote the key
	}
	if _, err := ParseName(signer.Name()); err != nil {
		return Me{}, ErrPrivateKey
	}
	me := Me{Name: signer.Name(), User: systemUser(), signer: signer}
	return me, nil
}

// ReadKey reads the file of a private key. One that others may read is ErrOpenKey.
func ReadKey(path string) (Me, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return Me{}, err
	}
	if !info.Mode().IsRegular() {
		return Me{}, ErrPrivateKey
	}
	const others fs.FileMode = 0o077
	if info.Mode().Perm()&others != 0 {
		return Me{}, ErrOpenKey
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return Me{}, err
	}
	return Signing(string(text))
}

// NewKey makes a key: what the person keeps, and what stands in the list.
func NewKey(name string) (private, public string, err error) {
	if _, err := ParseName(name); err != nil {
		return "", "", err
	}
	return note.GenerateKey(rand.Reader, name)
}

// Signs reports whether the person signs what they do.
func (m Me) Signs() bool { return m.signer != nil }

// Sign signs a text, which ends its last line, and returns the signature in one
// line of text.
func (m Me) Sign(text string) (string, error) {
	if m.signer == nil {
		return "", ErrPrivateKey
	}
	signed, err := note.Sign(&note.Note{Text: text}, m.signer)
	if err != nil {
		return "", err
	}
	return string(signed[len(text)+1 : len(signed)-1]), nil
}

// Verify returns ErrSignature unless the owner of a public key signed the text,
// and ledger.ErrKey for what is no public key.
func Verify(key, text, signature string) error {
	if strings.ContainsRune(signature, '\n') {
		return ErrSignature
	}
	opened, _, err := ledger.Open([]byte(text+"\n"+signature+"\n"), key)
	if errors.Is(err, ledger.ErrKey) {
		return err
	}
	if err != nil || opened != text {
		return ErrSignature
	}
	return nil
}

// Format withholds the key from every verb of package fmt.
func (m Me) Format(state fmt.State, _ rune) { fmt.Fprint(state, m.Name) }
