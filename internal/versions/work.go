package versions

import (
	"tre-toolkit/internal/cite"
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
	if v.Release.DOI == "" {
		return work, nil
	}
	doi, err := cite.ParseDOI(v.Release.DOI)
	work.DOI = doi
	return work, err
}
