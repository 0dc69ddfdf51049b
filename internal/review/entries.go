package review

import (
	"encoding/json"
	"fmt"

	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/review/journal"
	"tre-toolkit/internal/review/people"
	"tre-toolkit/internal/review/states"
)

// The acts of a journal that are not of the table of states: with what a review
// begins.
const submit = "submit"

// Submission is what a review begins with.
type Submission struct {
	Format    string        `json:"format"`
	Path      string        `json:"path"` // the name of what is reviewed, without its folders
	Authors   []string      `json:"authors"`
	Reviewers int           `json:"reviewers"` // how many must decide
	Roster    people.Roster `json:"roster"`    // who may, and signs; empty when every user of the system may
	Rules     string        `json:"rules"`
	Tool      string        `json:"tool_version"`
}

// format is the first version of the form of a review.
const format = "tre-check review 1"

// Checked is what a check found: which files there are, byte for byte, and what
// each was judged to be.
type Checked struct {
	Files       []CheckedFile `json:"files"`                 // in the order of their paths
	Declaration string        `json:"declaration,omitempty"` // what the tables were declared to mean, as TOML
	Register    string        `json:"register,omitempty"`    // the head of the release register that was compared with
}

// CheckedFile is one file, or what else lies in its place, as it was checked.
type CheckedFile struct {
	Path    string          `json:"path"`
	Kind    string          `json:"kind"`
	SHA256  string          `json:"sha256"` // of the whole file; empty when it cannot be released
	Bytes   int64           `json:"bytes"`
	Verdict outputs.Verdict `json:"verdict"`
	Found   string          `json:"found"`           // stands for which findings there are, and where
	Stays   string          `json:"stays,omitempty"` // why it cannot be released, whoever approves it
}

// Vote is a decision on one file as it was checked: its bytes, its verdict and what
// was found in it.
type Vote struct {
	Path     string          `json:"path"`
	SHA256   string          `json:"sha256"`
	Verdict  outputs.Verdict `json:"verdict"`
	Found    string          `json:"found"`
	Decision states.Decision `json:"decision"`
	Comment  string          `json:"comment"`
}

// Finish is what a reviewer says who has decided on every file.
type Finish struct {
	Comment   string `json:"comment"`  // on the whole
	Manifest  string `json:"manifest"` // SHA-256 of the manifest of what they approve
	Signature string `json:"signature,omitempty"`
}

// Sealed is what is kept of the release.
type Sealed struct {
	Release  string `json:"release"`
	Date     string `json:"date"`
	By       string `json:"by"`       // who sealed it
	Manifest string `json:"manifest"` // SHA-256
	Register string `json:"register"` // the register's head, with the release in it
}

type decided struct {
	Votes []Vote `json:"votes"`
}

// newEntry returns an entry of somebody's act, for the journal to number.
func newEntry(act string, by people.Me, at string, body any) (journal.Entry, error) {
	text, err := json.Marshal(body)
	return journal.Entry{At: at, By: by.Name, User: by.User, Act: act, Body: text}, err
}

// bodyOf reads what an entry says.
func bodyOf(entry journal.Entry, into any) error {
	if err := json.Unmarshal(entry.Body, into); err != nil {
		return fmt.Errorf("%w: entry %d says nothing that this program understands", journal.ErrBroken, entry.Number)
	}
	return nil
}
