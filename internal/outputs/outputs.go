// Package outputs reads finished files as a stranger would and checks whether
// they may leave a trusted research environment under one owner's rules.
//
// It guesses what each column of a table means, and looks for low counts, masks
// that a reader can undo, percentages that give a masked count back,
// identifiers, and cells that a spreadsheet would run. It trusts nothing that the producer says: not the file's name, not its
// totals.
//
// What it promises: whatever it could not read is a finding, never silence;
// no link is followed and nothing outside the named paths is opened; sizes are
// bounded; an identifier that it finds is reported by its place and never
// printed. A certificate prints the sum that proves a disclosure, so a report
// may itself hold what it warns of: Report.Disclosive says so.
package outputs

import (
	"context"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/outputs/document"
	"tre-toolkit/internal/outputs/layout"
)

// Options say under which rules files are checked and how much is read.
type Options struct {
	Profile disclosure.Profile
	Limits  document.Limits // the zero value means document.DefaultLimits
	// Declaration says what the files mean; where it says nothing that is guessed.
	Declaration Declaration
	// Profiles finds the profiles that the declaration names. Without it a name
	// other than Profile's is an error.
	Profiles func(name string) (disclosure.Profile, error)
}

// Verdict is the answer to a check, worst finding first.
type Verdict string

// The three verdicts.
const (
	Safe   Verdict = "safe"   // nothing was found that speaks against release
	Review Verdict = "review" // a person must decide
	Fail   Verdict = "fail"   // a rule is broken
)

// Report is the outcome of a check. Its JSON form, written by WriteJSON, only
// grows:
//
//	verdict     "safe", "review" or "fail"
//	rules       the profile's name
//	disclosive  true when certificates in this report give hidden values away
//	findings    worst first: check, severity ("fail", "review" or "info"), file,
//	            and where they apply table, line, row, column, certificate; and
//	            always message and fix
//	hidden      per masked cell that something is known of: file, table, line,
//	            row, column, lower, upper (null when nothing limits it), proven
//	            (false when the interval may be narrower still), certificate
//	files       per file: path, kind, read ("fully", "partly" or "not"), reason,
//	            tables, rows, bytes
//	guesses     per table: file, table, what its columns were taken for, its
//	            totals, and whether a declaration said so
type Report struct {
	Verdict    Verdict      `json:"verdict"`
	Rules      string       `json:"rules"`
	Disclosive bool         `json:"disclosive"`
	Findings   []Finding    `json:"findings"`
	Hidden     []HiddenCell `json:"hidden"`
	Files      []File       `json:"files"`
	Guesses    []Guess      `json:"guesses"`
	threshold  int64        // under which a number in a label is a low count
}

// HiddenCell is a masked cell and what a reader can work out of it.
type HiddenCell struct {
	File        string `json:"file"`
	Table       string `json:"table,omitempty"`
	Line        int    `json:"line,omitempty"`
	Row         string `json:"row"`
	Column      string `json:"column"`
	Lower       int64  `json:"lower"`
	Upper       *int64 `json:"upper"`
	Proven      bool   `json:"proven"`
	Certificate string `json:"certificate,omitempty"`
	// IfSecondary is what is left when a mark that is used beside the primary one
	// hides no low count.
	IfSecondary *Bounds `json:"if_secondary,omitempty"`
}

// Bounds are the least and the greatest number that a cell can stand for.
type Bounds struct {
	Lower int64 `json:"lower"`
	Upper int64 `json:"upper"`
}

// Read says how much of a file was read.
type Read string

// How much of a file was read.
const (
	Fully  Read = "fully"
	Partly Read = "partly"
	NotAll Read = "not"
)

// File is one file of a check and how far it was read.
type File struct {
	Path   string `json:"path"`
	Kind   string `json:"kind"`
	Read   Read   `json:"read"`
	Reason string `json:"reason,omitempty"`
	Tables int    `json:"tables"`
	Rows   int    `json:"rows"`
	Bytes  int64  `json:"bytes"` // 0 when it was not read
	// SHA256 is that of the bytes that were looked at: all of them, unless the file
	// is larger than the limits allow. It is empty for what is no file of its own. A
	// report does not hold it: of a small table, all of which but one number is
	// known, it would give the number away to whoever tries them all.
	SHA256 string `json:"-"`
	looked int64  // how many bytes those were
}

// Check reads the files and folders and checks them under the profile. An error
// means that a path does not exist or the context ended; what is wrong with the
// files is in the report.
func Check(ctx context.Context, paths []string, options Options) (Report, error) {
	run, err := newCheck(ctx, paths, options)
	if err != nil {
		return Report{}, err
	}
	return run.report(), nil
}

// check is one run: what was read so far and what was found.
type check struct {
	options  Options
	policy   layout.Policy
	findings findings
	hidden   []HiddenCell
	files    []File
	models   []*layout.Model
	audited  map[*layout.Model]audited
	said     map[*layout.Model]DeclaredFile
	policies map[string]layout.Policy // by name, of the profiles that the declaration names
	context  contextSeen
	sizes    []statedSize
	units    map[string][]*document.Table // tables of single units, by supporting file
	guesses  []Guess
	crew     *crew // of the check of a folder; nil in the part of one file
	pairs    []*pair
	harmless map[string]bool // cells in which nothing was found
	labels   []labelled      // of the models
	measured []Measured      // the tables of published measures
	noted    bool            // some prose of the folder explains a mark
	unnoted  []*Finding      // masks that wait for such a note
}

// source reads one file as far as its kind and size allow and checks it.
func (c *check) source(path string, content []byte, size int64) {
	c.crew.add(c.child(), func(part *check) {
		part.guard(path, content, size, func() { part.read(path, content, size) })
		part.harmless = nil
	})
}

func (c *check) read(path string, content []byte, size int64) {
	read := document.Read
	if size > int64(len(content)) {
		read = func(path string, content []byte, limits document.Limits) document.Document {
			return document.ReadPart(path, content, size, limits)
		}
	}
	place := len(c.files)
	c.document(path, read(path, content, c.options.Limits))
	c.files[place].sized(content, size)
}

// document checks what was read of one file, and every file that is packed in
// it.
func (c *check) document(path string, doc document.Document) {
	c.carried(path, doc)
	c.contents(path, doc)
	rows := 0
	for _, t := range doc.Tables {
		rows += len(t.Rows)
	}
	c.covered(path, doc, rows)
	for i, t := range doc.Tables {
		t.File = path
		if len(doc.Tables) > 1 {
			t.Name = document.TableName(i)
		}
		c.table(t)
	}
	for _, member := range doc.Members {
		c.document(path+"/"+member.Name, member.Document)
	}
}

// table checks one table on its own.
func (c *check) table(t *document.Table) {
	said := c.options.Declaration.For(t.File, t.Name)
	if said.Supporting {
		c.supporting(t)
		return
	}
	if c.identifiers(t) {
		return
	}
	m := layout.NewDeclared(t, c.policyFor(t.File, t.Name), said.meaning())
	c.said[m] = said
	c.counts(m)
	c.countsAmongStatistics(m)
	c.sizesInText(m)
	c.notUnderstood(m)
	c.marks(m)
	c.totals(m, c.percentages(m))
	c.statistics(m)
	c.moments(m)
	c.weighted(m)
	c.classes(m)
	c.remainders(m)
	c.guess(m)
	c.contextOf(m)
	c.measuresOf(m)
	if len(m.CountColumns) > 0 {
		m.Compact(append([]string{said.Contributors.Value}, said.Contributors.Largest...)...)
		c.models = append(c.models, m)
		c.labels = append(c.labels, labelsOf(m))
	}
}

// folder runs the checks that need every file.
func (c *check) folder() {
	c.gather()
	if len(c.files) == 0 {
		c.findings.add(Finding{Check: "FIL002", Severity: ForReview, File: ".", Message: "Nothing was found to check: there is no file below the paths."})
	}
	c.missingNotes()
	c.missingContext()
	c.declaredButMissing()
	c.fileRules()
	c.titles()
	c.dominance()
	c.compare()
	c.joint()
	c.measuresSideBySide()
}

func (c *check) report() Report {
	report := Report{
		Verdict: Safe, Rules: c.options.Profile.Name(),
		Findings: c.findings.sorted(), Hidden: c.hidden, Files: c.files, Guesses: c.guesses,
		threshold: c.policy.Threshold,
	}
	for _, finding := range report.Findings {
		report.Disclosive = report.Disclosive || finding.Certificate != ""
		switch {
		case finding.Severity == Failed:
			report.Verdict = Fail
		case finding.Severity == ForReview && report.Verdict == Safe:
			report.Verdict = Review
		}
	}
	return report
}

// covered records how far a file was read; a gap is a finding of its own.
func (c *check) covered(path string, doc document.Document, rows int) {
	if doc.Unread != "" {
		c.notRead(path, doc)
		return
	}
	file := File{Path: path, Kind: doc.Kind, Read: Fully, Tables: len(doc.Tables), Rows: rows}
	if len(doc.Gaps) > 0 {
		file.Read, file.Reason = Partly, doc.Gaps[0]
		for _, gap := range doc.Gaps {
			c.findings.add(Finding{Check: "FIL002", Severity: ForReview, File: path, Message: "Not read fully: " + gap + ". A person must look."})
		}
	}
	c.files = append(c.files, file)
}

// skipped records a file that was not read at all.
func (c *check) skipped(path, kind, check string, severity Severity, reason string) {
	part := c
	if c.crew != nil {
		part = c.child()
		c.crew.parts = append(c.crew.parts, part)
	}
	part.files = append(part.files, File{Path: path, Kind: kind, Read: NotAll, Reason: reason})
	part.findings.add(Finding{Check: check, Severity: severity, File: path, Message: "Not read: " + reason + ". A person must look."})
}
