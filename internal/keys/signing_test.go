package keys

import (
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
)

func signerOf(t testing.TB, root Root) Signer {
	t.Helper()
	signer, err := root.Signer()
	require.NoError(t, err)
	return signer
}

// A root key has one signer: what it signs opens with its public key and with no
// other, and the same text has the same signature.
func TestASignerIsOfItsRootKey(t *testing.T) {
	mine, other := signerOf(t, rootOf(1)), signerOf(t, rootOf(2))
	assert.Equal(t, mine.Verifier(), signerOf(t, rootOf(1)).Verifier())
	assert.Equal(t, "tre-extract/"+rootOf(1).ID(), mine.Name())
	signed, err := note.Sign(&note.Note{Text: "a text\n"}, mine)
	require.NoError(t, err)
	again, err := note.Sign(&note.Note{Text: "a text\n"}, mine)
	require.NoError(t, err)
	assert.Equal(t, signed, again)
	for verifier, opens := range map[string]bool{mine.Verifier(): true, other.Verifier(): false} {
		known, err := note.NewVerifier(verifier)
		require.NoError(t, err)
		_, err = note.Open(signed, note.VerifierList(known))
		assert.Equal(t, opens, err == nil)
	}
}

func TestASignerShowsNoKey(t *testing.T) {
	root := rootOf(1)
	seed := root.derive("sign")
	signer := signerOf(t, root)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		for _, value := range []any{signer, &signer, []Signer{signer}} {
			shown := fmt.Sprintf(verb, value)
			assert.NotContains(t, shown, hex.EncodeToString(seed[:8]), verb)
			assert.NotContains(t, shown, fmt.Sprint(seed[:8]), verb)
		}
	}
}
