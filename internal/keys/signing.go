package keys

import (
	"crypto/ed25519"
	"fmt"

	"golang.org/x/mod/sumdb/note"
)

// Signer signs manifests and the ledger's checkpoints as notes (package note),
// with an Ed25519 key of its own that is derived from the root key. It holds
// functions only, so that no way of printing it shows a key.
type Signer struct {
	verifier string
	known    note.Verifier
	sign     func(message []byte) ([]byte, error)
}

// signerPrefix begins a signer's name; the root key's id follows, so that a
// signature says which key made it.
const signerPrefix = "tre-extract/"

// Signer returns the signer of a root key. What it signs says in its first line
// what it is, so that a signature of one thing can never pass for one of
// another.
func (r Root) Signer() (Signer, error) {
	seed := r.derive("sign")
	private := ed25519.NewKeyFromSeed(seed[:])
	verifier, err := note.NewEd25519VerifierKey(signerPrefix+r.ID(), private.Public().(ed25519.PublicKey))
	if err != nil {
		return Signer{}, err
	}
	known, err := note.NewVerifier(verifier)
	return Signer{
		verifier: verifier,
		known:    known,
		sign:     func(message []byte) ([]byte, error) { return ed25519.Sign(private, message), nil },
	}, err
}

// Verifier returns the public key, as note.NewVerifier takes it. It may be shown
// to anybody, and belongs where whoever checks a signature finds it: outside the
// workspace.
func (s Signer) Verifier() string { return s.verifier }

// Name returns the signer's name, which holds the root key's id.
func (s Signer) Name() string { return s.known.Name() }

// KeyHash returns the number by which a note finds the key.
func (s Signer) KeyHash() uint32 { return s.known.KeyHash() }

// Sign returns the Ed25519 signature of a message.
func (s Signer) Sign(message []byte) ([]byte, error) { return s.sign(message) }

// Format withholds the key from every verb of package fmt.
func (s Signer) Format(state fmt.State, _ rune) { fmt.Fprint(state, withheld) }
