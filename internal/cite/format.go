package cite

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Format is a way to write a citation, by the name that the command line uses.
type Format string

const (
	// APAPage is the line that UK LLC's dataset pages print.
	APAPage Format = "apa-page"
	// APA is a reference of the APA's manual, seventh edition, with the version
	// and what the work is.
	APA Format = "apa"
	// CSLJSON is Citation Style Language JSON: an array, valid by its schema.
	CSLJSON Format = "csl-json"
	// BibTeX is for LaTeX with classic BibTeX styles.
	BibTeX Format = "bibtex"
	// BibLaTeX is for LaTeX with biblatex and biber.
	BibLaTeX Format = "biblatex"
	// RIS is for reference managers. Many split a name at its comma, so the
	// other formats keep an organisation's name better.
	RIS Format = "ris"
	// CFF is a CITATION.cff file, version 1.2.0, of the first work. The others
	// are its references.
	CFF Format = "cff"
	// SchemaOrg is JSON-LD for a web page, in words of schema.org alone.
	SchemaOrg Format = "schema-org"
	// DataCiteJSON is the attributes of a DataCite record, schema 4.5.
	DataCiteJSON Format = "datacite-json"
	// HDRUK is a dataset record of Health Data Research UK, schema 3.0.0.
	HDRUK Format = "hdruk"
	// Croissant is a dataset's description by MLCommons, version 1.0, without its
	// files and records.
	Croissant Format = "croissant"
)

// Formats returns the formats that an extract carries and in which any work
// that can be cited can be written, in the order that help texts list them.
func Formats() []Format { return []Format{APAPage, CSLJSON, BibTeX, RIS} }

// AllFormats returns every format, in the order that help texts list them.
func AllFormats() []Format {
	return []Format{APAPage, APA, CSLJSON, BibTeX, BibLaTeX, RIS, CFF, SchemaOrg, DataCiteJSON, HDRUK, Croissant}
}

// Profile says whose habits a format follows.
type Profile string

const (
	// Full is this project's: version, safe keys, capitals kept, all escaped.
	Full Profile = "full"
	// AsDataCite is what DataCite's content negotiation answers today, in place
	// of which it can stand. It has csl-json, bibtex and ris alone.
	AsDataCite Profile = "datacite"
)

// Profiles returns every profile, the usual one first.
func Profiles() []Profile { return []Profile{Full, AsDataCite} }

// Formats returns the formats that a profile has, of all or of DataCite's three.
func (p Profile) Formats() []Format {
	if p == AsDataCite {
		return []Format{CSLJSON, BibTeX, RIS}
	}
	return AllFormats()
}

// Has says that the profile has a format.
func (p Profile) Has(format Format) bool { return slices.Contains(p.Formats(), format) }

// Form says which mark-up an APA line has.
type Form string

const (
	// Plain is text without mark-up.
	Plain Form = "plain"
	// Markdown has the title in emphasis and a paragraph a work.
	Markdown Form = "markdown"
	// HTML has the title in italics, a link to follow and a paragraph a work.
	HTML Form = "html"
)

// Forms returns every form, the usual one first.
func Forms() []Form { return []Form{Plain, Markdown, HTML} }

// ParseFormat reads the name of a format.
func ParseFormat(name string) (Format, error) {
	return parseName(name, "a citation format", AllFormats())
}

// ParseProfile reads the name of a profile.
func ParseProfile(name string) (Profile, error) {
	return parseName(name, "a citation profile", Profiles())
}

// ParseForm reads the name of a form.
func ParseForm(name string) (Form, error) { return parseName(name, "a form", Forms()) }

func parseName[Name ~string](name, what string, known []Name) (Name, error) {
	names := make([]string, len(known))
	for i, one := range known {
		if string(one) == name {
			return one, nil
		}
		names[i] = string(one)
	}
	return "", fmt.Errorf("%q is not %s: choose one of %s", name, what, strings.Join(names, ", "))
}

// Extension returns the ending of file names in the format, such as .bib. No
// two formats share one.
func (f Format) Extension() string {
	switch f {
	case APA:
		return ".apa.txt"
	case CSLJSON:
		return ".json"
	case BibTeX:
		return ".bib"
	case BibLaTeX:
		return ".biblatex.bib"
	case RIS:
		return ".ris"
	case CFF:
		return ".cff"
	case SchemaOrg:
		return ".jsonld"
	case DataCiteJSON:
		return ".datacite.json"
	case HDRUK:
		return ".hdruk.json"
	case Croissant:
		return ".croissant.json"
	}
	return ".txt"
}

// HasForms says that the format is text that a page or a letter may hold, which
// has a [Form].
func (f Format) HasForms() bool { return f == APAPage || f == APA }

// IsRecord says that the format is a catalogue's record, which describes a work
// and has its date, and not a citation.
func (f Format) IsRecord() bool {
	return f == CFF || f == SchemaOrg || f == DataCiteJSON || f == HDRUK || f == Croissant
}

// Lack is the error of a format that asks for more than a work has. The work
// can be cited in other formats.
type Lack struct {
	Format Format
	Reason string
}

// Error says what the format asks for.
func (e *Lack) Error() string { return fmt.Sprintf("%s %s", e.Format, e.Reason) }

// Style is how works are written. The zero Profile is [Full], the zero Form
// [Plain].
type Style struct {
	Format  Format
	Profile Profile
	Form    Form // of apa-page and apa alone
}

// Extension returns the ending of file names in the style, such as .apa.md.
func (s Style) Extension() string {
	extension := s.Format.Extension()
	if !s.Format.HasForms() {
		return extension
	}
	switch s.Form {
	case Markdown:
		return strings.TrimSuffix(extension, ".txt") + ".md"
	case HTML:
		return strings.TrimSuffix(extension, ".txt") + ".html"
	}
	return extension
}

// Write returns a file with a citation of each work, in the order given, in the
// full profile and as plain text.
func Write(format Format, works ...Work) ([]byte, error) {
	return Style{Format: format}.Write(works...)
}

// Write returns a file with a citation of each work, in the order given. It
// refuses a work that cannot be cited (no title, a year or an address that is
// none), one that the format cannot hold (a [Lack]) and an empty list. In the
// full profile every line ends, also the last.
func (s Style) Write(works ...Work) ([]byte, error) {
	if len(works) == 0 {
		return nil, errors.New("there is no work to cite")
	}
	tidied := make([]Work, len(works))
	for i, work := range works {
		tidied[i] = work.tidy()
		err := tidied[i].check()
		if err == nil {
			err = s.Format.check(tidied[i])
		}
		if err != nil {
			return nil, fmt.Errorf("work %d (%s): %w", i+1, tidied[i].key(), err)
		}
	}
	switch s.Profile {
	case "", Full:
		return s.writeFull(tidied)
	case AsDataCite:
		return writeAsDataCite(s.Format, works)
	}
	return nil, fmt.Errorf("%q is not a citation profile", s.Profile)
}

// check says what the format asks for that a work has not.
func (f Format) check(work Work) error {
	reason := ""
	switch f {
	case DataCiteJSON:
		reason = work.lackOfDataCite()
	case HDRUK:
		reason = work.lackOfHDRUK()
	case Croissant:
		reason = work.lackOfCroissant()
	}
	if reason == "" {
		return nil
	}
	return &Lack{f, reason}
}

func (s Style) writeFull(works []Work) ([]byte, error) {
	switch s.Format {
	case APAPage:
		return s.Form.lines(works, Work.apaPageLine)
	case APA:
		return s.Form.lines(works, Work.apaLine)
	case CSLJSON:
		return writeCSLJSON(works)
	case BibTeX:
		return writeBibTeX(works), nil
	case BibLaTeX:
		return writeBibLaTeX(works), nil
	case RIS:
		return writeRIS(works), nil
	case CFF:
		return writeCFF(works), nil
	case SchemaOrg:
		return writeSchemaOrg(works)
	case DataCiteJSON:
		return writeDataCiteJSON(works)
	case HDRUK:
		return writeHDRUK(works)
	case Croissant:
		return writeCroissant(works)
	}
	return nil, fmt.Errorf("%q is not a citation format", s.Format)
}

// writeJSON returns a value as JSON to read by eye.
func writeJSON(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return out.Bytes(), err
}

// oneOrAll returns the only item, or a list of several.
func oneOrAll[Item any](items []Item) any {
	if len(items) == 1 {
		return items[0]
	}
	return items
}
