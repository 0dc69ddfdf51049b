package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/ledger/manifest"
	"tre-toolkit/internal/outputs/notation"
	"tre-toolkit/internal/review/states"
)

// Verified is what verifying a bundle tells.
type Verified struct {
	Manifest Manifest `json:"manifest"`
	Receipt  Receipt  `json:"receipt"`
	Faults   []string `json:"faults"` // everything that is not as it was sealed
	Signers  []Signer `json:"signers"`
}

// Signer is a reviewer of a release.
type Signer struct {
	Name   string `json:"name"`
	Signed bool   `json:"signed"` // the manifest, with the key that the receipt names
	Proven bool   `json:"proven"` // that key is one of those that were given
}

// OK reports whether everything is as it was sealed.
func (v Verified) OK() bool { return len(v.Faults) == 0 }

// Proven reports whether enough reviewers are proven to have signed: as many as
// must decide.
func (v Verified) Proven() bool {
	n := 0
	for _, signer := range v.Signers {
		if signer.Proven {
			n++
		}
	}
	return v.OK() && n >= states.Reviewers()
}

// The most that is read of what describes a bundle.
const (
	mostDescribed = 64 << 20
	mostSignature = 64 << 10
)

// Verify tells whether a bundle is as it was sealed, and by whom it was signed.
// The public keys are those of reviewers whom one trusts, from elsewhere than the
// bundle: each of them must have signed. Without any, that the signatures are of
// the keys which the bundle names is all that is told.
//
// The errors are ErrForm for what is no bundle, ledger.ErrKey, and those of
// reading.
func Verify(dir string, keys ...string) (Verified, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Verified{}, err
	}
	defer root.Close()
	v := verifier{root: root, listed: map[string]bool{ManifestName: true, ReceiptName: true}}
	v.Faults, v.Signers = []string{}, []Signer{}
	text, err := v.own(ManifestName, mostDescribed)
	if err != nil {
		return Verified{}, err
	}
	if v.Manifest, err = ParseManifest(text); err != nil {
		return Verified{}, fmt.Errorf("%s %w", ManifestName, err)
	}
	receipt, err := v.own(ReceiptName, mostDescribed)
	if err != nil {
		return Verified{}, err
	}
	if v.Receipt, err = ParseReceipt(receipt); err != nil {
		return Verified{}, fmt.Errorf("%s %w", ReceiptName, err)
	}
	if v.Receipt.Manifest != manifest.SHA256(text) || v.Receipt.Review != v.Manifest.Review {
		v.fault("%s: is of another manifest", ReceiptName)
	}
	v.files()
	if err := v.signatures(keys); err != nil {
		return Verified{}, err
	}
	err = v.unlisted()
	return v.Verified, err
}

type verifier struct {
	Verified
	root   *os.Root
	listed map[string]bool
}

func (v *verifier) fault(format string, args ...any) {
	v.Faults = append(v.Faults, fmt.Sprintf(format, args...))
}

// own reads a file that must be a regular one of a bounded size.
func (v *verifier) own(name string, most int64) ([]byte, error) {
	info, err := v.root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > most {
		return nil, fmt.Errorf("%s %w", name, ErrForm)
	}
	return v.root.ReadFile(name)
}

// files hashes every file that the manifest and the receipt list.
func (v *verifier) files() {
	for _, file := range v.Manifest.Files {
		v.file(path.Join(FilesFolder, file.Path), file.SHA256, file.Bytes)
	}
	for _, companion := range v.Receipt.Companions {
		v.file(companion.Path, companion.SHA256, companion.Bytes)
	}
}

func (v *verifier) file(name, sum string, size int64) {
	v.listed[name] = true
	said := notation.Printable(name)
	info, err := v.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.fault("%s: missing", said)
		return
	case err != nil || !info.Mode().IsRegular():
		v.fault("%s: is a link, or no regular file", said)
		return
	case info.Size() != size:
		v.fault("%s: INT001: is not the file that was approved", said)
		return
	}
	file, err := v.root.Open(name)
	if err != nil {
		v.fault("%s: cannot be opened", said)
		return
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil || hex.EncodeToString(hash.Sum(nil)) != sum {
		v.fault("%s: INT001: is not the file that was approved", said)
	}
}

// signatures holds the signatures against the keys that the receipt names, and
// those against the keys that are trusted.
func (v *verifier) signatures(trusted []string) error {
	statement, err := v.Manifest.Statement()
	if err != nil {
		return err
	}
	used := map[string]bool{}
	for _, reviewer := range v.Receipt.Reviewers {
		signer := Signer{Name: reviewer.Name}
		if reviewer.Key != "" {
			signer.Signed = v.signed(path.Join(SignaturesFolder, reviewer.Name+SignatureEnding), statement, reviewer.Key)
			signer.Proven = signer.Signed && slices.Contains(trusted, reviewer.Key) && !used[reviewer.Key]
			used[reviewer.Key] = true
		}
		v.Signers = append(v.Signers, signer)
	}
	for _, key := range trusted {
		if _, err := ledger.ParseVerifier([]byte(key)); err != nil {
			return err
		}
		if !used[key] {
			name, _, _ := strings.Cut(key, "+")
			v.fault("the key of %s, which was given, is none that signed", notation.Printable(name))
		}
	}
	return v.receiptSignature()
}

// receiptSignature holds the receipt against the sealer's key, if they have one.
func (v *verifier) receiptSignature() error {
	at := slices.IndexFunc(v.Receipt.Reviewers, func(r Reviewer) bool { return r.Name == v.Receipt.SealedBy && r.Key != "" })
	if at < 0 {
		return nil
	}
	statement, err := v.Receipt.Statement()
	if err != nil {
		return err
	}
	v.signed(ReceiptSignature, statement, v.Receipt.Reviewers[at].Key)
	return nil
}

// signed reports whether a note in the bundle is a signature of a statement by a
// key, and says so when it is not.
func (v *verifier) signed(name, statement, key string) bool {
	v.listed[name] = true
	note, err := v.own(name, mostSignature)
	if err != nil {
		v.fault("%s: missing", notation.Printable(name))
		return false
	}
	text, _, err := ledger.Open(note, key)
	if err != nil || text != statement {
		v.fault("%s: is no signature of this by the key that the receipt names", notation.Printable(name))
		return false
	}
	return true
}

// unlisted names every file that nothing in the bundle speaks of.
func (v *verifier) unlisted() error {
	return fs.WalkDir(v.root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || v.listed[name] {
			return err
		}
		v.fault("%s: was not sealed with the others", notation.Printable(name))
		return nil
	})
}
