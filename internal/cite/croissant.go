package cite

import "strings"

// croissantWork is the part of MLCommons Croissant 1.0 that describes a dataset.
// Its files and records stay behind the walls of the research environment, so
// none are listed.
type croissantWork struct {
	Context       map[string]any   `json:"@context"`
	Type          string           `json:"@type"`
	ConformsTo    string           `json:"conformsTo"`
	ID            string           `json:"@id,omitempty"`
	Name          string           `json:"name"`
	AlternateName string           `json:"alternateName,omitempty"`
	Description   string           `json:"description"`
	URL           string           `json:"url"`
	License       string           `json:"license"`
	CiteAs        string           `json:"citeAs"` // a BibTeX entry, as the format asks
	Creator       []schemaOrgAgent `json:"creator"`
	Publisher     *schemaOrgAgent  `json:"publisher,omitempty"`
	DatePublished string           `json:"datePublished"`
	Version       string           `json:"version,omitempty"`
	InLanguage    string           `json:"inLanguage,omitempty"`
	Keywords      []string         `json:"keywords,omitempty"`
	IsLiveDataset bool             `json:"isLiveDataset"`
}

// croissantContext is the context that the format's readers expect, word for
// word: https://docs.mlcommons.org/croissant/docs/croissant-spec.html.
func croissantContext() map[string]any {
	context := map[string]any{
		"@language": "en", "@vocab": "https://schema.org/", "sc": "https://schema.org/",
		"cr": "http://mlcommons.org/croissant/", "rai": "http://mlcommons.org/croissant/RAI/", "dct": "http://purl.org/dc/terms/",
		"conformsTo": "dct:conformsTo",
		"data":       map[string]string{"@id": "cr:data", "@type": "@json"},
		"dataType":   map[string]string{"@id": "cr:dataType", "@type": "@vocab"},
		"examples":   map[string]string{"@id": "cr:examples", "@type": "@json"},
	}
	for _, term := range strings.Fields(`citeAs column equivalentProperty extract field fileProperty fileObject fileSet format includes
		isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated replace samplingRate separator source subField transform`) {
		context[term] = "cr:" + term
	}
	return context
}

// lackOfCroissant says what the format demands that the work has not.
func (w Work) lackOfCroissant() string {
	switch {
	case !w.isDataset():
		return "holds datasets alone, not a " + w.Kind
	case w.Abstract == "":
		return "asks for a description"
	case w.Rights == "":
		return "asks for a licence or a copyright statement"
	case w.landing() == "":
		return "asks for an address"
	case len(w.Creators) == 0:
		return "asks for a creator"
	case w.issued().IsZero():
		return "asks for a date"
	}
	return ""
}

// writeCroissant writes one work: a file of the format is of one dataset.
func writeCroissant(works []Work) ([]byte, error) {
	if len(works) > 1 {
		return nil, &Lack{Croissant, "holds one dataset a file"}
	}
	work := works[0]
	described := work.schemaOrg()
	for _, agent := range described.agents() {
		agent.Type = "sc:" + agent.Type
	}
	return writeJSON(croissantWork{
		Context: croissantContext(), Type: "sc:Dataset", ConformsTo: "http://mlcommons.org/croissant/1.0",
		ID: described.ID, Name: described.Name, AlternateName: described.AlternateName, Description: described.Description,
		URL: described.URL, License: work.Rights, CiteAs: string(writeBibTeX(works)),
		Creator: described.Creator, Publisher: described.Publisher, DatePublished: described.DatePublished,
		Version: semantic(work.Version), InLanguage: described.InLanguage, Keywords: described.Keywords,
	})
}

// agents returns everybody that the work names, to be changed in place.
func (w *schemaOrgWork) agents() []*schemaOrgAgent {
	var agents []*schemaOrgAgent
	for i := range w.Creator {
		agents = append(agents, &w.Creator[i])
	}
	if w.Publisher != nil {
		agents = append(agents, w.Publisher)
	}
	return agents
}
