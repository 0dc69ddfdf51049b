package keys

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"filippo.io/age"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/spec"
)

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	bytes, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	require.NoError(t, err)
	return bytes
}

// The primitives that pseudonyms rest on, against their published vectors.
func TestPublishedVectors(t *testing.T) {
	t.Run("HKDF-SHA-256, RFC 5869 test case 1", func(t *testing.T) {
		key, err := hkdf.Key(sha256.New, bytes.Repeat([]byte{0x0b}, 22), unhex(t, "000102030405060708090a0b0c"), string(unhex(t, "f0f1f2f3f4f5f6f7f8f9")), 42)
		require.NoError(t, err)
		assert.Equal(t, "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865", hex.EncodeToString(key))
	})
	t.Run("HKDF-SHA-256, RFC 5869 test case 3: no salt, no info", func(t *testing.T) {
		key, err := hkdf.Key(sha256.New, bytes.Repeat([]byte{0x0b}, 22), nil, "", 42)
		require.NoError(t, err)
		assert.Equal(t, "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8", hex.EncodeToString(key))
	})
	t.Run("HKDF-SHA-256, RFC 5869 test case 2: longer than a block", func(t *testing.T) {
		counting := func(from, n int) []byte {
			bytes := make([]byte, n)
			for i := range bytes {
				bytes[i] = byte(from + i)
			}
			return bytes
		}
		key, err := hkdf.Key(sha256.New, counting(0x00, 80), counting(0x60, 80), string(counting(0xb0, 80)), 82)
		require.NoError(t, err)
		assert.Equal(t, "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"+
			"da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87", hex.EncodeToString(key))
	})
	t.Run("HMAC-SHA-256, RFC 4231 test cases 1 to 7", func(t *testing.T) {
		cases := [][3]string{
			{strings.Repeat("0b", 20), hex.EncodeToString([]byte("Hi There")), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
			{hex.EncodeToString([]byte("Jefe")), hex.EncodeToString([]byte("what do ya want for nothing?")), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
			{strings.Repeat("aa", 20), strings.Repeat("dd", 50), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
			{"0102030405060708090a0b0c0d0e0f10111213141516171819", strings.Repeat("cd", 50), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
			{strings.Repeat("0c", 20), hex.EncodeToString([]byte("Test With Truncation")), "a3b6167473100ee06e0c796c2955552b"},
			{strings.Repeat("aa", 131), hex.EncodeToString([]byte("Test Using Larger Than Block-Size Key - Hash Key First")), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
			{strings.Repeat("aa", 131), hex.EncodeToString([]byte("This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.")), "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
		}
		for _, one := range cases {
			mac := hmac.New(sha256.New, unhex(t, one[0]))
			mac.Write(unhex(t, one[1]))
			assert.Equal(t, one[2], hex.EncodeToString(mac.Sum(nil))[:len(one[2])]) // the fifth is cut to 128 bits
		}
	})
}

func project(t testing.TB, id string) spec.ProjectID {
	t.Helper()
	parsed, err := spec.ParseProjectID(id)
	require.NoError(t, err)
	return parsed
}

// rootOf returns a root key of known bytes.
func rootOf(first byte) Root {
	var secret [rootBytes]byte
	for i := range secret {
		secret[i] = first + byte(i)
	}
	return newRoot(secret, 1)
}

// The scheme written out a second time, from its description and nothing else:
// project key = HKDF(root, info = framed purpose), id = HMAC(project key, framed
// message) cut to 128 bits, in Crockford's base 32 behind two zero bits.
func TestAPseudonymIsWhatTheSchemeSays(t *testing.T) {
	framed := func(parts ...string) string {
		var text strings.Builder
		for _, part := range parts {
			text.Write([]byte{byte(len(part) >> 24), byte(len(part) >> 16), byte(len(part) >> 8), byte(len(part))})
			text.WriteString(part)
		}
		return text.String()
	}
	root := rootOf(1)
	secret := root.secret()
	key, err := hkdf.Key(sha256.New, secret[:], nil, framed("tre-extract/v1", "project", "llc_0042"), 32)
	require.NoError(t, err)
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(framed("psn1", "participant", "ALSPAC", "K0001")))
	sum := mac.Sum(nil)
	bits := "00"
	for _, b := range sum[:16] {
		bits += fmt.Sprintf("%08b", b)
	}
	wanted := ""
	for at := 0; at < len(bits); at += 5 {
		var value int
		_, err := fmt.Sscanf(bits[at:at+5], "%b", &value)
		require.NoError(t, err)
		wanted += string("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[value])
	}
	got := root.For(project(t, "llc_0042")).Participant("ALSPAC", "K0001")
	assert.Equal(t, wanted, got[:26])
	assert.Equal(t, got, root.For(project(t, "LLC_0042")).Participant("ALSPAC", "K0001"), "the same twice")
}

// A pseudonym of today must be a pseudonym of tomorrow: a change here breaks
// every extract that was ever made.
func TestPseudonymsStayTheSame(t *testing.T) {
	pseudonyms := rootOf(1).For(project(t, "llc_0042"))
	assert.Equal(t, goldenParticipant, pseudonyms.Participant("ALSPAC", "K0001"))
	assert.Equal(t, goldenLinking, pseudonyms.Linking("1234567890"))
	assert.Equal(t, goldenKeyID, rootOf(1).ID())
}

func TestTextsAreFramedByTheirLengths(t *testing.T) {
	assert.NotEqual(t, frame("12", "3"), frame("1", "23"))
	assert.NotEqual(t, frame("12"), frame("1", "2"))
	assert.NotEqual(t, frame("a", ""), frame("a"))
	assert.Equal(t, "00000002"+"3132"+"00000001"+"33", hex.EncodeToString(frame("12", "3")))
	pseudonyms := rootOf(1).For(project(t, "llc_0042"))
	assert.NotEqual(t, pseudonyms.Participant("ALSPAC1", "2"), pseudonyms.Participant("ALSPAC", "12"))
}

// Everything that an id depends on, changed one at a time.
func TestAnythingElseGivesAnotherID(t *testing.T) {
	seen := map[string]string{}
	add := func(what, id string) {
		assert.Empty(t, seen[id], "%s has the id of %s", what, seen[id])
		seen[id] = what
	}
	mine := rootOf(1).For(project(t, "llc_0042"))
	add("the participant", mine.Participant("ALSPAC", "K0001"))
	add("another person", mine.Participant("ALSPAC", "K0002"))
	add("the same person in another study", mine.Participant("BIB", "K0001"))
	add("another project", rootOf(1).For(project(t, "llc_0043")).Participant("ALSPAC", "K0001"))
	add("another root key", rootOf(2).For(project(t, "llc_0042")).Participant("ALSPAC", "K0001"))
	add("a linking value of the same text", mine.Linking("K0001"))
	add("a linking value", mine.Linking("ALSPACK0001"))
	add("a linking value in another project", rootOf(1).For(project(t, "llc_0043")).Linking("K0001"))
	add("an empty linking value", mine.Linking(""))
	add("another kind with study and person", mine.make("other", "ALSPAC", "K0001").Text())
	assert.NotEqual(t, rootOf(1).derive("project", "llc_0042"), rootOf(1).derive("id"))
	assert.NotEqual(t, rootOf(1).ID(), rootOf(2).ID())
}

func TestAnotherSchemeGivesAnotherID(t *testing.T) {
	key := rootOf(1).derive("project", "llc_0042")
	with := func(scheme string) string {
		mac := hmac.New(sha256.New, key[:])
		mac.Write(frame(scheme, "participant", "ALSPAC", "K0001"))
		return encode([16]byte(mac.Sum(nil)))
	}
	assert.Equal(t, rootOf(1).For(project(t, "llc_0042")).Participant("ALSPAC", "K0001"), with(Scheme))
	assert.NotEqual(t, with("psn1"), with("psn2"))
}

func TestAPseudonymIs27CharactersOfCrockfordsAlphabet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var bits [16]byte
		copy(bits[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "bits"))
		text := encode(bits)
		require.Len(t, text, PseudonymLength)
		require.Regexp(t, `^[0-7][0-9A-HJKMNP-TV-Z]{26}$`, text)
		require.True(t, ValidPseudonym(text))
	})
	for _, wrong := range []string{"", "0", strings.Repeat("0", 26), strings.Repeat("0", 28), strings.Repeat("I", 27), strings.ToLower(encode([16]byte{1, 2, 3})) + "", strings.Repeat("é", 27)} {
		assert.False(t, ValidPseudonym(wrong), "%q", wrong)
	}
}

// Every single wrong character is found, at every place.
func TestTheCheckCharacterFindsEverySingleError(t *testing.T) {
	for seed := range byte(8) {
		text := encode([16]byte{seed, 255 - seed, seed * 31, 7, seed, 9, 200, seed})
		for at := range text {
			for _, other := range alphabet {
				wrong := text[:at] + string(other) + text[at+1:]
				assert.Equal(t, wrong == text, ValidPseudonym(wrong), "%s for %s", wrong, text)
			}
		}
	}
}

// Of all pairs of different neighbours that may be swapped, how many swaps go
// unnoticed? Luhn's known blind spot, and nothing else.
func TestTheCheckCharacterFindsMostSwaps(t *testing.T) {
	swaps, missed := 0, map[string]bool{}
	for _, a := range alphabet {
		for _, b := range alphabet {
			if a == b {
				continue
			}
			for _, before := range []string{"0123456789", "012345678"} { // an even and an odd place
				swaps++
				text := before + string(a) + string(b) + "77"
				swapped := before + string(b) + string(a) + "77"
				if check(text) == check(swapped) {
					missed[string(a)+string(b)] = true
				}
			}
		}
	}
	assert.Equal(t, map[string]bool{"0Z": true, "Z0": true}, missed, "of %d swaps", swaps)
}

func TestTheKeyIsNeverPrinted(t *testing.T) {
	root := rootOf(0xA1)
	pseudonyms := root.For(project(t, "llc_0042"))
	pseudonyms.Participant("ALSPAC", "SECRETPERSON")
	type holder struct {
		root       Root
		pointer    *Root
		pseudonyms *Pseudonymiser
		any        any
	}
	values := map[string]any{
		"root": root, "pointer": &root, "list": []Root{root}, "map": map[string]Root{"k": root},
		"pseudonymiser": pseudonyms, "its value": *pseudonyms, "list of them": []*Pseudonymiser{pseudonyms},
		"holder": holder{root, &root, pseudonyms, root}, "pointer to holder": &holder{root, &root, pseudonyms, *pseudonyms},
		"open holder": struct {
			Root       Root
			Pseudonyms *Pseudonymiser
		}{root, pseudonyms},
	}
	secret, derived := root.secret(), root.derive("project", "llc_0042")
	signs := append(secretSigns(secret[:]), secretSigns(derived[:])...)
	signs = append(signs, secretSigns([]byte("SECRETPERSON"))...)
	var log bytes.Buffer
	for name, value := range values {
		for verb := 'A'; verb <= 'z'; verb++ {
			for _, flag := range []string{"", "+", "#", " ", "0", "# "} {
				text := fmt.Sprintf("%"+flag+string(verb), value)
				for _, sign := range signs {
					require.False(t, strings.Contains(text, sign), "%%%s%c of %s", flag, verb, name)
				}
			}
		}
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", value)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", value)
		encoded, _ := json.Marshal(value) // whether it refuses or leaves out
		log.Write(encoded)
		_ = gob.NewEncoder(&log).Encode(value) // the same
	}
	for _, sign := range signs {
		assert.False(t, strings.Contains(log.String(), sign))
	}
}

// secretSigns are ways in which bytes may be printed: any four in a row.
func secretSigns(secret []byte) []string {
	part := secret[4:8]
	return []string{
		string(part), fmt.Sprintf("%x", part), fmt.Sprintf("%X", part), fmt.Sprintf("% x", part),
		strings.Trim(fmt.Sprint(part), "[]"), strings.Trim(fmt.Sprintf("%o", part), "[]"), strings.Trim(fmt.Sprintf("%b", part), "[]"),
		strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%#v", part), "[]byte{"), "}"),
	}
}

func TestAKeyFileComesBack(t *testing.T) {
	dir := t.TempDir()
	keysDir, identity := filepath.Join(dir, "keys"), filepath.Join(dir, "identity.txt")
	require.NoError(t, os.Mkdir(keysDir, 0o700))
	made, err := Create(keysDir, identity)
	require.NoError(t, err)
	opened, err := Open(keysDir, identity)
	require.NoError(t, err)
	assert.Equal(t, made.ID(), opened.ID())
	assert.Equal(t, made.secret(), opened.secret())
	for _, path := range []string{filepath.Join(keysDir, rootFile), identity} {
		info, err := os.Stat(path)
		require.NoError(t, err)
		assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm(), path)
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		secret := made.secret()
		assert.False(t, bytes.Contains(text, secret[:]))
	}
	t.Run("a second key for another workspace keeps the identity", func(t *testing.T) {
		before, err := os.ReadFile(identity)
		require.NoError(t, err)
		other := t.TempDir()
		second, err := Create(other, identity)
		require.NoError(t, err)
		assert.NotEqual(t, made.ID(), second.ID())
		after, err := os.ReadFile(identity)
		require.NoError(t, err)
		assert.Equal(t, before, after)
	})
	t.Run("a key is never overwritten", func(t *testing.T) {
		_, err := Create(keysDir, identity)
		assert.ErrorIs(t, err, ErrKeyThere)
		again, err := Open(keysDir, identity)
		require.NoError(t, err)
		assert.Equal(t, made.ID(), again.ID())
	})
	t.Run("another identity does not open it", func(t *testing.T) {
		wrong := filepath.Join(t.TempDir(), "other.txt")
		_, err := Create(t.TempDir(), wrong)
		require.NoError(t, err)
		_, err = Open(keysDir, wrong)
		assert.ErrorIs(t, err, ErrNotReadable)
		assert.NotContains(t, err.Error(), "AGE-SECRET")
	})
	t.Run("an identity that others can read is refused", func(t *testing.T) {
		exposed := filepath.Join(t.TempDir(), "exposed.txt")
		text, err := os.ReadFile(identity)
		require.NoError(t, err)
		for _, mode := range []fs.FileMode{0o644, 0o640, 0o604, 0o660} {
			require.NoError(t, os.WriteFile(exposed, text, 0o600))
			require.NoError(t, os.Chmod(exposed, mode))
			_, err := Open(keysDir, exposed)
			assert.ErrorIs(t, err, ErrExposed, "%o", mode)
			_, err = Create(t.TempDir(), exposed)
			assert.ErrorIs(t, err, ErrExposed, "%o", mode)
		}
	})
	t.Run("a key that was cut or changed does not open", func(t *testing.T) {
		sealed, err := os.ReadFile(filepath.Join(keysDir, rootFile))
		require.NoError(t, err)
		changed := bytes.Clone(sealed)
		changed[len(changed)-1] ^= 1
		for name, text := range map[string][]byte{"cut": sealed[:len(sealed)-5], "changed": changed, "empty": nil, "no key": []byte("hello\n")} {
			folder := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(folder, rootFile), text, 0o600))
			root, err := Open(folder, identity)
			assert.Error(t, err, name)
			assert.Nil(t, root.secret, name)
		}
	})
}

func TestNoKeyAndNoIdentity(t *testing.T) {
	_, err := Open(t.TempDir(), "nowhere.txt")
	assert.ErrorIs(t, err, ErrNoKey)
	dir, identity := t.TempDir(), filepath.Join(t.TempDir(), "identity.txt")
	_, err = Create(dir, identity)
	require.NoError(t, err)
	_, err = Open(dir, filepath.Join(dir, "nowhere.txt"))
	assert.ErrorIs(t, err, ErrNoIdentity)
}

// What a file that is no identity holds may be a secret of another kind.
func TestAFileThatIsNoIdentityIsNotQuoted(t *testing.T) {
	for name, text := range map[string]string{"text": "my password is hunter2\n", "empty": "", "a broken identity": "AGE-SECRET-KEY-1HUNTER2\n"} {
		path := filepath.Join(t.TempDir(), "id.txt")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		_, err := Create(t.TempDir(), path)
		require.Error(t, err, name)
		assert.NotContains(t, strings.ToLower(err.Error()), "hunter2", name)
	}
}

func TestNothingIsLeftBehindWhenAKeyCannotBeMade(t *testing.T) {
	dir := t.TempDir()
	identity := filepath.Join(dir, "identity.txt")
	_, err := Create(filepath.Join(dir, "no such folder"), identity)
	require.Error(t, err)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, entries, "neither a key nor an identity that opens nothing")

	t.Run("an identity that was there stays", func(t *testing.T) {
		made, err := age.GenerateX25519Identity()
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(identity, []byte(made.String()+"\n"), 0o600))
		_, err = Create(filepath.Join(dir, "no such folder"), identity)
		require.Error(t, err)
		assert.FileExists(t, identity)
	})
	t.Run("a file in the way stays as it is", func(t *testing.T) {
		path := filepath.Join(dir, "there")
		require.NoError(t, os.WriteFile(path, []byte("mine"), 0o600))
		require.ErrorIs(t, writeNew(path, []byte("yours")), fs.ErrExist)
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, "mine", string(text))
	})
}

// One pseudonymiser is for one goroutine; each takes a clone, and all agree.
func TestClonesAgreeAcrossGoroutines(t *testing.T) {
	original := rootOf(1).For(project(t, "llc_0042"))
	wanted := make([]string, 200)
	for i := range wanted {
		wanted[i] = original.Linking(fmt.Sprint(i))
	}
	var group sync.WaitGroup
	for range 8 {
		own := original.Clone()
		group.Go(func() {
			for i := range wanted {
				assert.Equal(t, wanted[i], own.Linking(fmt.Sprint(i)))
			}
		})
	}
	group.Wait()
}

func TestDifferentPeopleNeverShareAnID(t *testing.T) {
	pseudonyms := rootOf(1).For(project(t, "llc_0042"))
	seen := map[string]bool{}
	for i := range 20_000 {
		seen[pseudonyms.Participant("ALSPAC", fmt.Sprint(i))] = true
	}
	assert.Len(t, seen, 20_000)
}

func FuzzValidPseudonym(f *testing.F) {
	f.Add(encode([16]byte{1, 2, 3}))
	f.Add("")
	f.Add(strings.Repeat("\xff", 27))
	f.Fuzz(func(t *testing.T, text string) {
		if ValidPseudonym(text) {
			assert.Regexp(t, `\A[0-9A-HJKMNP-TV-Z]{27}\z`, text)
		}
	})
}

const (
	goldenParticipant = "1YTD8QJ9GB4SQMV1RY493EK2D7X"
	goldenLinking     = "65ABFE4X9EQNNPX6P3ZYRAH6V96"
	goldenKeyID       = "a61d30dbe1b26cd5"
)
