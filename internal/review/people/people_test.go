package people_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/review/people"
	"tre-toolkit/internal/spec"
)

func newKey(t testing.TB, name string) (private, public string) {
	t.Helper()
	private, public, err := people.NewKey(name)
	require.NoError(t, err)
	return private, public
}

func TestWhatSomebodySignsTheirKeyProves(t *testing.T) {
	private, public := newKey(t, "ada")
	_, other := newKey(t, "ada")
	me, err := people.Signing(private + "\n")
	require.NoError(t, err)
	assert.True(t, me.Signs())
	signature, err := me.Sign("a text\nof two lines\n")
	require.NoError(t, err)
	assert.NotContains(t, signature, "\n")
	require.NoError(t, people.Verify(public, "a text\nof two lines\n", signature))
	for name, err := range map[string]error{
		"another text": people.Verify(public, "a text\nof two line\n", signature),
		"another key":  people.Verify(other, "a text\nof two lines\n", signature),
		"two lines":    people.Verify(public, "a text\nof two lines\n", signature+"\n"+signature),
		"nothing":      people.Verify(public, "a text\nof two lines\n", ""),
	} {
		assert.ErrorIs(t, err, people.ErrSignature, name)
	}
	assert.ErrorIs(t, people.Verify("no key", "a\n", signature), ledger.ErrKey)
	_, err = people.System().Sign("a\n")
	assert.ErrorIs(t, err, people.ErrPrivateKey)
}

// A private key is in no message and in no way of printing its owner.
func TestAPrivateKeyIsNotPrinted(t *testing.T) {
	private, _ := newKey(t, "ada")
	me, err := people.Signing(private)
	require.NoError(t, err)
	secret := strings.SplitN(private, "+", 5)[4]
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		assert.NotContains(t, fmt.Sprintf(verb, me), secret, verb)
		assert.NotContains(t, fmt.Sprintf(verb, &me), secret, verb)
	}
	_, err = people.Signing(private + "x")
	require.ErrorIs(t, err, people.ErrPrivateKey)
	assert.NotContains(t, err.Error(), secret[:8])
}

func TestAKeyThatOthersMayReadIsRefused(t *testing.T) {
	private, _ := newKey(t, "ada")
	file := filepath.Join(t.TempDir(), "ada.key")
	require.NoError(t, os.WriteFile(file, []byte(private), 0o600))
	me, err := people.ReadKey(file)
	require.NoError(t, err)
	assert.Equal(t, "ada", me.Name)
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660} {
		require.NoError(t, os.Chmod(file, mode))
		_, err = people.ReadKey(file)
		assert.ErrorIs(t, err, people.ErrOpenKey)
	}
	require.NoError(t, os.WriteFile(file, []byte("nothing"), 0o600))
	require.NoError(t, os.Chmod(file, 0o600))
	_, err = people.ReadKey(file)
	assert.ErrorIs(t, err, people.ErrPrivateKey)
	_, err = people.ReadKey(filepath.Dir(file))
	assert.ErrorIs(t, err, people.ErrPrivateKey)
	_, err = people.ReadKey(file + "x")
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func person(name, key string) string {
	return fmt.Sprintf("[[person]]\nname = %q\nkey = %q\n", name, key)
}

func TestAListOfReviewers(t *testing.T) {
	_, ada := newKey(t, "ada")
	_, bob := newKey(t, "bob")
	list, err := people.ParseRoster("people.toml", strings.NewReader(person("ada", ada)+person("bob", bob)))
	require.NoError(t, err)
	assert.Equal(t, people.Roster{{Name: "ada", Key: ada}, {Name: "bob", Key: bob}}, list)
	assert.Equal(t, bob, list.Key("bob"))
	assert.Empty(t, list.Key("eve"))

	underAnother := "eve" + ada[strings.Index(ada, "+"):]
	for text, fault := range map[string]string{
		"":                                       "names nobody",
		person("ada", ada) + person("Ada", ada):  "people.toml:5: Ada is named twice",
		person("eve", ada):                       `people.toml:3: the key is that of "ada"`,
		person("eve", underAnother):              "people.toml:3: the key is no public key",
		person("a b", ada):                       "people.toml:2: \"a b\" is no name of a reviewer",
		person("../ada", ada):                    "is no name of a reviewer",
		person("ada", "ada+1234+abc"):            "the key is no public key",
		person("ada", ada) + "[[person]]\nx = 1": "x",
		"name = \"ada\"":                         "name",
		strings.Repeat("# \n", 500_000):          "is longer than",
	} {
		_, err := people.ParseRoster("people.toml", strings.NewReader(text))
		var invalid *spec.Invalid
		require.ErrorAs(t, err, &invalid, "%.60s", text)
		assert.ErrorContains(t, err, fault)
	}
}

func TestTheSystemKnowsWhoRunsTheProgram(t *testing.T) {
	me := people.System()
	assert.NotEmpty(t, me.Name)
	assert.Equal(t, me.Name, me.User)
	assert.False(t, me.Signs())
}

func FuzzParseRoster(f *testing.F) {
	_, ada := newKey(f, "ada")
	f.Add(person("ada", ada))
	f.Add("[[person]]\nname = 1")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := people.ParseRoster("people.toml", strings.NewReader(text))
		if err != nil {
			var invalid *spec.Invalid
			require.ErrorAs(t, err, &invalid)
			return
		}
		require.NotEmpty(t, list)
		for _, one := range list {
			_, err := people.ParseName(one.Name)
			require.NoError(t, err)
			_, err = ledger.ParseVerifier([]byte(one.Key))
			require.NoError(t, err)
		}
	})
}
