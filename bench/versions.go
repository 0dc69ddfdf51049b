package main

import (
	"context"
	"fmt"
	"time"

	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions"
	"tre-toolkit/internal/versions/fingerprint"
	"tre-toolkit/internal/warehouse"
	"tre-toolkit/specs"
)

// The bars of comparing two versions.
const (
	mostDiffRatio  = 1.5
	mostDiffGrowth = 6 // times the work of a fifth of the rows: linear with room for noise
	hubRows        = 5_000_000
)

// diff compares telling what changed between two hub-like versions of five
// million rows with the same comparison written by hand, and with itself on a
// fifth of the rows.
func (b bench) diff(ctx context.Context) ([]bar, error) {
	w, err := b.workspace(ctx, "diff")
	if err != nil {
		return nil, err
	}
	defer w.Close()
	small, _, err := b.diffOf(ctx, w.Warehouse, hubRows/5)
	if err != nil {
		return nil, err
	}
	ours, plain, err := b.diffOf(ctx, w.Warehouse, hubRows)
	return []bar{
		ratio("diff of two hubs, 5 million rows each", ours, plain, mostDiffRatio),
		{"diff, 5 million rows against 1", seconds(ours), seconds(small), ours.Seconds() / small.Seconds(), mostDiffGrowth, " x"},
	}, err
}

func (b bench) diffOf(ctx context.Context, w *warehouse.Warehouse, rows int) (ours, plain time.Duration, err error) {
	comparison, err := hubs(ctx, w, rows)
	if err != nil {
		return 0, 0, err
	}
	ours, err = b.best(func() error {
		_, err := versions.Compare(ctx, w, comparison)
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	plain, err = b.best(func() error {
		_, err := w.Run(ctx, statements["32_plain_diff"], nil)
		return err
	})
	return ours, plain, err
}

// hubs makes the two tables and what is known of them.
func hubs(ctx context.Context, w *warehouse.Warehouse, rows int) (versions.Comparison, error) {
	var none versions.Comparison
	profile, err := spec.LoadRules(specs.Files, "ukllc-metrics")
	if err != nil {
		return none, err
	}
	var names [3]spec.Identifier
	for i, name := range []string{"nhsd", "hub", "cohortkey_e"} {
		if names[i], err = spec.ParseIdentifier(name); err != nil {
			return none, err
		}
	}
	dataset := spec.Dataset{Name: "BENCH", Stem: "T", Schema: names[0], Hub: names[1], Person: names[2]}
	steps := []warehouse.Statement{warehouse.CreateSchema(dataset.Schema), statements["30_hub_before"], statements["31_hub_after"], statements["33_link_hub"]}
	for i, step := range steps {
		args := warehouse.Args{}
		if i == 1 {
			args["row_count"] = rows
		}
		if _, err := w.Run(ctx, step, args); err != nil {
			return none, err
		}
	}
	table, err := describeHub(ctx, w, names[1])
	if err != nil {
		return none, err
	}
	dataset.Tables = []spec.Table{table}
	version := func(number int) versions.Version {
		return versions.Version{
			Name:   spec.DatasetVersion{Dataset: dataset.Name, Number: spec.VersionNumber(number)},
			Tables: []versions.Table{{Name: "hub", Rows: int64(rows), Fingerprint: fmt.Sprint(number)}},
		}
	}
	return versions.Comparison{Dataset: dataset, Before: version(1), After: version(2), Profile: profile, Freeze: 1}, nil
}

func describeHub(ctx context.Context, w *warehouse.Warehouse, name spec.Identifier) (spec.Table, error) {
	table := spec.Table{Name: name}
	columns, err := fingerprint.Columns(ctx, w, "nhsd.t_hub_v0001")
	if err != nil {
		return table, err
	}
	for _, one := range columns {
		column := spec.Column{Category: spec.Core, From: "the bench"}
		if column.Name, err = spec.ParseIdentifier(one.Name); err != nil {
			return table, err
		}
		if column.Type, err = spec.ParseColumnType(one.Type); err != nil {
			return table, err
		}
		switch one.Name {
		case "cohortkey_e":
			column.Category = spec.Person
		case "pathwayid":
			column.Category, table.PeriodKey = spec.Linking, column.Name
		case "extract_start_date", "extract_end_date", "extract_date":
			column.From = ""
		}
		table.Columns = append(table.Columns, column)
	}
	return table, nil
}
