package manifest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// SHA256 returns the hash of bytes as manifests write it.
func SHA256(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Describe hashes a file of a folder. A file that changes meanwhile, and what is
// no regular file, is an error.
func Describe(dir, name string) (File, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return File{}, err
	}
	defer root.Close()
	return describe(root, filepath.ToSlash(name))
}

var (
	errMoving    = errors.New("changed while it was read")
	errIrregular = errors.New("is a link, or no regular file")
)

func describe(root *os.Root, name string) (File, error) {
	if info, err := root.Lstat(name); err != nil || !info.Mode().IsRegular() {
		return File{}, errors.Join(err, errIrregular)
	}
	file, err := root.Open(name)
	if err != nil {
		return File{}, err
	}
	defer file.Close()
	before, err := file.Stat()
	if err != nil {
		return File{}, err
	}
	hash := sha256.New()
	size, err := io.Copy(hash, file)
	if err != nil {
		return File{}, err
	}
	after, err := root.Lstat(name)
	if err != nil || !os.SameFile(before, after) || after.Size() != size || before.Size() != size || !after.ModTime().Equal(before.ModTime()) {
		return File{}, errMoving
	}
	return File{Name: name, SHA256: hex.EncodeToString(hash.Sum(nil)), Bytes: size}, nil
}

// Folder is an extract's folder as it was read: its manifest, and how the folder
// differs from it.
type Folder struct {
	Manifest  Manifest
	Text      []byte    // of the manifest
	Signature []byte    // nil when there is none
	Findings  []Finding // of the files
}

// The most that is read of a manifest and of a signature: more is no file of
// ours.
const (
	mostManifest  = 64 << 20
	mostSignature = 64 << 10
)

// Read reads an extract's folder and hashes every file in it. Links are not
// followed. A folder without a manifest is fs.ErrNotExist, one whose manifest
// cannot be read ErrForm.
func Read(dir string) (Folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Folder{}, err
	}
	defer root.Close()
	var folder Folder
	if folder.Text, err = readOwn(root, FileName, mostManifest); err != nil {
		return Folder{}, err
	}
	if folder.Manifest, err = Parse(folder.Text); err != nil {
		return Folder{}, fmt.Errorf("%s: %w", FileName, err)
	}
	folder.Signature, err = readOwn(root, SignatureName, mostSignature)
	if errors.Is(err, fs.ErrNotExist) {
		folder.Findings = append(folder.Findings, Finding{Unsigned, SignatureName + ": missing"})
	} else if err != nil {
		return Folder{}, err
	}
	findings, err := compare(root, folder.Manifest.Files)
	folder.Findings = append(folder.Findings, findings...)
	return folder, err
}

// readOwn reads a file that must be a regular one of a bounded size.
func readOwn(root *os.Root, name string, most int64) ([]byte, error) {
	info, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > most {
		return nil, fmt.Errorf("%s: %w", name, ErrForm)
	}
	return root.ReadFile(name)
}

// compare names every file that is not as listed, and every one that is not
// listed.
func compare(root *os.Root, listed []File) ([]Finding, error) {
	var findings []Finding
	known := map[string]bool{FileName: true, SignatureName: true}
	for _, file := range listed {
		known[file.Name] = true
		found, err := describe(root, file.Name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			findings = append(findings, Finding{FilesMissing, file.Name + ": missing"})
		case errors.Is(err, errMoving), errors.Is(err, errIrregular):
			findings = append(findings, Finding{FilesChanged, file.Name + ": " + lastLine(err)})
		case err != nil:
			return nil, err
		case found.SHA256 != file.SHA256:
			findings = append(findings, changed(file, found, listed))
		}
	}
	added, err := unlisted(root, known)
	findings = append(findings, added...)
	slices.SortStableFunc(findings, func(a, b Finding) int { return strings.Compare(a.Says, b.Says) })
	return findings, err
}

// lastLine returns the part of a joined error that says what is wrong.
func lastLine(err error) string {
	lines := strings.Split(err.Error(), "\n")
	return lines[len(lines)-1]
}

// changed says whether a file holds what the manifest lists under another name.
func changed(file, found File, listed []File) Finding {
	for _, other := range listed {
		if other.SHA256 == found.SHA256 {
			return Finding{FilesReordered, fmt.Sprintf("%s: holds what the manifest lists as %s", file.Name, other.Name)}
		}
	}
	return Finding{FilesChanged, file.Name + ": changed since the extract was made"}
}

func unlisted(root *os.Root, known map[string]bool) ([]Finding, error) {
	var findings []Finding
	err := fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || known[name] {
			return err
		}
		findings = append(findings, Finding{FilesAdded, name + ": is not in the manifest"})
		return nil
	})
	return findings, err
}
