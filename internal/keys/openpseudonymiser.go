package keys

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
	"unicode"
)

// ErrNoSalt says that a file of a salt is empty.
var ErrNoSalt = errors.New("the file holds no salt")

// OpenPseudonymiser makes the digests of the program of that name (0.9.7), so
// that data which it pseudonymised elsewhere can be joined and given ids of our
// own. It is for importing only: whoever has the salt can try every NHS number,
// the values have no mark between them, and no key id tells which salt it was.
type OpenPseudonymiser struct{ salt func() string }

// ReadOpenPseudonymiser reads a salt as plain text from a file that is its
// owner's alone.
func ReadOpenPseudonymiser(saltFile string) (OpenPseudonymiser, error) {
	if err := private(saltFile); err != nil {
		return OpenPseudonymiser{}, err
	}
	text, err := os.ReadFile(saltFile)
	if err != nil {
		return OpenPseudonymiser{}, err
	}
	salt := strings.TrimSpace(string(text))
	if salt == "" {
		return OpenPseudonymiser{}, fmt.Errorf("%s: %w", saltFile, ErrNoSalt)
	}
	return newOpenPseudonymiser(salt), nil
}

func newOpenPseudonymiser(salt string) OpenPseudonymiser {
	return OpenPseudonymiser{func() string { return salt }}
}

var blanks = strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "")

// Digest returns the SHA-256 of fields' values in the order of their names,
// without blanks and with the salt behind them, in capital hexadecimal digits.
func (o OpenPseudonymiser) Digest(fields map[string]string) string {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(swapCase(a), swapCase(b)) })
	var message strings.Builder
	for _, name := range names {
		message.WriteString(blanks.Replace(fields[name]))
	}
	message.WriteString(o.salt())
	sum := sha256.Sum256([]byte(message.String()))
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}

// swapCase is the program's order of names: small letters before capitals.
func swapCase(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, name)
}

// RoundDownDate returns the first of January of a date's year as the program
// writes it, or the text itself when it is no date.
func RoundDownDate(text string) string {
	for _, layout := range []string{"20060102", "02/01/06", "02/01/2006", "02.01.06", "02.01.2006"} {
		if date, err := time.Parse(layout, text); err == nil {
			return date.Format("2006") + "0101"
		}
	}
	return text
}

// Format withholds the salt from every verb of package fmt.
func (o OpenPseudonymiser) Format(state fmt.State, _ rune) { fmt.Fprint(state, withheld) }
