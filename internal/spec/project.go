package spec

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
)

// Formats in which an extract may be written.
const (
	Parquet    = "parquet"
	CSV        = "csv"
	BothFormat = "both" // the same rows as Parquet and as CSV
)

var (
	formats  = []string{Parquet, CSV, BothFormat}
	idStyles = []string{TextID, UUIDID, IntegerID}
)

// What becomes of rows that a filter cannot judge, such as those without the
// date of a window.
const (
	KeepUndated = "keep"
	DropUndated = "drop"
)

// Which date of a participant is the index date.
const (
	FirstDate = "first"
	LastDate  = "last"
)

// Project is an approved piece of research and what it may have.
type Project struct {
	ID           ProjectID
	Title        string
	Purpose      string // AnyPurpose or COVID19Purpose
	PermittedUse string // what the approval permits, in words for the researcher
	Approval     *Approval
	Freeze       int
	Studies      []Study
	Format       string // Parquet, CSV or BothFormat
	IDStyle      string // of the project's ids: TextID, UUIDID or IntegerID
	Rules        string // the profile for counts in plan and manifest
	DateShift    *DateShift
	Risk         *Risk // nil when the project sets no limits
	Datasets     []ProjectDataset
	Citation     *Citation // how the project is cited; nil when it is not

	file   string
	text   string
	sha256 string
}

// Approval is who allowed the project, and from which day to before which.
type Approval struct {
	Reference string // as the committee numbers it
	From, To  Date   // half-open
}

// Covers reports whether a day is within the approval.
func (a Approval) Covers(day Date) bool { return !day.Before(a.From) && day.Before(a.To) }

// DateShift moves all dates of a participant by the same number of days, drawn
// with the project's key from MostDays back to MostDays on. It keeps intervals
// within a person. It costs seasons, the order of events of two people, and
// every day that something changed for all: a policy, a lockdown.
type DateShift struct{ MostDays int }

// How a project's ids may be written.
const (
	TextID    = "text" // 26 characters and a check character
	UUIDID    = "uuid"
	IntegerID = "integer" // 15 digits
)

// Risk is what others may know of a participant, and how far an extract may let
// them recognise somebody by it: a run that goes further is stopped.
type Risk struct {
	QuasiIdentifiers []Identifier
	MostUnique       *float64 // percent of participants alone with their values
	SmallestClass    *int64   // people whom nobody can tell apart
}

// ProjectDataset is one dataset version that a project is given.
type ProjectDataset struct {
	Version     DatasetVersion
	ExtractDate Date       // rows that were cut later are left out; zero keeps all
	Index       *IndexDate // of its participants; nil when none is asked for
	Tables      []ProjectTable
}

// IndexDate says which day a participant is followed from: the first or the
// last date of a column among all their rows of a table.
type IndexDate struct {
	Table, Column Identifier
	Choose        string // FirstDate or LastDate
}

// ProjectTable is one table of it: the columns asked for, and which rows.
type ProjectTable struct {
	Name        Identifier
	Columns     []string // names, and patterns such as phq9_*
	Transform   string   // NoTransform, or one of those that docs/transforms.md tells
	Window      *Window
	AroundIndex *AroundIndex
	Codes       []CodeList
	Coarsen     []Coarsening
	Approved    []Identifier // sensitive columns, by name
	RealCodes   []Identifier // codes of providers and areas that are not re-keyed, by name

	block block // of the file, for faults
}

// Window keeps the rows whose date is at From or later and before To.
type Window struct {
	Column   Identifier
	From, To Date
	Undated  string // KeepUndated or DropUndated
}

// AroundIndex keeps the rows whose date is FromDays after the participant's
// index date or later, and earlier than ToDays after it; days before it are
// negative.
type AroundIndex struct {
	Column           Identifier
	FromDays, ToDays int
	Undated          string // of rows without the date, and of participants without an index date
}

// CodeList keeps the rows whose code is listed. A code that ends in * stands for
// all that begin so.
type CodeList struct {
	Column  Identifier
	Keep    []string
	Uncoded string // KeepUndated or DropUndated, for rows without a code
}

// SHA256 returns the hash of the project's file.
func (p Project) SHA256() string { return p.sha256 }

// File returns the name of the project's file.
func (p Project) File() string { return p.file }

// LoadProject reads a project's TOML file and reports every fault that can be
// told from the file alone. The project of a file with faults is returned as
// far as it could be read, so that CheckAgainst can add those that it finds.
func LoadProject(files fs.FS, name string) (Project, error) {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return Project{}, cannotBeRead(name, err).err()
	}
	return ParseProject(name, text)
}

// ParseProject reads the text of a project's file, as LoadProject does.
func ParseProject(name string, text []byte) (Project, error) {
	raw := projectText{Purpose: AnyPurpose, Format: Parquet, IDStyle: TextID}
	faults := decodeText(name, text, &raw)
	if faults.broken {
		return Project{}, faults.err()
	}
	sum := sha256.Sum256(text)
	project := Project{file: name, text: string(text), sha256: hex.EncodeToString(sum[:])}
	project.read(raw, faults)
	project.check(faults)
	return project, faults.err()
}
