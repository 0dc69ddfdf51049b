package cite

import "slices"

const (
	dataCiteKernel = "http://datacite.org/schema/kernel-4"
	// unavailable is DataCite's standard value for a name that nobody knows.
	unavailable = ":(unav)"
)

// dataCiteWork is the attributes of a DataCite record, in the order of its
// documentation and by the JSON schema of version 4.5.
type dataCiteWork struct {
	DOI             string                `json:"doi,omitempty"`
	URL             string                `json:"url,omitempty"`
	Types           dataCiteTypes         `json:"types"`
	Creators        []dataCiteCreator     `json:"creators"`
	Titles          []dataCiteTitle       `json:"titles"`
	Publisher       dataCitePublisher     `json:"publisher"`
	PublicationYear string                `json:"publicationYear"`
	Subjects        []dataCiteSubject     `json:"subjects,omitempty"`
	Dates           []dataCiteDate        `json:"dates,omitempty"`
	Language        string                `json:"language,omitempty"`
	Version         string                `json:"version,omitempty"`
	RightsList      []dataCiteRights      `json:"rightsList,omitempty"`
	Descriptions    []dataCiteDescription `json:"descriptions,omitempty"`
	SchemaVersion   string                `json:"schemaVersion"`
}

type dataCiteTypes struct {
	ResourceTypeGeneral string `json:"resourceTypeGeneral"`
	ResourceType        string `json:"resourceType,omitempty"`
}

type dataCiteCreator struct {
	Name       string `json:"name"`
	NameType   string `json:"nameType,omitempty"`
	GivenName  string `json:"givenName,omitempty"`
	FamilyName string `json:"familyName,omitempty"`
}

type dataCiteTitle struct {
	Title     string `json:"title"`
	TitleType string `json:"titleType,omitempty"`
}

type dataCitePublisher struct {
	Name       string `json:"name"`
	Identifier string `json:"publisherIdentifier,omitempty"`
}

type dataCiteSubject struct {
	Subject string `json:"subject"`
}

type dataCiteDate struct {
	Date     string `json:"date"`
	DateType string `json:"dateType"`
}

type dataCiteRights struct {
	Rights string `json:"rights"`
}

type dataCiteDescription struct {
	Description     string `json:"description"`
	DescriptionType string `json:"descriptionType"`
}

// lackOfDataCite says what a record must have. An unknown creator or publisher
// has a standard value, an unknown year has none.
func (w Work) lackOfDataCite() string {
	if w.year() < 1000 {
		return "needs a year of publication in four digits"
	}
	return ""
}

// writeDataCiteJSON writes the record of one work, or a list of several.
func writeDataCiteJSON(works []Work) ([]byte, error) {
	records := make([]dataCiteWork, len(works))
	for i, work := range works {
		records[i] = work.dataCite()
	}
	return writeJSON(oneOrAll(records))
}

func (w Work) dataCite() dataCiteWork {
	record := dataCiteWork{
		DOI: w.DOI.String(), URL: w.URL, Types: dataCiteTypes{ResourceTypeGeneral: "Dataset"},
		Titles:          []dataCiteTitle{{Title: w.Title}},
		Publisher:       dataCitePublisher{w.Publisher, w.PublisherID},
		PublicationYear: w.yearText(), Language: w.Language, Version: w.Version, SchemaVersion: dataCiteKernel,
	}
	if !w.isDataset() {
		record.Types = dataCiteTypes{ResourceTypeGeneral: "Other", ResourceType: w.Kind}
	}
	if w.Name != "" {
		record.Titles = append(record.Titles, dataCiteTitle{w.Name, "AlternativeTitle"})
	}
	if w.Publisher == "" {
		record.Publisher.Name = unavailable
	}
	for _, creator := range w.Creators {
		record.Creators = append(record.Creators, creator.dataCite())
	}
	if len(w.Creators) == 0 {
		record.Creators = []dataCiteCreator{{Name: unavailable}}
	}
	for _, keyword := range unique(w.Keywords) {
		record.Subjects = append(record.Subjects, dataCiteSubject{keyword})
	}
	if !w.Issued.IsZero() {
		record.Dates = []dataCiteDate{{w.Issued.String(), "Issued"}}
	}
	if w.Rights != "" {
		record.RightsList = []dataCiteRights{{w.Rights}}
	}
	if w.Abstract != "" {
		record.Descriptions = []dataCiteDescription{{w.Abstract, "Abstract"}}
	}
	return record
}

func (c Creator) dataCite() dataCiteCreator {
	if family, given, ok := c.familyAndGiven(); ok {
		return dataCiteCreator{Name: c.Name, NameType: "Personal", GivenName: given, FamilyName: family}
	}
	if c.Personal {
		return dataCiteCreator{Name: c.Name, NameType: "Personal"}
	}
	return dataCiteCreator{Name: c.Name, NameType: "Organizational"}
}

// unique returns the texts without those that stood before.
func unique(texts []string) []string {
	var kept []string
	for _, text := range texts {
		if !slices.Contains(kept, text) {
			kept = append(kept, text)
		}
	}
	return kept
}
