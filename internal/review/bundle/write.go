package bundle

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"tre-toolkit/internal/ledger/manifest"
	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/notation"
)

// The names in a bundle.
const (
	FilesFolder      = "files"
	ManifestName     = "manifest.json"
	SignaturesFolder = "signatures"
	SignatureEnding  = ".sig"
	SummaryName      = "summary.md"
	PackFolder       = "sacro"
	ReceiptName      = "receipt.json"
	ReceiptSignature = "receipt.sig"
)

// CopyFiles copies the files of a manifest below a folder that is not there yet,
// and onto the disk. Each is hashed as it is copied: one that is not what the
// manifest says is outputs.ErrChanged (INT001), by its name.
func CopyFiles(ctx context.Context, dir string, m Manifest, open func(path string) (io.ReadCloser, error)) error {
	if _, err := m.checked(); err != nil {
		return err
	}
	files := filepath.Join(dir, FilesFolder)
	if err := os.MkdirAll(files, 0o755); err != nil {
		return err
	}
	for _, file := range m.Files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := copyFile(files, file, open); err != nil {
			return fmt.Errorf("%s: %w", notation.Printable(file.Path), err)
		}
	}
	return nil
}

// checked returns the manifest's text, if it is one that could be read again.
func (m Manifest) checked() ([]byte, error) {
	names := make([]string, len(m.Files))
	for i, file := range m.Files {
		names[i] = file.Path
	}
	if err := CheckNames(names); err != nil {
		return nil, err
	}
	text, err := m.Text()
	if err != nil {
		return nil, err
	}
	_, err = ParseManifest(text)
	return text, err
}

func copyFile(dir string, file File, open func(path string) (io.ReadCloser, error)) error {
	stream, err := open(file.Path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, outputs.ErrNotRegular) {
		return outputs.ErrChanged
	}
	if err != nil {
		return err
	}
	defer stream.Close()
	to := filepath.Join(dir, filepath.FromSlash(file.Path))
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	copied, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	hash := sha256.New()
	size, err := io.Copy(io.MultiWriter(copied, hash), io.LimitReader(stream, file.Bytes+1))
	if err := errors.Join(err, copied.Sync(), copied.Close()); err != nil {
		return err
	}
	if size != file.Bytes || hex.EncodeToString(hash.Sum(nil)) != file.SHA256 {
		return outputs.ErrChanged
	}
	return nil
}

// Signature is a detached signature of a manifest.
type Signature struct {
	Name string // of the reviewer
	Line string // as people.Me.Sign returns it
}

// Contents are what stands in a bundle beside the files.
type Contents struct {
	Manifest   Manifest
	Signatures []Signature
	Summary    []byte
	Pack       func(dir string) error // writes the SACRO pack
	Receipt    Receipt                // without the hashes of the manifest and the companions
	Sign       func(statement string) (signature string, err error)
}

// Complete writes into a folder with copied files what makes a bundle of it, and
// puts all of it on the disk. It returns the receipt.
func Complete(dir string, c Contents) (Receipt, error) {
	text, err := c.Manifest.checked()
	if err != nil {
		return Receipt{}, err
	}
	statement, err := c.Manifest.Statement()
	if err != nil {
		return Receipt{}, err
	}
	files := map[string][]byte{ManifestName: text, SummaryName: c.Summary}
	for _, signature := range c.Signatures {
		files[path.Join(SignaturesFolder, signature.Name+SignatureEnding)] = []byte(statement + "\n" + signature.Line + "\n")
	}
	if err := writeFiles(dir, files); err != nil {
		return Receipt{}, err
	}
	if err := c.Pack(filepath.Join(dir, PackFolder)); err != nil {
		return Receipt{}, err
	}
	receipt := c.Receipt
	receipt.Format, receipt.Manifest = ReceiptFormat, manifest.SHA256(text)
	if receipt.Companions, err = companions(dir); err != nil {
		return Receipt{}, err
	}
	if err := writeReceipt(dir, receipt, c.Sign); err != nil {
		return Receipt{}, err
	}
	return receipt, syncTree(dir)
}

func writeReceipt(dir string, receipt Receipt, sign func(string) (string, error)) error {
	text, err := receipt.Text()
	if err != nil {
		return err
	}
	if _, err := ParseReceipt(text); err != nil {
		return err
	}
	files := map[string][]byte{ReceiptName: text}
	if sign != nil {
		statement, err := receipt.Statement()
		if err != nil {
			return err
		}
		line, err := sign(statement)
		if err != nil {
			return err
		}
		files[ReceiptSignature] = []byte(statement + "\n" + line + "\n")
	}
	return writeFiles(dir, files)
}

func writeFiles(dir string, files map[string][]byte) error {
	for name, content := range files {
		to := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// companions hashes the files that tell about a release.
func companions(dir string) ([]Companion, error) {
	list := []Companion{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || name != SummaryName && !strings.HasPrefix(name, PackFolder+"/") {
			return err
		}
		file, err := manifest.Describe(dir, name)
		list = append(list, Companion{name, file.SHA256, file.Bytes})
		return err
	})
	slices.SortFunc(list, func(a, b Companion) int { return strings.Compare(a.Path, b.Path) })
	return list, err
}

// syncTree puts every file and folder below a folder on the disk.
func syncTree(dir string) error {
	return filepath.WalkDir(dir, func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		opened, err := os.Open(name)
		if err != nil {
			return err
		}
		return errors.Join(opened.Sync(), opened.Close())
	})
}
