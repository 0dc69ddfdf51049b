package cite

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// hdrukWork is the part of HDR UK's dataset schema 3.0.0 that a citation fills.
// What the schema demands and a citation does not hold is written as not known:
// null, no observation, and HDR UK's own -1 for the number of people.
type hdrukWork struct {
	Identifier    *string         `json:"identifier"`
	Version       string          `json:"version"`
	Revisions     []hdrukRevision `json:"revisions"`
	Issued        string          `json:"issued"`
	Modified      string          `json:"modified"`
	Summary       hdrukSummary    `json:"summary"`
	Accessibility hdrukAccess     `json:"accessibility"`
	Observations  []struct{}      `json:"observations"`
}

type hdrukRevision struct {
	Version string  `json:"version"`
	URL     *string `json:"url,omitempty"`
}

type hdrukSummary struct {
	Title                string         `json:"title"`
	Abstract             *string        `json:"abstract"`
	DataCustodian        hdrukCustodian `json:"dataCustodian"`
	PopulationSize       int            `json:"populationSize"`
	Keywords             []string       `json:"keywords,omitempty"`
	DOIName              string         `json:"doiName,omitempty"`
	ContactPoint         *string        `json:"contactPoint"`
	AlternateIdentifiers []string       `json:"alternateIdentifiers,omitempty"`
}

type hdrukCustodian struct {
	Identifier   string  `json:"identifier"`
	Name         string  `json:"name"`
	ContactPoint *string `json:"contactPoint"`
}

type hdrukAccess struct {
	Usage  *hdrukUsage `json:"usage,omitempty"`
	Access hdrukRights `json:"access"`
}

type hdrukUsage struct {
	ResourceCreator []string `json:"resourceCreator"`
}

type hdrukRights struct {
	AccessRights *string `json:"accessRights"`
}

// lackOfHDRUK says what a record must have, or must not exceed.
func (w Work) lackOfHDRUK() string {
	switch {
	case !w.isDataset():
		return fmt.Sprintf("holds datasets alone, not a %s", w.Kind)
	case !fits(w.Title, 2, 150):
		return "needs a title of 2 to 150 characters"
	case !fits(w.Publisher, 2, 150):
		return "needs a publisher of 2 to 150 characters"
	case w.custodianID() == "":
		return "needs an identifier of the publisher of at most 50 characters, such as its ROR, or else a DOI"
	case w.year() < 1000:
		return "needs a year of publication in four digits"
	case w.Version != "" && semantic(w.Version) == "":
		return "needs a version that begins with a number"
	}
	for _, keyword := range w.Keywords {
		if !fits(keyword, 2, 150) {
			return "needs keywords of 2 to 150 characters"
		}
	}
	for _, creator := range w.Creators {
		if !fits(creator.Name, 2, 1000) {
			return "needs names of 2 to 1000 characters"
		}
	}
	return ""
}

// fits says that a text has from least to most characters.
func fits(text string, least, most int) bool {
	length := utf8.RuneCountInString(text)
	return length >= least && length <= most
}

// writeHDRUK writes the record of one work, or a list of several.
func writeHDRUK(works []Work) ([]byte, error) {
	records := make([]hdrukWork, len(works))
	for i, work := range works {
		records[i] = work.hdruk()
	}
	return writeJSON(oneOrAll(records))
}

func (w Work) hdruk() hdrukWork {
	record := hdrukWork{
		Identifier: textOrNull(w.Link()),
		Version:    "1.0.0", // of the record, where the data have no number
		Revisions:  []hdrukRevision{},
		Issued:     w.issued().midnight(),
		Modified:   w.issued().midnight(),
		Summary: hdrukSummary{
			Title: w.Title, Abstract: textOrNull(hdrukAbstract(w.Abstract)), PopulationSize: -1,
			DataCustodian: hdrukCustodian{Identifier: w.custodianID(), Name: w.Publisher},
			Keywords:      w.Keywords, DOIName: w.DOI.String(),
		},
		Accessibility: hdrukAccess{Access: hdrukRights{textOrNull(w.landing())}},
		Observations:  []struct{}{},
	}
	if w.Version != "" {
		record.Version = semantic(w.Version)
		record.Revisions = []hdrukRevision{{record.Version, textOrNull(w.Link())}}
	}
	if fits(w.Name, 2, 1000) {
		record.Summary.AlternateIdentifiers = []string{w.Name}
	}
	for _, creator := range w.Creators {
		if record.Accessibility.Usage == nil {
			record.Accessibility.Usage = &hdrukUsage{}
		}
		record.Accessibility.Usage.ResourceCreator = append(record.Accessibility.Usage.ResourceCreator, creator.Name)
	}
	return record
}

// custodianID identifies the publisher: its own identifier, or else the prefix
// that DataCite gave it for its DOIs.
func (w Work) custodianID() string {
	if fits(w.PublisherID, 2, 50) {
		return w.PublisherID
	}
	return w.DOI.prefix()
}

func textOrNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// hdrukAbstract returns what fits of an abstract, cut at the end of a word.
func hdrukAbstract(abstract string) string {
	switch {
	case utf8.RuneCountInString(abstract) < 5:
		return ""
	case fits(abstract, 5, 500):
		return abstract
	}
	head := string([]rune(abstract)[:499])
	if at := strings.LastIndexByte(head, ' '); at > 250 {
		head = head[:at]
	}
	return head + "…"
}

// numbered is the number that a version begins with, in up to three parts.
var numbered = regexp.MustCompile(`^([0-9]{1,9})(?:\.([0-9]{1,9}))?(?:\.([0-9]{1,9}))?(?:[^0-9.]|$)`)

// semantic returns 3.0.0 of 3, v0003 and 3.0, and nothing of what has no number.
func semantic(version string) string {
	parts := numbered.FindStringSubmatch(bareVersion(version))
	if parts == nil {
		return ""
	}
	var numbers [3]int
	for i, part := range parts[1:] {
		if part != "" {
			numbers[i], _ = strconv.Atoi(part)
		}
	}
	return fmt.Sprintf("%d.%d.%d", numbers[0], numbers[1], numbers[2])
}

// midnight returns the start of the first day that the date may mean.
func (d Date) midnight() string {
	return fmt.Sprintf("%04d-%02d-%02dT00:00:00Z", d.year, max(d.month, 1), max(d.day, 1))
}
