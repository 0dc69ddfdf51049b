// Package versions keeps what is known of every version of a dataset: its
// date and DOI, its tables with their rows and columns, the files it came from
// and the extract dates in its own data. Numbers may have gaps, and lineages that
// run beside each other may share them: then a number alone names no version.
package versions

import (
	"cmp"
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

var statements = warehouse.MustLoad(sqlFiles)

// Version is one loaded version of a dataset.
type Version struct {
	Name           spec.DatasetVersion
	Date           spec.Date
	Release        spec.Release // as published; zero when the spec does not know it
	DeliverySHA256 string
	Tables         []Table // sorted by name
}

// Table is what is known of one auxiliary table of a version. Rows are rows of
// the delivery, not people.
type Table struct {
	Name          string
	Rows          int64
	Rejected      int64
	Columns       int
	LatestExtract spec.Date // newest extract date in the table's own rows
	File          string
	Bytes         int64
	SHA256        string
	Fingerprint   string // of the content; see package fingerprint
}

// DOI returns the version's DOI, or TBC when none is known. It is never made up.
func (v Version) DOI() string {
	return cmp.Or(v.Release.DOI, notMinted)
}

// notMinted stands in the place of a DOI that there is not yet.
const notMinted = "TBC"

// Table returns the facts of one table.
func (v Version) Table(name string) (Table, bool) {
	for _, table := range v.Tables {
		if table.Name == name {
			return table, true
		}
	}
	return Table{}, false
}

// LatestExtract returns the newest extract date in the version's own tables.
func (v Version) LatestExtract() spec.Date {
	var latest spec.Date
	for _, table := range v.Tables {
		if latest.Before(table.LatestExtract) {
			latest = table.LatestExtract
		}
	}
	return latest
}

// List returns the loaded versions of a dataset, numbers in numerical order and
// versions of one number by date.
func List(ctx context.Context, w *warehouse.Warehouse, dataset spec.Dataset) ([]Version, error) {
	var list []Version
	err := w.Each(ctx, statements["10_versions"], warehouse.Args{"dataset": dataset.Name}, func(scan func(...any) error) error {
		var version Version
		var number int
		var lineage, date string
		if err := scan(&number, &lineage, &date, &version.DeliverySHA256); err != nil {
			return err
		}
		var err error
		if version.Name, err = spec.RegisteredVersion(dataset.Name, number, lineage); err != nil {
			return err
		}
		version.Release, _ = dataset.Release(version.Name)
		version.Date, err = spec.ParseDate(date)
		list = append(list, version)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].Tables, err = tables(ctx, w, list[i].Name); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func tables(ctx context.Context, w *warehouse.Warehouse, version spec.DatasetVersion) ([]Table, error) {
	var list []Table
	err := w.Each(ctx, statements["20_tables"], key(version), func(scan func(...any) error) error {
		var table Table
		var latest string
		err := scan(&table.Name, &table.Rows, &table.Rejected, &table.Columns, &latest, &table.File, &table.Bytes, &table.SHA256, &table.Fingerprint)
		if err != nil {
			return err
		}
		if latest != "" {
			table.LatestExtract, err = spec.ParseDate(latest)
		}
		list = append(list, table)
		return err
	})
	return list, err
}

// key names a version in the register.
func key(version spec.DatasetVersion) warehouse.Args {
	return warehouse.Args{"dataset": version.Dataset, "number": int(version.Number), "lineage": version.Lineage.String()}
}

// Reference returns what names the version without doubt, whatever shares its
// number: number and date.
func (v Version) Reference() spec.DatasetVersion {
	reference := v.Name
	reference.Lineage = v.Date
	return reference
}

// Called returns what a command line calls one of the versions of a list: number
// and date where others have its number.
func Called(list []Version, version Version) spec.DatasetVersion {
	for _, other := range list {
		if other.Name.Number == version.Name.Number && other.Name != version.Name {
			return version.Reference()
		}
	}
	return version.Name
}

// Ambiguous is the error of a bare number that several loaded versions have.
type Ambiguous struct {
	Name     spec.DatasetVersion
	Versions []Version
}

// Error lists the versions as they can be named.
func (e *Ambiguous) Error() string {
	names := make([]string, len(e.Versions))
	for i, version := range e.Versions {
		names[i] = version.Reference().String()
	}
	return fmt.Sprintf("%s may be any of %s", e.Name, strings.Join(names, ", "))
}

// Find returns the loaded version that a reference means: by number and date, or
// by the number alone where one version has it. Otherwise it is [Ambiguous].
func Find(ctx context.Context, w *warehouse.Warehouse, dataset spec.Dataset, reference spec.DatasetVersion) (Version, error) {
	list, err := List(ctx, w, dataset)
	if err != nil {
		return Version{}, err
	}
	list = slices.DeleteFunc(list, func(v Version) bool {
		return v.Name.Number != reference.Number || !reference.Lineage.IsZero() && v.Date != reference.Lineage
	})
	switch len(list) {
	case 1:
		return list[0], nil
	case 0:
		return Version{}, &diagnostic.Input{
			Findings: []diagnostic.Finding{{File: reference.String(), Code: "VER001", Message: "is not loaded in this workspace"}},
			Hint:     "tre-extract versions list shows what is; tre-extract load " + reference.String() + " FOLDER loads it",
		}
	default:
		return Version{}, &Ambiguous{reference, list}
	}
}
