// Package bundle is the form of a release: the files that two reviewers approved,
// a manifest of them that both signed, and what tells a reader about them.
//
//	files/         the approved files under the names that they were reviewed by
//	manifest.json  canonical JSON (RFC 8785): path, SHA-256, size of each
//	signatures/    a detached signature of the manifest per reviewer, as a note
//	summary.md     what was checked and found, without anything hidden
//	sacro/         the same as a pack that the SACRO Viewer opens
//	receipt.json   under which name it left, who reviewed and sealed it, and the
//	               hashes of the manifest, the summary and the pack; signed by the
//	               sealer in receipt.sig where reviewers have keys
//
// What it promises: a bundle is whole or not there; a name in it leads nowhere
// else and stands for one file on every system; Verify needs nothing but the
// bundle, and the public keys of those whom one trusts.
package bundle

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tre-toolkit/internal/ledger/canonical"
	"tre-toolkit/internal/ledger/manifest"
)

// Format is the first version of the form of a bundle.
const Format = "tre-check release 1"

// Errors that a caller may test for.
var (
	ErrForm  = errors.New("is not of a bundle of this program")
	ErrThere = errors.New("the folder of the bundle is not empty")
)

// Manifest lists the files of a release. It follows from the decisions alone, so
// that two reviewers who agree sign the same bytes without meeting.
type Manifest struct {
	Format   string `json:"format"`
	Review   string `json:"review"` // SHA-256 of the entry that the review began with
	Rules    string `json:"rules"`
	Files    []File `json:"files"`    // in the order of their paths
	Withheld int    `json:"withheld"` // how many files were reviewed and do not leave
}

// File is one file of a release.
type File struct {
	Path    string `json:"path"` // below files/, with forward slashes
	SHA256  string `json:"sha256"`
	Bytes   int64  `json:"bytes"`
	Kind    string `json:"kind"`
	Verdict string `json:"verdict"` // of the check: "safe", "review" or "fail"
}

// Text returns the manifest's canonical form.
func (m Manifest) Text() ([]byte, error) {
	if m.Files == nil {
		m.Files = []File{}
	}
	slices.SortFunc(m.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return canonical.Marshal(m)
}

var sha256Text = regexp.MustCompile(`^[0-9a-f]{64}$`)

// ParseManifest reads a manifest: one that this program would write in the same
// bytes, and whose names may stand in a bundle. Everything else is ErrForm.
func ParseManifest(text []byte) (Manifest, error) {
	var m Manifest
	if err := parseOwn(text, &m); err != nil {
		return Manifest{}, err
	}
	if m.Format != Format || !sha256Text.MatchString(m.Review) || m.Withheld < 0 {
		return Manifest{}, ErrForm
	}
	names := make([]string, len(m.Files))
	for i, file := range m.Files {
		if !sha256Text.MatchString(file.SHA256) || file.Bytes < 0 || i > 0 && m.Files[i-1].Path >= file.Path {
			return Manifest{}, ErrForm
		}
		names[i] = file.Path
	}
	if CheckNames(names) != nil {
		return Manifest{}, ErrForm
	}
	return m, nil
}

// parseOwn reads JSON of this program: its canonical form, without a member that
// nothing reads.
func parseOwn(text []byte, into any) error {
	form, err := canonical.Transform(text)
	if err != nil || !bytes.Equal(form, text) {
		return ErrForm
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return ErrForm
	}
	again, err := canonical.Marshal(into)
	if err != nil || !bytes.Equal(again, text) {
		return ErrForm
	}
	return nil
}

// Statement is what a reviewer signs of a manifest.
func (m Manifest) Statement() (string, error) {
	text, err := m.Text()
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("tre-check release\n%s\n%s\n", m.Review, manifest.SHA256(text)), nil
}
