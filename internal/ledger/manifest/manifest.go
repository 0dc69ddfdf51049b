// Package manifest says what an extract holds, from what and under which plan it
// was made, with which checks and keys, and proves it: the manifest is canonical
// JSON (RFC 8785), signed with Ed25519 in a note beside it, and a folder is what
// its manifest says, or every difference is named.
//
// A manifest has no time in it, so that the same plan makes the same bytes; when
// and by whom it was made is in the ledger. Counts of people have gone through
// the gate before they come here.
package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/ledger/canonical"
)

// The names of a manifest and its signature in an extract's folder.
const (
	FileName      = "manifest.json"
	SignatureName = "manifest.sig"
)

// Format is the first version of the form of a manifest.
const Format = "tre-extract manifest 1"

// Errors that a caller may test for.
var (
	ErrForm      = errors.New("is not a manifest of this program")
	ErrSignature = errors.New("the signature is not of this manifest")
)

// Manifest is what an extract's manifest says. The members of its plan stand
// beside its own, as "plan --json" prints them.
type Manifest struct {
	Plan       `json:"-"`
	Format     string  `json:"format"`
	Tool       string  `json:"tool_version"`
	Database   string  `json:"duckdb_version"`
	KeyID      string  `json:"key_id"`
	Signer     string  `json:"signer"` // the public key of the signature beside it
	FreezeDOI  string  `json:"freeze_doi,omitempty"`
	FreezeFrom Sources `json:"freeze_sources"`
	Previous   string  `json:"previous_manifest,omitempty"` // SHA-256 of the manifest of the project's plan before this
	Checks     []Check `json:"checks"`
	Files      []File  `json:"files"` // in the order of their names

	plan map[string]any // every member of the plan
}

// Plan is what is read of the plan that an extract was made by.
type Plan struct {
	Project    string  `json:"project"`
	PlanHash   string  `json:"plan_hash"`
	SpecSHA256 string  `json:"spec_sha256"`
	Freeze     int     `json:"freeze"`
	FreezeDate string  `json:"freeze_date"`
	Rules      string  `json:"rules"`
	KeyVersion int     `json:"key_version"`
	Total      Figure  `json:"participants"`
	Tables     []Table `json:"tables"`
}

// Table is what is read of a table of the plan.
type Table struct {
	Dataset  string `json:"dataset"` // NHSE_IAPT@3
	DOI      string `json:"doi"`
	Delivery string `json:"delivery_sha256"`
}

// Sources are the SHA-256 of the files that a freeze was made from.
type Sources struct {
	Permissions string `json:"permissions_sha256"`
	Mapping     string `json:"mapping_sha256"`
}

// Check is a check that was made before the extract: passed, or waived by
// somebody for a reason.
type Check struct {
	Code    string `json:"check"`
	Outcome string `json:"outcome"` // Passed or Waived
	By      string `json:"by,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

// The outcomes of a check.
const (
	Passed = "passed"
	Waived = "waived"
)

// File is one file of an extract; only data files have rows and columns.
type File struct {
	Name         string   `json:"name"` // relative to the manifest, with forward slashes
	SHA256       string   `json:"sha256"`
	Bytes        int64    `json:"bytes"`
	Dataset      string   `json:"dataset,omitempty"`
	Table        string   `json:"table,omitempty"`
	Rows         *Figure  `json:"rows,omitempty"`
	Participants *Figure  `json:"participants,omitempty"`
	Columns      []Column `json:"columns,omitempty"`
}

// Column is a column of a data file.
type Column struct {
	Name      string `json:"name"`
	Type      string `json:"type"`
	Category  string `json:"category"`
	Treatment string `json:"treatment"`
	Null      Figure `json:"null_percent"` // of the file's rows
}

// Figure is a number that has gone through the gate: the number, or the mark
// that stands in its place.
type Figure struct {
	text   string
	isMark bool
}

// FigureOf returns what a cell shows.
func FigureOf(cell disclosure.Cell) Figure { return Figure{cell.String(), cell.Masked()} }

// String returns the figure as a table prints it.
func (f Figure) String() string { return f.text }

// MarshalJSON encodes a number as a number and a mark as a text.
func (f Figure) MarshalJSON() ([]byte, error) {
	if f.isMark || f.text == "" {
		return json.Marshal(f.text)
	}
	return []byte(f.text), nil
}

// UnmarshalJSON reads a number or a mark.
func (f *Figure) UnmarshalJSON(text []byte) error {
	*f = Figure{text: string(text)}
	if len(text) > 0 && text[0] == '"' {
		f.isMark = true
		return json.Unmarshal(text, &f.text)
	}
	var number float64
	return json.Unmarshal(text, &number)
}

// SetPlan takes the plan that the extract is made by: every member of its JSON.
func (m *Manifest) SetPlan(plan any) error {
	text, err := json.Marshal(plan)
	if err != nil {
		return err
	}
	m.plan = map[string]any{}
	return errors.Join(unmarshal(text, &m.plan), json.Unmarshal(text, &m.Plan))
}

// unmarshal reads JSON with its numbers as they are written.
func unmarshal(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into)
}

// Add adds a file in its place.
func (m *Manifest) Add(file File) {
	at, _ := slices.BinarySearchFunc(m.Files, file, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	m.Files = slices.Insert(m.Files, at, file)
}

// MarshalJSON returns the manifest's canonical form.
func (m Manifest) MarshalJSON() ([]byte, error) {
	type own Manifest
	text, err := json.Marshal(own(m))
	if err != nil {
		return nil, err
	}
	members := map[string]any{}
	if err := unmarshal(text, &members); err != nil {
		return nil, err
	}
	for name, value := range m.plan {
		if _, taken := members[name]; taken {
			return nil, fmt.Errorf("%w: the plan's %s is the manifest's own", ErrForm, name)
		}
		members[name] = value
	}
	return canonical.Marshal(members)
}

// Parse reads a manifest: one that this program would write in the same bytes,
// whose files are within its folder. Everything else is ErrForm.
func Parse(text []byte) (Manifest, error) {
	form, err := canonical.Transform(text)
	if err != nil || !bytes.Equal(form, text) {
		return Manifest{}, ErrForm
	}
	type own Manifest
	var read own
	members := map[string]any{}
	if json.Unmarshal(text, &read) != nil || unmarshal(text, &members) != nil || json.Unmarshal(text, &read.Plan) != nil {
		return Manifest{}, ErrForm
	}
	m := Manifest(read)
	m.plan = members
	for _, name := range ownMembers {
		delete(m.plan, name)
	}
	again, err := m.MarshalJSON()
	if err != nil || !bytes.Equal(again, text) || m.check() != nil {
		return Manifest{}, ErrForm
	}
	return m, nil
}

// ownMembers are the names of the members that are not the plan's.
var ownMembers = []string{
	"format", "tool_version", "duckdb_version", "key_id", "signer", "freeze_doi", "freeze_sources",
	"previous_manifest", "checks", "files",
}

var sha256Text = regexp.MustCompile(`^[0-9a-f]{64}$`)

// check refuses what a reader must not follow: names that lead out of the
// folder, or that stand for two files.
func (m Manifest) check() error {
	if m.Format != Format || len(m.Files) == 0 || m.Project == "" || strings.ContainsAny(m.Project, "\r\n") || !sha256Text.MatchString(m.PlanHash) {
		return ErrForm
	}
	for i, file := range m.Files {
		ordered := i == 0 || m.Files[i-1].Name < file.Name
		ours := file.Name == FileName || file.Name == SignatureName
		if !ordered || ours || !fs.ValidPath(file.Name) || strings.ContainsAny(file.Name, "\\\r\n\x00") || !sha256Text.MatchString(file.SHA256) {
			return ErrForm
		}
	}
	for _, check := range m.Checks {
		waived := check.Outcome == Waived && check.By != "" && check.Reason != ""
		if check.Outcome != Passed && !waived {
			return ErrForm
		}
	}
	return nil
}

// signedText is what is signed of a manifest: a note's text must end a line,
// which JSON does not, so it is the manifest's hash under a line that says what
// it is of.
func signedText(text []byte, project string) string {
	return fmt.Sprintf("tre-extract manifest\n%s\n%s\n", project, SHA256(text))
}

// Sign returns the manifest's bytes and the note that signs them.
func (m Manifest) Sign(signer note.Signer) (text, signature []byte, err error) {
	if text, err = m.MarshalJSON(); err != nil {
		return nil, nil, err
	}
	if _, err := Parse(text); err != nil {
		return nil, nil, err
	}
	signature, err = note.Sign(&note.Note{Text: signedText(text, m.Project)}, signer)
	return text, signature, err
}

// CheckSignature returns the name of the key that signed a manifest's bytes, one
// of those that are given as public keys.
//
// The errors are ErrSignature, [ledger.ErrUnsigned] when no given key signed it,
// and [ledger.ErrKey].
func CheckSignature(text, signature []byte, keys ...string) (signer string, err error) {
	manifest, err := Parse(text)
	if err != nil {
		return "", err
	}
	signed, signer, err := ledger.Open(signature, keys...)
	if err != nil {
		return "", err
	}
	if signed != signedText(text, manifest.Project) {
		return "", ErrSignature
	}
	return signer, nil
}
