package keys

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"strings"

	"tre-toolkit/internal/identifier"
	"tre-toolkit/internal/spec"
)

// Scheme is the first framed part of every message, so that a later scheme can
// never make the same pseudonyms.
const Scheme = "psn1"

// alphabet is Crockford's base 32: no I, L, O or U to be misread.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// values are the values of the alphabet's characters.
var values = func() (table [256]uint8) {
	for value, character := range []byte(alphabet) {
		table[character] = uint8(value)
	}
	return table
}()

// PseudonymLength is the number of characters of a pseudonym: 26 for 128 bits,
// and a check character.
const PseudonymLength = 27

// Pseudonymiser makes the pseudonyms of one project. The same person has other
// pseudonyms in another project, and so has everything else that would join
// the two. It is not safe for use by several goroutines; Clone makes another.
//
// It holds functions only, so that no way of printing it shows a key, or the
// identifier that it was given last.
type Pseudonymiser struct {
	make  func(kind, space, value string) ID
	clone func() *Pseudonymiser
}

// For returns the pseudonymiser of a project, the same for each of its amendments.
func (r Root) For(project spec.ProjectID) *Pseudonymiser {
	return newPseudonymiser(r.derive("project", project.Number().String()))
}

func newPseudonymiser(key [sha256.Size]byte) *Pseudonymiser {
	mac := hmac.New(sha256.New, key[:])
	var message, sum []byte // kept from call to call, so that nothing is allocated
	return &Pseudonymiser{
		make: func(kind, space, value string) ID {
			message = message[:0]
			for _, part := range [...]string{Scheme, kind, space, value} {
				message = appendFramed(message, part)
			}
			mac.Reset()
			mac.Write(message)
			sum = mac.Sum(sum[:0])
			return ID(sum)
		},
		clone: func() *Pseudonymiser { return newPseudonymiser(key) },
	}
}

// Clone returns a pseudonymiser of the same project for another goroutine.
func (p *Pseudonymiser) Clone() *Pseudonymiser { return p.clone() }

// Participant returns the project id of a person in a study. One person in two
// studies is two participants.
func (p *Pseudonymiser) Participant(study, personKey string) string {
	return p.ParticipantID(study, personKey).Text()
}

// ParticipantID returns the same before it is written, for a project that asks for
// another style; see [Distinct].
func (p *Pseudonymiser) ParticipantID(study, personKey string) ID {
	return p.make("participant", study, personKey)
}

// Linking returns the project's value of what would join two projects, such as
// a pathway's id. The same value has the same pseudonym in all of a project's
// tables.
func (p *Pseudonymiser) Linking(value string) string {
	return p.make("linking", "", value).Text()
}

// Format withholds the key from every verb of package fmt.
func (p Pseudonymiser) Format(state fmt.State, _ rune) { fmt.Fprint(state, withheld) }

// encode writes 128 bits as 26 characters and a check character.
func encode(bits [16]byte) string {
	var text [PseudonymLength]byte
	// 130 bits are written, the first two of them zero.
	var held, buffer uint = 2, 0
	at := 0
	for _, b := range bits {
		buffer = buffer<<8 | uint(b)
		held += 8
		for held >= 5 {
			held -= 5
			text[at] = alphabet[buffer>>held&31]
			at++
		}
	}
	text[at] = check(text[:at])
	return string(text[:])
}

// check returns the Luhn check character (modulo 32) of a text over the
// alphabet. It finds every single wrong character and most swaps of two.
func check[T identifier.Text](text T) byte {
	sum, double := 0, true
	for i := len(text) - 1; i >= 0; i-- {
		value := int(values[text[i]])
		if double {
			value *= 2
			value = value/32 + value%32
		}
		sum += value
		double = !double
	}
	return alphabet[(32-sum%32)%32]
}

// ValidPseudonym reports whether a text has a pseudonym's length, alphabet and
// check character.
func ValidPseudonym(text string) bool {
	if len(text) != PseudonymLength || strings.Trim(text, alphabet) != "" {
		return false
	}
	return check(text[:PseudonymLength-1]) == text[PseudonymLength-1]
}
