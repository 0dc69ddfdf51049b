package main

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"tre-toolkit/internal/auxtables/assembly"
	"tre-toolkit/internal/auxtables/staging"
	"tre-toolkit/internal/intake"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/synth"
	"tre-toolkit/internal/warehouse"
	"tre-toolkit/specs"
)

// Assembling the nine tables, with every check of repeats, orphans and ties, may
// take this many times what the same joins by hand take.
const mostAssemblyRatio = 1.2

const assembledGeneration = "v2.1"

// assembly compares the assembly of every auxiliary table of a delivery of v2.1
// with the same joins written by hand. Reading the files is no part of it.
func (b bench) assembly(ctx context.Context) ([]bar, error) {
	generations, err := spec.LoadGenerations(specs.Files, b.dataset.Name)
	if err != nil {
		return nil, err
	}
	loaded, err := assembly.Load(specs.Files, b.dataset, generations)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(generations, func(one spec.Generation) bool { return one.Name == assembledGeneration })
	generation := generations[at]
	dir := filepath.Join(b.dir, "sources")
	if _, err := synth.Source(ctx, b.dataset, generation, b.cohorts, synth.Options{Dir: dir, People: b.people, Seed: 42}); err != nil {
		return nil, err
	}
	var bars []bar
	err = warehouse.Scratch(ctx, b.dir, warehouse.Settings{Directories: []string{dir}, Memory: "4GiB"}, func(w *warehouse.Warehouse) error {
		if err := stageSources(ctx, w, generation, dir); err != nil {
			return err
		}
		measured, err := b.assembleBothWays(ctx, w, loaded)
		bars = measured
		return err
	})
	return bars, err
}

func stageSources(ctx context.Context, w *warehouse.Warehouse, generation spec.Generation, dir string) error {
	labels, err := spec.LoadLabels(specs.Files, "NHSE_IAPT")
	if err != nil {
		return err
	}
	if err := staging.Prepare(ctx, w); err != nil {
		return err
	}
	for _, table := range generation.Tables {
		paths, err := filepath.Glob(filepath.Join(dir, "*", table.Name+"_*.csv"))
		if err != nil {
			return err
		}
		var files []intake.Source
		for _, path := range paths {
			file, _, err := intake.Inspect(ctx, path)
			if err != nil {
				return err
			}
			files = append(files, file)
		}
		staged, err := staging.TableOf(table, labels)
		if err != nil {
			return err
		}
		if _, err := staging.Stage(ctx, w, staged, files); err != nil {
			return err
		}
	}
	return nil
}

// assembleBothWays runs both sides in turn and returns the ratio of their shortest
// times, and of the processor time that they took, which says the same of a machine
// that others use too.
func (b bench) assembleBothWays(ctx context.Context, w *warehouse.Warehouse, loaded assembly.Assembly) ([]bar, error) {
	if _, err := w.Run(ctx, warehouse.CreateSchema(b.dataset.Schema), nil); err != nil {
		return nil, err
	}
	var ours, hand, oursCPU, handCPU time.Duration
	for i := range b.times {
		for _, side := range []struct {
			run       func() error
			wall, cpu *time.Duration
		}{
			{func() error { return b.byAssembly(ctx, w, loaded) }, &ours, &oursCPU},
			{func() error { return b.byHand(ctx, w) }, &hand, &handCPU},
		} {
			start, before := time.Now(), processorTime()
			if err := side.run(); err != nil {
				return nil, err
			}
			wall, cpu := time.Since(start), processorTime()-before
			if i == 0 || wall < *side.wall {
				*side.wall = wall
			}
			if i == 0 || cpu < *side.cpu {
				*side.cpu = cpu
			}
		}
	}
	if err := b.sameRows(ctx, w); err != nil {
		return nil, err
	}
	return []bar{
		ratio("assembly of every table", ours, hand, mostAssemblyRatio),
		ratio("assembly, processor time", oursCPU, handCPU, mostAssemblyRatio),
	}, nil
}

// sameRows proves that both sides did the same work: a delivery without faults has
// the same rows either way.
func (b bench) sameRows(ctx context.Context, w *warehouse.Warehouse) error {
	for _, table := range b.dataset.Tables {
		var ours, hand int64
		names := warehouse.Args{"ours": b.dataset.Schema.String() + "." + table.Name.String(), "hand": "hand_" + table.Name.String()}
		if _, err := w.One(ctx, statements["71_counts"], names, &ours, &hand); err != nil {
			return err
		}
		if ours != hand || ours == 0 {
			return fmt.Errorf("%s has %d rows as assembled and %d by hand", table.Name, ours, hand)
		}
	}
	return nil
}

// processorTime returns what the process has used of every processor until now.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func (b bench) byAssembly(ctx context.Context, w *warehouse.Warehouse, loaded assembly.Assembly) error {
	names := []string{assembledGeneration}
	if err := loaded.Accept(ctx, w, names, b.dataset.Versions[1].Date); err != nil {
		return err
	}
	for _, table := range b.dataset.Tables {
		if _, err := w.Run(ctx, statements["70_drop"].Naming("schema", b.dataset.Schema).Naming("table", table.Name), nil); err != nil {
			return err
		}
		if _, err := w.Run(ctx, warehouse.CreateTable(b.dataset.Schema, table.Name, table.ColumnsIn(3)), nil); err != nil {
			return err
		}
		for _, step := range loaded.Steps(table, names) {
			if _, err := step.Insert(ctx, w, b.dataset.Schema, table.Name, 3); err != nil {
				return err
			}
		}
	}
	return nil
}

// byHand runs the hand-written statements, which are numbered in their order.
func (b bench) byHand(ctx context.Context, w *warehouse.Warehouse) error {
	for _, name := range slices.Sorted(maps.Keys(statements)) {
		if !strings.Contains(name, "_hand_") {
			continue
		}
		if _, err := w.Run(ctx, statements[name], nil); err != nil {
			return fmt.Errorf("by hand: %w", err)
		}
	}
	return nil
}
