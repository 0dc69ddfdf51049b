package versions

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tre-toolkit/internal/cite"
	"tre-toolkit/internal/diagnostic"
)

// Record is a DOI's metadata as the registry had them: the fields that a
// citation is made of, and no others.
type Record struct {
	DOI       cite.DOI `json:"-"`
	Title     string   `json:"title"`
	Creators  []string `json:"creators"`
	Publisher string   `json:"publisher"`
	Year      string   `json:"publication_year"`
	Version   string   `json:"version"`
	URL       string   `json:"url"`
	State     string   `json:"state"` // draft, registered or findable
	Updated   string   `json:"updated"`
}

// Saved is what was read of the registry's saved answers.
type Saved struct {
	Records    []Record
	Activities []SavedActivity // by DOI and number
	Foreign    int             // entries of DOIs that are not UK LLC's, left out
}

// SavedActivity is an activity with the DOI that it is of.
type SavedActivity struct {
	DOI cite.DOI
	Activity
}

// metadataFields are the parts of a DOI's metadata that the registry records
// changes of (lupo, app/models/doi.rb).
var metadataFields = []string{
	"doi", "url", "creators", "contributors", "titles", "publisher", "publication_year", "types", "descriptions",
	"container", "sizes", "formats", "version_info", "language", "dates", "identifiers", "related_identifiers",
	"related_items", "funding_references", "geo_locations", "rights_list", "subjects", "schema_version",
	"content_url", "landing_page", "aasm_state", "source", "reason",
}

// dataField is a field of a data change log, such as care_cluster.rows.
var dataField = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,2}$`)

// otherDOI is a DOI of somebody else: a page of the registry's whole feed, to
// which its own links lead, is full of them.
var otherDOI = regexp.MustCompile(`(?i)^(doi:\s*|https?://(dx\.|www\.)?doi\.org/)?10\.[0-9]{4,9}(\.[0-9]+)*/\S+$`)

// answer is one saved answer: a single entry or a list of them. What else it
// says of itself is not read: its link to the next page is wrong
// (datacite/datacite#2045) and pages come in any order.
type answer struct {
	Data json.RawMessage `json:"data"`
}

// entry is a record or an activity before it is known which.
type entry struct {
	ID            string          `json:"id"`
	Type          string          `json:"type"`
	Attributes    json.RawMessage `json:"attributes"`
	Relationships struct {
		DOI struct {
			Data struct {
				ID string `json:"id"`
			} `json:"data"`
		} `json:"doi"`
	} `json:"relationships"`
}

// ParseSaved reads one saved answer. All that is wrong with it is told at once.
func ParseSaved(file string, text []byte) (Saved, error) {
	var saved Saved
	var findings []diagnostic.Finding
	entries, err := entriesOf(text)
	if err != nil {
		return saved, &diagnostic.Input{
			Findings: []diagnostic.Finding{{File: file, Code: "DOI001", Message: err.Error()}},
			Hint:     "save the answer of https://api.datacite.org/dois/DOI or .../activities?page[number]=1&page[size]=1000 as it is",
		}
	}
	for i, one := range entries {
		if err := saved.add(one); err != nil {
			findings = append(findings, diagnostic.Finding{File: file, Code: "DOI002", Message: fmt.Sprintf("entry %d: %v", i+1, err)})
		}
	}
	if len(findings) > 0 {
		return saved, &diagnostic.Input{Findings: findings, Hint: "nothing was imported"}
	}
	return saved, nil
}

func entriesOf(text []byte) ([]entry, error) {
	var page answer
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if err := json.Unmarshal(text, &page); err != nil {
		return nil, errors.New("is not an answer of DataCite's: a JSON object with data")
	}
	var list []entry
	data := bytes.TrimSpace(page.Data)
	switch {
	case len(data) > 0 && data[0] == '[':
		if err := json.Unmarshal(data, &list); err != nil {
			return nil, errors.New("its data are not a list of entries with id, type and attributes")
		}
	case len(data) > 0 && data[0] == '{':
		list = make([]entry, 1)
		if err := json.Unmarshal(data, &list[0]); err != nil {
			return nil, errors.New("its data are not an entry with id, type and attributes")
		}
	default:
		return nil, errors.New("has no data")
	}
	return list, nil
}

func (s *Saved) add(one entry) error {
	switch one.Type {
	case "dois":
		return s.addRecord(one)
	case "activities":
		return s.addActivity(one)
	default:
		return errors.New("is neither of type dois nor of type activities")
	}
}

// ours parses a DOI; somebody else's is counted and left out.
func (s *Saved) ours(text string) (doi cite.DOI, ours bool, err error) {
	doi, err = cite.ParseDOI(text)
	if err != nil && otherDOI.MatchString(strings.TrimSpace(text)) && !strings.HasPrefix(bareDOI(text), "10.71760/") && !strings.HasPrefix(bareDOI(text), "10.83126/") {
		s.Foreign++
		return doi, false, nil
	}
	return doi, err == nil, err
}

func bareDOI(text string) string {
	_, bare, _ := strings.Cut(text, "10.")
	return "10." + bare
}

// recordFields are a record's attributes in the forms that the registry has
// used: a publisher is a text or an object, a year and a version a number or a
// text, and any may be null.
type recordFields struct {
	DOI      string `json:"doi"`
	Creators []struct {
		Name string `json:"name"`
	} `json:"creators"`
	Titles []struct {
		Title string `json:"title"`
	} `json:"titles"`
	Publisher       json.RawMessage `json:"publisher"`
	PublicationYear json.RawMessage `json:"publicationYear"`
	Version         json.RawMessage `json:"version"`
	URL             string          `json:"url"`
	State           string          `json:"state"`
	Updated         string          `json:"updated"`
}

func (s *Saved) addRecord(one entry) error {
	var fields recordFields
	if err := json.Unmarshal(one.Attributes, &fields); err != nil {
		return errors.New("its attributes are not those of a DOI")
	}
	if fields.DOI == "" {
		fields.DOI = one.ID
	}
	doi, ours, err := s.ours(fields.DOI)
	if err != nil || !ours {
		return err
	}
	record := Record{
		DOI: doi, Creators: []string{}, Publisher: plainText(fields.Publisher), Year: plainText(fields.PublicationYear),
		Version: plainText(fields.Version), URL: fields.URL, State: fields.State, Updated: fields.Updated,
	}
	for _, creator := range fields.Creators {
		record.Creators = append(record.Creators, creator.Name)
	}
	if len(fields.Titles) > 0 {
		record.Title = fields.Titles[0].Title
	}
	if strings.TrimSpace(record.Title) == "" {
		return errors.New("a record without a title cannot be cited")
	}
	s.Records = append(s.Records, record)
	return nil
}

// plainText returns a text, a number's digits, an object's name, or nothing.
func plainText(raw json.RawMessage) string {
	var text string
	var number json.Number
	var object struct {
		Name string `json:"name"`
	}
	switch {
	case json.Unmarshal(raw, &text) == nil:
		return text
	case json.Unmarshal(raw, &number) == nil:
		return number.String()
	case json.Unmarshal(raw, &object) == nil:
		return object.Name
	}
	return ""
}

func (s *Saved) addActivity(one entry) error {
	activity := Activity{ID: one.ID, Type: one.Type}
	if err := json.Unmarshal(one.Attributes, &activity.Attributes); err != nil {
		return errors.New("its attributes are not those of an activity")
	}
	of := one.Relationships.DOI.Data.ID
	if activity.Attributes.DerivedFrom != nil {
		of = *activity.Attributes.DerivedFrom
	}
	doi, ours, err := s.ours(of)
	if err != nil || !ours {
		return err
	}
	if activity.Attributes.Version < 1 {
		return errors.New("its version is not a number from 1")
	}
	if _, err := activity.generatedAt(); err != nil {
		return errors.New("its time is not one such as 2023-08-31T15:53:50.575Z")
	}
	for name := range activity.Attributes.Changes {
		if !slices.Contains(metadataFields, name) && !dataField.MatchString(name) {
			delete(activity.Attributes.Changes, name)
		}
	}
	if activity.Attributes.Changes == nil {
		activity.Attributes.Changes = map[string]json.RawMessage{}
	}
	if _, err := activity.Fields(); err != nil {
		return err
	}
	s.Activities = append(s.Activities, SavedActivity{doi, activity})
	return nil
}

// Merge puts saved answers together: pages in any order, some of them twice. An
// activity is known by its DOI and number and never by its id, which is that of
// a request and may be shared.
func Merge(all ...Saved) (Saved, error) {
	var merged Saved
	type key struct {
		doi    string
		number int
	}
	seen := map[key]string{}
	for _, one := range all {
		merged.Records = append(merged.Records, one.Records...)
		merged.Foreign += one.Foreign
		for _, activity := range one.Activities {
			text, err := encode(activity.Activity)
			if err != nil {
				return merged, err
			}
			at := key{activity.DOI.ID(), activity.Attributes.Version}
			before, there := seen[at]
			if there && before != string(text) {
				return merged, conflict(activity.DOI, activity.Attributes.Version)
			}
			if !there {
				merged.Activities = append(merged.Activities, activity)
			}
			seen[at] = string(text)
		}
	}
	slices.SortFunc(merged.Activities, func(a, b SavedActivity) int {
		if a.DOI.ID() != b.DOI.ID() {
			return strings.Compare(a.DOI.ID(), b.DOI.ID())
		}
		return a.Attributes.Version - b.Attributes.Version
	})
	slices.SortStableFunc(merged.Records, func(a, b Record) int { return strings.Compare(a.DOI.ID(), b.DOI.ID()) })
	return merged, nil
}

func conflict(doi cite.DOI, number int) error {
	return &diagnostic.Input{
		Findings: []diagnostic.Finding{{File: doi.String(), Code: "DOI003", Message: fmt.Sprintf("change %d is told in two ways", number)}},
		Hint:     "save the answers again, all in one go",
	}
}

// Gaps returns, of each DOI, the numbers of changes below its last that no page
// held: a page is missing then.
func (s Saved) Gaps() map[string][]int {
	gaps := map[string][]int{}
	next := map[string]int{}
	for _, activity := range s.Activities {
		id := activity.DOI.ID()
		if next[id] == 0 {
			next[id] = 1
		}
		for ; next[id] < activity.Attributes.Version && len(gaps[id]) < 1000; next[id]++ {
			gaps[id] = append(gaps[id], next[id])
		}
		next[id] = activity.Attributes.Version + 1
	}
	return gaps
}
