package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"tre-toolkit/internal/auxtables"
	"tre-toolkit/internal/extract"
	"tre-toolkit/internal/keys"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
	"tre-toolkit/specs"
)

// The bar of a large project: so many fact rows of so many people, filtered,
// re-keyed and ordered.
const (
	mostBigRatio = 1.25
	bigPeople    = 200_000
	bigMemory    = "1GiB"
)

// bigExtract compares a run over many fact rows, with pseudonyms, re-keying,
// manifest and reading back, with plain DuckDB that is given its ids ready-made
// and does the same join, window, order and COPY. Only one bar of memory: the
// work past it spills.
func (b bench) bigExtract(ctx context.Context) ([]bar, error) {
	dir := filepath.Join(b.dir, "big")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	work, err := b.bigWorkspace(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer work.Close()
	plan, root, err := b.bigPlan(ctx, work, dir)
	if err != nil {
		return nil, err
	}
	out := filepath.Join(dir, "extracted")
	ours, err := b.best(func() error {
		if err := os.RemoveAll(out); err != nil {
			return err
		}
		draft, err := extract.NewDraft(out)
		if err != nil {
			return err
		}
		_, err = extract.Run(ctx, work.Warehouse, plan, extract.Output{Draft: draft, Dir: out, Root: root, Step: func(string) {}})
		return err
	})
	if err != nil {
		return nil, err
	}
	if _, err := work.Run(ctx, statements["20_plain_people"], warehouse.Args{"freeze": 16, "studies": []string{"BIB"}}); err != nil {
		return nil, err
	}
	plain, err := b.best(func() error {
		_, err := work.Run(ctx, statements["51_plain_big"], warehouse.Args{"path": filepath.Join(dir, "plain.parquet")})
		return err
	})
	return []bar{ratio(fmt.Sprintf("extract of %d rows of %d people", b.rows, bigPeople), ours, plain, mostBigRatio)}, err
}

// bigWorkspace loads the scores of many people and freezes them.
func (b bench) bigWorkspace(ctx context.Context, dir string) (*warehouse.Workspace, error) {
	place := filepath.Join(dir, "workspace")
	if err := warehouse.Create(ctx, place, warehouse.TRE); err != nil {
		return nil, err
	}
	w, err := warehouse.OpenForWriting(ctx, place, "bench", warehouse.Settings{Memory: bigMemory, Directories: []string{dir}})
	if err != nil {
		return nil, err
	}
	args := func(name string) warehouse.Args {
		return warehouse.Args{"path": filepath.Join(dir, name), "people": bigPeople}
	}
	scores := args(largest + ".csv")
	scores["rows"] = b.rows
	for _, made := range []struct {
		statement string
		args      warehouse.Args
	}{{"52_big_scores", scores}, {"53_big_permissions", args("permissions.csv")}, {"54_big_mapping", args("mapping.csv")}} {
		if _, err := w.Run(ctx, statements[made.statement], made.args); err != nil {
			return w, err
		}
	}
	one := b.oneTable()
	delivery, err := auxtables.Inspect(ctx, auxtables.Request{
		Dataset: one, Version: spec.DatasetVersion{Dataset: one.Name, Number: 3}, Date: one.Versions[1].Date,
		Paths: []string{filepath.Join(dir, largest+".csv")},
	})
	if err != nil {
		return w, err
	}
	if _, err := auxtables.Load(ctx, w, delivery, func(string) {}); err != nil {
		return w, err
	}
	date, err := spec.ParseDate("2026-05-01")
	if err != nil {
		return w, err
	}
	_, err = linkage.Make(ctx, w, linkage.Request{
		Freeze:      linkage.Freeze{Number: 16, Date: date},
		Permissions: filepath.Join(dir, "permissions.csv"), Mapping: filepath.Join(dir, "mapping.csv"), Cohorts: b.cohorts,
	})
	return w, err
}

// oneTable returns the dataset with its largest table alone.
func (b bench) oneTable() spec.Dataset {
	table, _ := b.dataset.Table(largest)
	one := b.dataset
	one.Tables = []spec.Table{table}
	return one
}

func (b bench) bigPlan(ctx context.Context, w *warehouse.Workspace, dir string) (extract.Plan, keys.Root, error) {
	root, err := keys.Create(w.KeysDir(), filepath.Join(dir, "identity.txt"))
	if err != nil {
		return extract.Plan{}, root, err
	}
	project, err := spec.LoadProject(projectFiles, "project_big.toml")
	if err != nil {
		return extract.Plan{}, root, err
	}
	rules, err := spec.LoadRules(specs.Files, project.Rules)
	if err != nil {
		return extract.Plan{}, root, err
	}
	one := b.oneTable()
	plan, err := extract.Make(ctx, w.Warehouse, extract.Sources{
		Project: project, Datasets: map[string]spec.Dataset{one.Name: one}, Cohorts: b.cohorts, Rules: rules,
	})
	return plan, root, err
}
