// Package keys holds the root key of a workspace and what is derived from it.
//
// The root key is 32 random bytes in an age file. It is read when a pseudonym
// is to be made, and neither it nor anything derived from it ever enters SQL
// text, an argument list, the environment, a log or an error.
package keys

import (
	"bytes"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"
)

const (
	rootBytes = 32
	rootFile  = "root.age"
	withheld  = "[key withheld]"
)

// Errors that a caller may test for.
var (
	ErrNoKey       = errors.New("the workspace has no root key")
	ErrKeyThere    = errors.New("the workspace has a root key already")
	ErrNotReadable = errors.New("the root key cannot be opened with this identity")
	ErrExposed     = errors.New("others can read this file")
	ErrNoIdentity  = errors.New("there is no such identity file")
)

// Root is an opened root key. The secret is inside a function: package fmt calls
// no method on an unexported field of a struct, and would print what a field or
// a pointer holds; of a function it prints an address.
type Root struct {
	secret  func() [rootBytes]byte
	version int
}

func newRoot(secret [rootBytes]byte, version int) Root {
	return Root{func() [rootBytes]byte { return secret }, version}
}

// Version returns which of a workspace's root keys this is, the first being 1.
// What is made with a key names its id and its version.
func (r Root) Version() int { return r.version }

// Create makes a root key in a workspace's key folder, encrypted to the
// identity in a file. The identity is made if its file is not there; it is what
// opens the key later and should live outside the workspace. When the key
// cannot be made, no new file is left behind.
func Create(keysDir, identityFile string) (root Root, err error) {
	path := filepath.Join(keysDir, rootFile)
	if _, err := os.Stat(path); err == nil {
		return Root{}, fmt.Errorf("%s: %w", path, ErrKeyThere)
	}
	identity, made, err := identityIn(identityFile)
	if err != nil {
		return Root{}, err
	}
	if made {
		defer func() {
			if err != nil {
				err = errors.Join(err, os.Remove(identityFile))
			}
		}()
	}
	root, sealed, err := newSecret(identity, 1)
	if err != nil {
		return Root{}, err
	}
	if err := writeNew(path, sealed); err != nil {
		return Root{}, err
	}
	return root, nil
}

// newSecret makes a root key, and the same sealed to an identity.
func newSecret(identity *age.X25519Identity, version int) (Root, []byte, error) {
	var secret [rootBytes]byte
	if _, err := rand.Read(secret[:]); err != nil {
		return Root{}, nil, err
	}
	sealed, err := seal(secret[:], identity.Recipient())
	return newRoot(secret, version), sealed, err
}

// identityIn reads the identity in a file, or makes both when there is none.
func identityIn(path string) (identity *age.X25519Identity, made bool, err error) {
	identity, err = readIdentity(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return identity, false, err
	}
	identity, err = age.GenerateX25519Identity()
	if err != nil {
		return nil, false, err
	}
	return identity, true, writeNew(path, []byte(identity.String()+"\n"))
}

func readIdentity(path string) (*age.X25519Identity, error) {
	if err := private(path); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	identities, err := age.ParseIdentities(bytes.NewReader(text))
	if err != nil {
		// The parser's message quotes the file.
		return nil, fmt.Errorf("%s: is not an age identity file", path)
	}
	for _, identity := range identities {
		if x25519, ok := identity.(*age.X25519Identity); ok {
			return x25519, nil
		}
	}
	return nil, fmt.Errorf("%s: holds no X25519 identity", path)
}

// private refuses a secret that others can read.
func private(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s: %w", path, ErrExposed)
	}
	return nil
}

func seal(secret []byte, to age.Recipient) ([]byte, error) {
	var sealed bytes.Buffer
	writer, err := age.Encrypt(&sealed, to)
	if err != nil {
		return nil, err
	}
	if _, err := writer.Write(secret); err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return sealed.Bytes(), nil
}

// writeNew writes a file that must not be there yet, for its owner alone, and
// leaves nothing behind when that fails.
func writeNew(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// Open opens a workspace's newest root key with the identity in a file.
func Open(keysDir, identityFile string) (Root, error) {
	versions, err := Versions(keysDir)
	if err != nil {
		return Root{}, err
	}
	if len(versions) == 0 {
		return Root{}, fmt.Errorf("%s: %w", keysDir, ErrNoKey)
	}
	return OpenVersion(keysDir, identityFile, versions[len(versions)-1])
}

// OpenVersion opens one of a workspace's root keys.
func OpenVersion(keysDir, identityFile string, version int) (Root, error) {
	sealed, err := os.Open(filepath.Join(keysDir, fileOf(version)))
	if errors.Is(err, fs.ErrNotExist) {
		return Root{}, fmt.Errorf("%s: version %d: %w", keysDir, version, ErrNoKey)
	}
	if err != nil {
		return Root{}, err
	}
	defer sealed.Close()
	identity, err := readIdentity(identityFile)
	if errors.Is(err, fs.ErrNotExist) {
		return Root{}, fmt.Errorf("%s: %w", identityFile, ErrNoIdentity)
	}
	if err != nil {
		return Root{}, err
	}
	plain, err := age.Decrypt(sealed, identity)
	if err != nil {
		return Root{}, fmt.Errorf("%s: %w", identityFile, ErrNotReadable)
	}
	var secret [rootBytes]byte
	if _, err := io.ReadFull(plain, secret[:]); err != nil {
		return Root{}, fmt.Errorf("%s: %w", identityFile, ErrNotReadable)
	}
	return newRoot(secret, version), nil
}

// ID names the key without telling anything of it: for manifests.
func (r Root) ID() string {
	id := r.derive("id")
	return hex.EncodeToString(id[:8])
}

// Format withholds the key from every verb of package fmt.
func (r Root) Format(state fmt.State, _ rune) { fmt.Fprint(state, withheld) }

// derive returns the key for one purpose. The parts of the purpose are framed
// by their lengths, so that no two purposes can share a key.
func (r Root) derive(purpose ...string) [sha256.Size]byte {
	secret := r.secret()
	key, err := hkdf.Key(sha256.New, secret[:], nil, string(frame("tre-extract/v1", purpose...)), sha256.Size)
	if err != nil {
		panic(err) // only for lengths past 255 hashes
	}
	return [sha256.Size]byte(key)
}

// frame writes texts each behind its length, so that "12","3" and "1","23"
// differ.
func frame(first string, rest ...string) []byte {
	framed := appendFramed(nil, first)
	for _, text := range rest {
		framed = appendFramed(framed, text)
	}
	return framed
}

func appendFramed(to []byte, text string) []byte {
	to = binary.BigEndian.AppendUint32(to, uint32(len(text)))
	return append(to, text...)
}
