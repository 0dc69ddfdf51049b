package cite

import (
	"encoding/json"
	"regexp"
	"strings"
)

// dataCiteRecord is what is read of a record: its attributes, bare or within
// the record that the REST API answers or a deposit sends. The two differ in the
// publisher, the year and what may be null.
type dataCiteRecord struct {
	ID              text
	Attributes      *dataCiteRecord
	DOI             text
	URL             text
	Creators        []struct{ Name, NameType, GivenName, FamilyName text }
	Titles          []struct{ Title text }
	Publisher       dataCitePublishing
	PublicationYear text
	Subjects        []dataCiteKeyword
	Dates           []struct{ Date, DateType text }
	Language        text
	Types           struct{ ResourceTypeGeneral, ResourceType text }
	Version         text
	RightsList      []struct{ Rights text }
	Descriptions    []struct{ Description, DescriptionType text }
}

// dataCitePublishing is the publisher: its name, or an object with it.
type dataCitePublishing struct{ Name, PublisherIdentifier text }

// UnmarshalJSON reads either.
func (p *dataCitePublishing) UnmarshalJSON(data []byte) error {
	if data[0] == '{' {
		type object dataCitePublishing
		return json.Unmarshal(data, (*object)(p))
	}
	return p.Name.UnmarshalJSON(data)
}

// dataCiteKeyword is a subject: an object with it, or in old files its text.
type dataCiteKeyword struct{ Subject text }

// UnmarshalJSON reads either.
func (k *dataCiteKeyword) UnmarshalJSON(data []byte) error {
	if data[0] == '{' {
		type object dataCiteKeyword
		return json.Unmarshal(data, (*object)(k))
	}
	return k.Subject.UnmarshalJSON(data)
}

func (r dataCiteRecord) work(found *faults) Work {
	record := r
	if r.Attributes != nil {
		record = *r.Attributes
	}
	work := Work{
		Kind: record.kind(), Creators: record.creators(), DOI: r.doi(record.DOI, found), URL: found.address("url", record.URL),
		Year: found.year("publicationYear", record.PublicationYear), Issued: record.issued(),
		Language: string(record.Language), Version: string(record.Version), Abstract: record.abstract(),
	}
	if len(record.Titles) > 0 {
		work.Title = string(record.Titles[0].Title)
	}
	if len(record.Titles) > 1 && nameInTRE.MatchString(fold(string(record.Titles[1].Title))) {
		work.Name = string(record.Titles[1].Title)
	}
	work.Publisher, work.PublisherID = record.publisher()
	for _, subject := range record.Subjects {
		work.Keywords = append(work.Keywords, string(subject.Subject))
	}
	if len(record.RightsList) > 0 {
		work.Rights = string(record.RightsList[0].Rights)
	}
	return work
}

// nameInTRE is what UK LLC writes as the second title, such as NHSE_IAPT. A
// subtitle or a translation is none.
var nameInTRE = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// doi returns the DOI of the attributes, or else the one that the id is.
func (r dataCiteRecord) doi(written text, found *faults) DOI {
	if written == "" && strings.HasPrefix(string(r.ID), "10.") {
		return found.doi("id", r.ID)
	}
	return found.doi("doi", written)
}

// kind returns nothing of a dataset, or of a record that does not say.
func (r dataCiteRecord) kind() string {
	general := fold(string(r.Types.ResourceTypeGeneral))
	if general == "" || strings.EqualFold(general, "Dataset") {
		return ""
	}
	if kind := fold(string(r.Types.ResourceType)); kind != "" {
		return kind
	}
	return general
}

// creators returns the names whole. Only a record that says so, or that holds
// both parts of a name and says nothing, makes a person of one.
func (r dataCiteRecord) creators() []Creator {
	var creators []Creator
	for _, c := range r.Creators {
		parts := c.FamilyName != "" && c.GivenName != ""
		name := string(c.Name)
		if name == "" && parts {
			name = string(c.FamilyName + ", " + c.GivenName)
		}
		if isUnavailable(name) {
			continue
		}
		personal := c.NameType == "Personal" || c.NameType == "" && parts
		creators = append(creators, Creator{Name: name, Personal: personal})
	}
	return creators
}

func (r dataCiteRecord) publisher() (name, id string) {
	if isUnavailable(string(r.Publisher.Name)) {
		return "", ""
	}
	if id = fold(string(r.Publisher.PublisherIdentifier)); !isWebAddress(id) {
		id = ""
	}
	return string(r.Publisher.Name), id
}

// isUnavailable knows DataCite's standard value in each of its spellings.
func isUnavailable(name string) bool {
	return strings.Trim(fold(name), ":()") == "unav" && strings.Contains(name, ":")
}

// issued returns the date of issue, where the record has a readable one.
func (r dataCiteRecord) issued() Date {
	for _, dated := range r.Dates {
		if dated.DateType == "Issued" {
			date, _ := ParseDate(fold(string(dated.Date)))
			return date
		}
	}
	return Date{}
}

// abstract returns the description that says it is one, or else the first.
func (r dataCiteRecord) abstract() string {
	for _, description := range r.Descriptions {
		if description.DescriptionType == "Abstract" {
			return string(description.Description)
		}
	}
	if len(r.Descriptions) > 0 {
		return string(r.Descriptions[0].Description)
	}
	return ""
}
