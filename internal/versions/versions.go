// Package versions keeps what is known of every version of a dataset: its
// date and DOI, its tables with their rows and columns, the files it came from
// and the extract dates in its own data.
package versions

import (
	"context"
	"embed"

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
	if v.Release.DOI == "" {
		return "TBC"
	}
	return v.Release.DOI
}

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

// List returns the loaded versions of a dataset, numbers in numerical order.
func List(ctx context.Context, w *warehouse.Warehouse, dataset spec.Dataset) ([]Version, error) {
	var list []Version
	err := w.Each(ctx, statements["10_versions"], warehouse.Args{"dataset": dataset.Name}, func(scan func(...any) error) error {
		version := Version{Name: spec.DatasetVersion{Dataset: dataset.Name}}
		var number int
		var date string
		if err := scan(&number, &date, &version.DeliverySHA256); err != nil {
			return err
		}
		version.Name.Number = spec.VersionNumber(number)
		version.Release, _ = dataset.Release(version.Name.Number)
		var err error
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
	args := warehouse.Args{"dataset": version.Dataset, "number": int(version.Number)}
	err := w.Each(ctx, statements["20_tables"], args, func(scan func(...any) error) error {
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

// Find returns one loaded version.
func Find(ctx context.Context, w *warehouse.Warehouse, dataset spec.Dataset, number spec.VersionNumber) (Version, error) {
	list, err := List(ctx, w, dataset)
	if err != nil {
		return Version{}, err
	}
	for _, version := range list {
		if version.Name.Number == number {
			return version, nil
		}
	}
	name := spec.DatasetVersion{Dataset: dataset.Name, Number: number}
	return Version{}, &diagnostic.Input{
		Findings: []diagnostic.Finding{{File: name.String(), Code: "VER001", Message: "is not loaded in this workspace"}},
		Hint:     "tre-extract versions list shows what is; tre-extract load " + name.String() + " FOLDER loads it",
	}
}
