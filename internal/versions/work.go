package versions

import (
	"cmp"
	"fmt"

	"tre-toolkit/internal/cite"
	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/spec"
)

// Work returns the version's citation metadata as they stood when they were
// taken. A version whose DOI is not minted is cited without one.
func (v Version) Work(dataset spec.Dataset) (cite.Work, error) {
	work := cite.Work{
		Name:      dataset.Name,
		Creators:  cite.Organisations(v.Release.Creators...),
		Title:     v.Release.Title,
		Publisher: v.Release.Publisher,
		Year:      v.Release.Year,
		Version:   v.Name.Number.String(),
		URL:       v.Release.URL,
		Language:  v.Release.Language,
		Keywords:  dataset.Descriptors.Keywords,
		Rights:    dataset.Descriptors.Copyright,
	}
	if v.Release.Title == "" {
		work.Title = dataset.Descriptors.Title
		work.Year = v.Date.Time().Year()
	}
	if v.DOI() == notMinted {
		return work, nil
	}
	doi, err := cite.ParseDOI(v.Release.DOI)
	work.DOI = doi
	return work, err
}

// FreezeWork returns a published freeze as a work.
func FreezeWork(freeze spec.PublishedFreeze) (cite.Work, error) {
	work, err := workOf(freeze.Citation)
	work.Kind, work.Name = "freeze", fmt.Sprintf("UKLLC_freeze_%d", freeze.Number)
	return work, err
}

// ProjectWork returns a project that says how it is cited as a work.
func ProjectWork(project spec.Project) (cite.Work, error) {
	work, err := workOf(*project.Citation)
	work.Kind, work.Name, work.Title = "project", project.ID.String(), cmp.Or(work.Title, project.Title)
	return work, err
}

// workOf returns a work with people first among its creators.
func workOf(citation spec.Citation) (cite.Work, error) {
	work := cite.Work{
		Title: citation.Title, Publisher: citation.Publisher, Year: citation.Year, URL: citation.URL, Language: citation.Language,
	}
	for _, name := range citation.Investigators {
		work.Creators = append(work.Creators, cite.Creator{Name: name, Personal: true})
	}
	work.Creators = append(work.Creators, cite.Organisations(citation.Creators...)...)
	if citation.DOI == "" || citation.DOI == notMinted {
		return work, nil
	}
	var err error
	work.DOI, err = cite.ParseDOI(citation.DOI)
	return work, err
}

// Published refuses a version that cannot be cited yet: what is made from it
// carries its citation.
func (v Version) Published(dataset spec.Dataset) error {
	if v.Release.Title != "" {
		return nil
	}
	return &diagnostic.Input{
		Findings: []diagnostic.Finding{{File: v.Name.String(), Code: "VER002", Message: "is not published: there is no citation metadata for it"}},
		Hint:     "add it under [[versions]] in the specification of " + dataset.Name,
	}
}
