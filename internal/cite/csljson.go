package cite

import (
	"slices"
)

// cslItem is one item of csl-data.json, in DataCite's order of keys. The
// schema knows no key for rights, so they go into custom.
type cslItem struct {
	Type       string            `json:"type"`
	ID         string            `json:"id"`
	Categories []string          `json:"categories,omitempty"`
	Language   string            `json:"language,omitempty"`
	Author     []cslName         `json:"author,omitempty"`
	Issued     *cslDate          `json:"issued,omitempty"`
	Abstract   string            `json:"abstract,omitempty"`
	DOI        string            `json:"DOI,omitempty"`
	Publisher  string            `json:"publisher,omitempty"`
	Title      string            `json:"title"`
	URL        string            `json:"URL,omitempty"`
	Copyright  string            `json:"copyright,omitempty"` // DataCite's, unknown to the schema
	Version    string            `json:"version,omitempty"`
	Custom     map[string]string `json:"custom,omitempty"`
}

type cslName struct {
	Literal string `json:"literal,omitempty"`
	Family  string `json:"family,omitempty"`
	Given   string `json:"given,omitempty"`
}

type cslDate struct {
	DateParts [1][]int `json:"date-parts"`
}

func writeCSLJSON(works []Work) ([]byte, error) {
	ids := make([]string, len(works))
	for i, work := range works {
		ids[i] = work.cslID()
	}
	items := make([]cslItem, len(works))
	for i, id := range distinct(ids, "#") {
		items[i] = works[i].cslItem(id)
	}
	return writeJSON(items)
}

func (w Work) cslID() string {
	if w.DOI.IsZero() {
		return w.key()
	}
	return w.DOI.URL()
}

func (w Work) cslItem(id string) cslItem {
	item := cslItem{
		Type: w.cslType(), ID: id, Categories: w.Keywords, Language: w.Language, Issued: w.cslIssued(), Abstract: w.Abstract,
		DOI: w.DOI.String(), Publisher: w.Publisher, Title: w.Title, URL: w.Link(), Version: w.Version,
	}
	for _, creator := range w.Creators {
		item.Author = append(item.Author, creator.cslName())
	}
	if w.Rights != "" {
		item.Custom = map[string]string{"copyright": w.Rights}
	}
	return item
}

// cslKinds are the types that a work which is no dataset may keep.
var cslKinds = []string{"article", "collection", "document", "report", "software", "webpage"}

func (w Work) cslType() string {
	switch {
	case w.isDataset():
		return "dataset"
	case slices.Contains(cslKinds, w.Kind):
		return w.Kind
	}
	return "document"
}

func (w Work) cslIssued() *cslDate {
	if w.issued().IsZero() {
		return nil
	}
	return &cslDate{[1][]int{w.issued().parts()}}
}

func (c Creator) cslName() cslName {
	if family, given, ok := c.familyAndGiven(); ok {
		return cslName{Family: family, Given: given}
	}
	return cslName{Literal: c.Name}
}
