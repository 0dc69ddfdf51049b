package versions

import (
	"context"

	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions/fingerprint"
	"tre-toolkit/internal/warehouse"
)

// State is what a check of a table's content found.
type State string

// The states of a table.
const (
	Unchanged    State = "unchanged"    // the content is what was loaded
	Differs      State = "differs"      // it is not
	Missing      State = "missing"      // the table is not there
	Incomparable State = "incomparable" // its fingerprint was made by another engine, which hashes in another way
)

// Checked is one table whose content was looked at again.
type Checked struct {
	Version    spec.DatasetVersion `json:"version"`
	Table      string              `json:"table"`
	State      State               `json:"state"`
	Registered string              `json:"registered"`      // the fingerprint made when it was loaded
	Found      string              `json:"found,omitempty"` // the one made now
	Rows       int64               `json:"rows"`            // as registered
}

// Verify makes every fingerprint of a version again and compares it with the
// one that was kept when the version was loaded.
func Verify(ctx context.Context, w *warehouse.Warehouse, dataset spec.Dataset, version Version) ([]Checked, error) {
	tables, err := sides(ctx, w, dataset, version)
	if err != nil {
		return nil, err
	}
	var checked []Checked
	for _, table := range tables {
		one := Checked{version.Name, table.name, Missing, table.facts.Fingerprint, "", table.facts.Rows}
		if len(table.columns) > 0 {
			if one.Found, err = fingerprint.Of(ctx, w, table.place); err != nil {
				return nil, err
			}
			one.State = compare(one.Registered, one.Found)
		}
		checked = append(checked, one)
	}
	return checked, nil
}

func compare(registered, found string) State {
	switch {
	case registered == found:
		return Unchanged
	case fingerprint.Comparable(registered, found):
		return Differs
	default:
		return Incomparable
	}
}
