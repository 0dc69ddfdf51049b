package cite

import "encoding/json"

const schemaOrgContext = "https://schema.org"

// schemaOrgWork has properties of schema.org's CreativeWork and Dataset alone.
// DataCite's own writer adds some that schema.org does not know.
type schemaOrgWork struct {
	Context         string           `json:"@context,omitempty"`
	Type            string           `json:"@type"`
	ID              string           `json:"@id,omitempty"`
	Identifier      string           `json:"identifier,omitempty"`
	URL             string           `json:"url,omitempty"`
	Name            string           `json:"name"`
	AlternateName   string           `json:"alternateName,omitempty"`
	AdditionalType  string           `json:"additionalType,omitempty"`
	Description     string           `json:"description,omitempty"`
	Creator         []schemaOrgAgent `json:"creator,omitempty"`
	Publisher       *schemaOrgAgent  `json:"publisher,omitempty"`
	DatePublished   string           `json:"datePublished,omitempty"`
	Version         string           `json:"version,omitempty"`
	InLanguage      string           `json:"inLanguage,omitempty"`
	Keywords        []string         `json:"keywords,omitempty"`
	CopyrightNotice string           `json:"copyrightNotice,omitempty"`
}

type schemaOrgAgent struct {
	Type       string `json:"@type"`
	ID         string `json:"@id,omitempty"`
	Name       string `json:"name"`
	FamilyName string `json:"familyName,omitempty"`
	GivenName  string `json:"givenName,omitempty"`
}

// writeSchemaOrg writes one work, or a graph of several. A page carries it
// within <script>, so the signs of HTML are escaped.
func writeSchemaOrg(works []Work) ([]byte, error) {
	graph := make([]schemaOrgWork, len(works))
	for i, work := range works {
		graph[i] = work.schemaOrg()
	}
	var document any = map[string]any{"@context": schemaOrgContext, "@graph": graph}
	if len(graph) == 1 {
		graph[0].Context = schemaOrgContext
		document = graph[0]
	}
	out, err := json.MarshalIndent(document, "", "  ")
	return append(out, '\n'), err
}

func (w Work) schemaOrg() schemaOrgWork {
	item := schemaOrgWork{
		Type: "Dataset", ID: w.DOI.URL(), Identifier: w.DOI.URL(), URL: w.landing(), Name: w.Title, AlternateName: w.Name,
		Description: w.Abstract, DatePublished: w.issued().String(), Version: w.Version,
		InLanguage: w.Language, Keywords: w.Keywords, CopyrightNotice: w.Rights,
	}
	if !w.isDataset() {
		item.Type, item.AdditionalType = "CreativeWork", w.Kind
	}
	for _, creator := range w.Creators {
		item.Creator = append(item.Creator, creator.schemaOrg())
	}
	if w.Publisher != "" {
		item.Publisher = &schemaOrgAgent{Type: "Organization", ID: w.PublisherID, Name: w.Publisher}
	}
	return item
}

func (c Creator) schemaOrg() schemaOrgAgent {
	if family, given, ok := c.familyAndGiven(); ok {
		return schemaOrgAgent{Type: "Person", Name: given + " " + family, FamilyName: family, GivenName: given}
	}
	if c.Personal {
		return schemaOrgAgent{Type: "Person", Name: c.Name}
	}
	return schemaOrgAgent{Type: "Organization", Name: c.Name}
}

// landing returns the landing page, or else the DOI's link, or else nothing.
func (w Work) landing() string {
	if w.URL == "" {
		return w.DOI.URL()
	}
	return w.URL
}
