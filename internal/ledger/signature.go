package ledger

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Errors of signed notes that a caller may test for.
var (
	ErrKey      = errors.New("this is no public key of a signer")
	ErrUnsigned = errors.New("this is not signed by a key that counts")
)

// Open returns the text of a note that one of the public keys signed, and the
// name of that key. A note has one signature here, and one form: no byte of it
// can be another and mean the same.
//
// The errors are ErrKey and ErrUnsigned.
func Open(signed []byte, keys ...string) (text, signer string, err error) {
	known, err := verifiers(keys)
	if err != nil {
		return "", "", err
	}
	opened, err := note.Open(signed, known)
	if err != nil || len(opened.Sigs) != 1 || len(opened.UnverifiedSigs) != 0 {
		return "", "", ErrUnsigned
	}
	if _, err := base64.StdEncoding.Strict().DecodeString(opened.Sigs[0].Base64); err != nil {
		return "", "", ErrUnsigned
	}
	return opened.Text, opened.Sigs[0].Name, nil
}

// ParseVerifier returns a public key as it stands in a file, or ErrKey.
func ParseVerifier(text []byte) (string, error) {
	key := strings.TrimSpace(string(text))
	if _, err := note.NewVerifier(key); err != nil {
		return "", fmt.Errorf("%w: %w", ErrKey, err)
	}
	return key, nil
}

// verifiers parses public keys; the same one may be named twice.
func verifiers(keys []string) (note.Verifiers, error) {
	var list []note.Verifier
	done := map[string]bool{"": true}
	for _, key := range keys {
		if done[key] {
			continue
		}
		done[key] = true
		verifier, err := note.NewVerifier(key)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrKey, err)
		}
		list = append(list, verifier)
	}
	return note.VerifierList(list...), nil
}
