// Package page renders a dataset's page: descriptors, metrics, version history,
// documents and useful syntax, as one HTML file or as Markdown.
//
// It promises that whatever the model holds is shown as text and never as
// mark-up, that a table's figures carry the name of that table, and that the
// HTML needs no network and no script. It sees no exact count: every figure is
// a display value that has already passed the disclosure gate.
package page

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"tre-toolkit/internal/cite"
)

// Model is what a page shows, in words that are ready to be shown.
type Model struct {
	Title         string // the heading, such as Talking Therapies dataset
	LastModified  string // such as 23 Oct 2025
	Summary       string // one paragraph
	Descriptors   Descriptors
	Metrics       Metrics
	History       History
	Documentation []Link
	Syntax        []Script
}

// Descriptors are the values of the sixteen descriptor rows, in the rows' order.
type Descriptors struct {
	Name                 string    // in the TRE, such as NHSE_IAPT
	Citation             cite.Work // of the newest version
	Downloads            []Link    // citation files beside the page
	Series               string
	Owner                string
	Copyright            string // the whole statement
	TemporalCoverage     string
	GeographicalCoverage string
	Participants         string // a figure, or why there is none
	Variables            string
	Observations         string
	KeyLink              string // address
	Keywords             []string
	LatestExtract        string // such as 2024-04-26
	Restrictions         string
	RequestLink          string // address
}

// Link is an address with the words that stand for it. The address is http,
// https or relative to the page.
type Link struct{ Text, Address string }

// Metrics is the table of participants by study and auxiliary table, with what
// a reader must know to compare it with another build of it.
type Metrics struct {
	Caption  string
	Tables   []Table
	Studies  []Study
	Marks    []Mark   // every mark that stands in the table
	Notes    []string // a sentence each
	FileStem string   // how the names of its CSV files begin, such as NHSE_IAPT_v0003_participants

	DatasetVersion string // such as NHSE_IAPT@3
	DOI            cite.DOI
	Freeze         string // such as 16 (01 May 2026)
	Rules          string // the disclosure profile
}

// Table is a column of the metrics, and what is known of the table besides its
// participants. Observations are rows, not people.
type Table struct {
	Name         string
	Description  string // what it holds, in a sentence
	Variables    string
	Observations string
	Total        string // participants over all studies, as the rules make it
}

// Study is a row of the metrics: a figure or a mark for each table.
type Study struct {
	Name  string
	Cells []string
}

// Mark is what stands in place of a figure, and its meaning.
type Mark struct{ Text, Meaning string }

// History lists the versions, oldest first, and what changed between them.
type History struct {
	MainTable string   // whose size the overview shows first
	Tables    []string // every table of any version, in order
	Versions  []Version
	Changes   []Change // newest first; none while no change log is kept
	Missing   string   // a sentence on changes that are not listed; empty when all are
}

// Version is one load of the dataset.
type Version struct {
	Number string
	Date   string // such as 13 Apr 2023; empty when not known
	DOI    cite.DOI
	Sizes  []Size
	Total  Size // the sum over the version's tables; it has no table's name
}

// Size is how large one table is in one version.
type Size struct{ Table, Variables, Observations string }

// Change is an entry of the change log: what changed in the data.
type Change struct {
	Heading string   // such as Version 2 to version 3
	Date    string   // such as 26 Apr 2024
	Lines   []string // a sentence each
}

// Script is syntax in one language: steps to run in their order.
type Script struct {
	Language string // as its users call it, such as Stata
	Tag      string // as a code block names it, such as stata
	Purpose  string // what to know before the first step
	Steps    []Snippet
}

// Snippet is a step of a script, which a researcher can run as it stands.
type Snippet struct {
	Title   string
	Purpose string // what it is for, in a sentence or two
	Code    string
}

// languageName is a word that can open a code block.
var languageName = regexp.MustCompile(`^[a-z0-9+-]*$`)

// check collects what would make a wrong page.
func (m Model) check() error {
	var faults []error
	if m.Title == "" {
		faults = append(faults, errors.New("the page has no title"))
	}
	faults = append(faults, m.Metrics.faults()...)
	faults = append(faults, m.History.faults()...)
	for _, script := range m.Syntax {
		if !languageName.MatchString(script.Tag) {
			faults = append(faults, fmt.Errorf("syntax for %q: %q is not the name of a language", script.Language, script.Tag))
		}
	}
	for _, link := range m.links() {
		if !followable(link.Address) {
			faults = append(faults, fmt.Errorf("link %q: %q is neither a web address nor a relative one", link.Text, link.Address))
		}
	}
	return errors.Join(faults...)
}

func (m Metrics) faults() []error {
	var faults []error
	for _, row := range m.Studies {
		if len(row.Cells) != len(m.Tables) {
			faults = append(faults, fmt.Errorf("metrics row %s has %d cells for %d tables", row.Name, len(row.Cells), len(m.Tables)))
		}
	}
	for _, field := range slices.Concat(m.longLines()...) {
		if strings.IndexFunc(field, beginsFormula) == 0 && len(field) > 1 {
			faults = append(faults, fmt.Errorf("metrics: %q is a formula to a spreadsheet", field))
		}
	}
	return faults
}

// beginsFormula holds for what makes a spreadsheet run a cell in place of
// showing it. The sign alone is harmless, and some are used as marks.
func beginsFormula(sign rune) bool { return strings.ContainsRune("=+-@\t\r", sign) }

func (h History) faults() []error {
	var faults []error
	if !slices.Contains(h.Tables, h.MainTable) {
		faults = append(faults, fmt.Errorf("main table %q is not among the tables of the version history", h.MainTable))
	}
	for _, version := range h.Versions {
		for _, size := range version.Sizes {
			if !slices.Contains(h.Tables, size.Table) {
				faults = append(faults, fmt.Errorf("version %s has table %q, which the version history does not list", version.Number, size.Table))
			}
		}
	}
	return faults
}

// links returns every address that the model brings in.
func (m Model) links() []Link {
	d := m.Descriptors
	return slices.Concat(m.Documentation, d.Downloads, asLinks(d.KeyLink), asLinks(d.RequestLink), asLinks(d.Citation.Link()))
}

// followable holds for addresses that lead to a page or a file: no script, no
// other program.
func followable(address string) bool {
	parsed, err := url.Parse(address)
	if err != nil || address == "" {
		return false
	}
	return parsed.Scheme == "https" || parsed.Scheme == "http" || parsed.Scheme == "" && parsed.Host == ""
}
