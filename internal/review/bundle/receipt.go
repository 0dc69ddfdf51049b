package bundle

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"tre-toolkit/internal/ledger/canonical"
	"tre-toolkit/internal/ledger/manifest"
)

// ReceiptFormat is the first version of the form of a receipt.
const ReceiptFormat = "tre-check receipt 1"

// Receipt says under which name a release left, and by whose hands.
type Receipt struct {
	Format     string      `json:"format"`
	Release    string      `json:"release"`
	Date       string      `json:"date"` // when it left, such as 2024-09-05
	Manifest   string      `json:"manifest_sha256"`
	Review     string      `json:"review"`   // as the manifest has it
	Journal    string      `json:"journal"`  // the hash of the review's newest entry when it was sealed
	Register   string      `json:"register"` // the register's head before this release; empty for the first
	Reviewers  []Reviewer  `json:"reviewers"`
	SealedBy   string      `json:"sealed_by"`
	SealedAt   string      `json:"sealed_at"` // UTC, RFC 3339
	Tool       string      `json:"tool_version"`
	Companions []Companion `json:"companions"` // in the order of their paths
}

// Reviewer is somebody who approved every file of a release.
type Reviewer struct {
	Name string `json:"name"`
	Key  string `json:"key"` // the public key; empty where reviewers are users of the system
}

// Companion is a file of a bundle that tells about the release.
type Companion struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// Text returns the receipt's canonical form.
func (r Receipt) Text() ([]byte, error) {
	if r.Reviewers == nil {
		r.Reviewers = []Reviewer{}
	}
	if r.Companions == nil {
		r.Companions = []Companion{}
	}
	return canonical.Marshal(r)
}

// Statement is what a sealer signs of a receipt.
func (r Receipt) Statement() (string, error) {
	text, err := r.Text()
	return fmt.Sprintf("tre-check receipt\n%s\n%s\n", r.Release, manifest.SHA256(text)), err
}

var releaseName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$`)

// ParseReceipt reads a receipt. What this program would not write is ErrForm.
func ParseReceipt(text []byte) (Receipt, error) {
	var r Receipt
	if err := parseOwn(text, &r); err != nil {
		return Receipt{}, err
	}
	if r.Format != ReceiptFormat || !releaseName.MatchString(r.Release) || !sha256Text.MatchString(r.Manifest) || len(r.Reviewers) == 0 {
		return Receipt{}, ErrForm
	}
	for i, reviewer := range r.Reviewers {
		twice := slices.ContainsFunc(r.Reviewers[:i], func(other Reviewer) bool { return strings.EqualFold(other.Name, reviewer.Name) })
		if twice || reviewer.Name == "" {
			return Receipt{}, ErrForm
		}
	}
	for i, companion := range r.Companions {
		ordered := i == 0 || r.Companions[i-1].Path < companion.Path
		ours := companion.Path == SummaryName || strings.HasPrefix(companion.Path, PackFolder+"/")
		if !ordered || !ours || !fs.ValidPath(companion.Path) || !sha256Text.MatchString(companion.SHA256) {
			return Receipt{}, ErrForm
		}
	}
	return r, nil
}
