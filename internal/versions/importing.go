package versions

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"tre-toolkit/internal/cite"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// Imported is what an import did.
type Imported struct {
	Records    int      `json:"records"`
	Activities int      `json:"activities"`     // that were not there yet
	Known      int      `json:"known"`          // that were
	Foreign    int      `json:"foreign"`        // entries of other owners' DOIs, left out
	Tests      []string `json:"test_dois"`      // DOIs of DataCite's test service, which do not resolve
	Missing    []Gap    `json:"missing"`        // changes that no page held
	TakenOn    string   `json:"taken_on"`       // the day that the records are kept under
	DOIs       []string `json:"dois,omitempty"` // of the records
}

// Gap names changes of a DOI that are missing.
type Gap struct {
	DOI     string `json:"doi"`
	Changes []int  `json:"changes"`
}

// Import keeps saved records and activities in the register, all or none. A
// record replaces one of the same day; an activity that is there already must
// say the same.
func Import(ctx context.Context, workspace *warehouse.Workspace, saved Saved, takenOn spec.Date) (Imported, error) {
	done := Imported{Foreign: saved.Foreign, Tests: []string{}, Missing: []Gap{}, TakenOn: takenOn.String()}
	flag := func(doi cite.DOI) {
		if doi.IsTest() && !slices.Contains(done.Tests, doi.String()) {
			done.Tests = append(done.Tests, doi.String())
		}
	}
	w := workspace.Warehouse
	err := workspace.Transaction(ctx, func() error {
		for _, record := range saved.Records {
			flag(record.DOI)
			text, err := encode(record)
			if err != nil {
				return err
			}
			args := warehouse.Args{"doi": record.DOI.ID(), "taken_on": takenOn.String(), "record": string(text)}
			if _, err := w.Run(ctx, statements["60_replace_citation"], args); err != nil {
				return err
			}
			done.Records++
			done.DOIs = append(done.DOIs, record.DOI.String())
		}
		for _, activity := range saved.Activities {
			flag(activity.DOI)
			isNew, err := keep(ctx, w, activity)
			if err != nil {
				return err
			}
			if isNew {
				done.Activities++
			} else {
				done.Known++
			}
		}
		return nil
	})
	gaps := saved.Gaps()
	for _, activity := range saved.Activities {
		id := activity.DOI.ID()
		if len(gaps[id]) > 0 {
			done.Missing = append(done.Missing, Gap{id, gaps[id]})
			delete(gaps, id)
		}
	}
	return done, err
}

func keep(ctx context.Context, w *warehouse.Warehouse, activity SavedActivity) (isNew bool, err error) {
	text, err := encode(activity.Activity)
	if err != nil {
		return false, err
	}
	key := warehouse.Args{"doi": activity.DOI.ID(), "change_number": activity.Attributes.Version}
	var there string
	found, err := w.One(ctx, statements["62_find_activity"], key, &there)
	if err != nil {
		return false, err
	}
	if found {
		if there != string(text) {
			return false, conflict(activity.DOI, activity.Attributes.Version)
		}
		return false, nil
	}
	_, err = w.Run(ctx, statements["63_insert_activity"], with(key, "activity", string(text)))
	return true, err
}

// History returns the imported changes of a version's metadata, oldest first.
func History(ctx context.Context, w *warehouse.Warehouse, version Version) ([]Activity, error) {
	doi, err := cite.ParseDOI(version.Release.DOI)
	if err != nil {
		return nil, nil // without a DOI there is nothing to have changed
	}
	var history []Activity
	err = w.Each(ctx, statements["64_activities"], warehouse.Args{"doi": doi.ID()}, func(scan func(...any) error) error {
		var text string
		if err := scan(&text); err != nil {
			return err
		}
		var activity Activity
		err := json.Unmarshal([]byte(text), &activity)
		history = append(history, activity)
		return err
	})
	return history, err
}

// Moved is a field of a version's citation that the registry has changed since
// the dataset's specification froze it.
type Moved struct {
	Field   string `json:"field"`
	Cited   string `json:"cited"`
	CitedOn string `json:"cited_on"` // when the frozen metadata were taken
	Now     string `json:"now"`
	NowOn   string `json:"now_on"` // when the newest imported record was
}

// MovedMetadata compares a version's frozen citation with the newest imported
// record of its DOI. White space alone is no change.
func MovedMetadata(ctx context.Context, w *warehouse.Warehouse, version Version) ([]Moved, error) {
	doi, err := cite.ParseDOI(version.Release.DOI)
	if err != nil {
		return nil, nil // without a DOI there is no record
	}
	var takenOn, text string
	found, err := w.One(ctx, statements["61_latest_citation"], warehouse.Args{"doi": doi.ID()}, &takenOn, &text)
	if err != nil || !found {
		return nil, err
	}
	var record Record
	if err := json.Unmarshal([]byte(text), &record); err != nil {
		return nil, err
	}
	release := version.Release
	year := ""
	if release.Year != 0 {
		year = fmt.Sprint(release.Year)
	}
	var moved []Moved
	for _, field := range [][3]string{
		{"title", release.Title, record.Title},
		{"creators", strings.Join(release.Creators, "; "), strings.Join(record.Creators, "; ")},
		{"publisher", release.Publisher, record.Publisher},
		{"publication year", year, record.Year},
		{"address", release.URL, record.URL},
	} {
		cited, now := strings.Join(strings.Fields(field[1]), " "), strings.Join(strings.Fields(field[2]), " ")
		if cited != now {
			moved = append(moved, Moved{field[0], cited, release.TakenOn.String(), now, takenOn})
		}
	}
	return moved, nil
}
