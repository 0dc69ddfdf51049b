package versions

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"tre-toolkit/internal/cite"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// livePrefix is UK LLC's at DataCite: a deposit without a DOI asks for one
// under it, and names no suffix.
const livePrefix = "10.71760"

type relation struct {
	RelatedIdentifier     string `json:"relatedIdentifier"`
	RelatedIdentifierType string `json:"relatedIdentifierType"`
	RelationType          string `json:"relationType"`
	ResourceTypeGeneral   string `json:"resourceTypeGeneral,omitempty"`
}

type dated struct {
	Date            string `json:"date"`
	DateType        string `json:"dateType"`
	DateInformation string `json:"dateInformation,omitempty"`
}

// Deposit returns a version's record as it can be sent to DataCite: valid by the
// JSON schema of metadata version 4.5, which has no date type Coverage, so that
// the extract periods stand as Collected. A version that is not minted goes
// without a DOI and takes what it must have from the release before it.
func Deposit(ctx context.Context, w *warehouse.Warehouse, dataset spec.Dataset, version Version) ([]byte, error) {
	work, err := depositWork(dataset, version)
	if err != nil {
		return nil, err
	}
	written, err := cite.Write(cite.DataCiteJSON, work)
	if err != nil {
		return nil, err
	}
	attributes := map[string]any{}
	if err := json.Unmarshal(written, &attributes); err != nil {
		return nil, err
	}
	relations, err := relationsOf(dataset, version)
	if err != nil {
		return nil, err
	}
	if len(relations) > 0 {
		attributes["relatedIdentifiers"] = relations
	}
	if work.DOI.IsZero() {
		attributes["prefix"] = livePrefix
	}
	attributes["sizes"] = sizes(version)
	attributes["dates"], err = dates(ctx, w, dataset, version)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err = encoder.Encode(map[string]any{"data": map[string]any{"type": "dois", "attributes": attributes}})
	return text.Bytes(), err
}

// depositWork cites the version; what its own release does not say yet is that
// of the newest release before it, and the year is that of its date.
func depositWork(dataset spec.Dataset, version Version) (cite.Work, error) {
	work, err := version.Work(dataset)
	if err != nil {
		return work, err
	}
	if version.Release.Title == "" {
		release, _ := neighbours(dataset, version.Name)
		work.Title, work.Creators = cmp.Or(release.Title, work.Title), cite.Organisations(release.Creators...)
		work.Publisher, work.URL, work.Language = release.Publisher, release.URL, release.Language
	}
	work.Abstract = dataset.Descriptors.Summary
	return work, nil
}

// relationsOf links a version to its neighbours that have DOIs, and to its
// series. Every new version has its previous one say so too.
func relationsOf(dataset spec.Dataset, version Version) ([]relation, error) {
	before, after := neighbours(dataset, version.Name)
	var relations []relation
	for _, one := range []struct{ doi, kind, general string }{
		{before.DOI, "IsNewVersionOf", "Dataset"},
		{after.DOI, "IsPreviousVersionOf", "Dataset"},
		{dataset.SeriesDOI, "IsPartOf", ""},
	} {
		if one.doi == "" {
			continue
		}
		doi, err := cite.ParseDOI(one.doi)
		if err != nil {
			return nil, fmt.Errorf("%s of %s: %w", one.kind, version.Name, err)
		}
		relations = append(relations, relation{doi.ID(), "DOI", one.kind, one.general})
	}
	return relations, nil
}

// neighbours returns the releases with a DOI that a version continues and that
// continues it, in its own lineage where there is one. Either may be zero.
func neighbours(dataset spec.Dataset, of spec.DatasetVersion) (before, after spec.Release) {
	names, releases := []spec.DatasetVersion{of}, map[spec.DatasetVersion]spec.Release{}
	for _, release := range dataset.Versions {
		name := dataset.Named(spec.DatasetVersion{Dataset: dataset.Name, Number: release.Number, Lineage: release.Date})
		if release.DOI != "" && name != of {
			names, releases[name] = append(names, name), release
		}
	}
	slices.SortStableFunc(names, func(a, b spec.DatasetVersion) int { return cmp.Compare(a.Number, b.Number) })
	if at := previous(names, of); at >= 0 {
		before = releases[names[at]]
	}
	for _, name := range names {
		if at := previous(names, name); at >= 0 && names[at] == of {
			return before, releases[name]
		}
	}
	return before, after
}

// sizes are of the whole dataset and then of each table: rows, not people.
func sizes(version Version) []string {
	var rows int64
	for _, table := range version.Tables {
		rows += table.Rows
	}
	list := []string{fmt.Sprintf("%d tables", len(version.Tables)), fmt.Sprintf("%d rows in all tables", rows)}
	for _, table := range version.Tables {
		list = append(list, fmt.Sprintf("%s: %d variables, %d observations", table.Name, table.Columns, table.Rows))
	}
	return list
}

// dates are when the version came, and the days that its extracts cover.
func dates(ctx context.Context, w *warehouse.Warehouse, dataset spec.Dataset, version Version) ([]dated, error) {
	list := []dated{{version.Date.String(), "Available", "in the trusted research environment"}}
	tables, err := sides(ctx, w, dataset, version)
	if err != nil {
		return nil, err
	}
	var first, last string
	for _, table := range tables {
		var from, to string
		if _, err := w.One(ctx, statements["70_period_span"], warehouse.Args{"table": table.place}, &from, &to); err != nil {
			return nil, err
		}
		if from != "" && (first == "" || from < first) {
			first = from
		}
		last = max(last, to)
	}
	if first != "" && last != "" {
		list = append(list, dated{first + "/" + last, "Collected", "from the first to the last day of its extract periods"})
	}
	if extract := version.LatestExtract(); !extract.IsZero() {
		list = append(list, dated{extract.String(), "Other", "latest extract"})
	}
	return list, nil
}
