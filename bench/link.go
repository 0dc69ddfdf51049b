package main

import (
	"context"
	_ "embed"
	"fmt"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"tre-toolkit/internal/linkage/matching"
	"tre-toolkit/internal/warehouse"
)

//go:embed pairs.toml
var pairsModel []byte

// The bars of matching people.
const (
	mostMillionPairs = 0.2 // seconds a million pairs with two Jaro-Winkler columns: five million a second
	mostPairsRatio   = 1.5
	mostLinkGrowth   = 1.6 // times what linear growth would take
	mostLinkMiB      = 2048
	pairPeople       = 700_000
)

// pairs compares scoring pairs in two Jaro-Winkler columns, weighing them and
// keeping the likely ones, with the same two comparisons written by hand.
func (b bench) pairs(ctx context.Context) ([]bar, error) {
	path := filepath.Join(b.dir, "pairs.csv")
	settings := warehouse.Settings{Directories: []string{b.dir}}
	var ours, plain time.Duration
	var scored int64
	err := warehouse.Scratch(ctx, b.dir, settings, func(w *warehouse.Warehouse) error {
		if _, err := w.Run(ctx, statements["40_people"], warehouse.Args{"path": path, "people": pairPeople, "mistakes": 20}); err != nil {
			return err
		}
		model, err := matching.ParseModel("pairs.toml", pairsModel)
		if err != nil {
			return err
		}
		people, err := matching.Stage(ctx, w, model, nil, path)
		if err != nil {
			return err
		}
		ours, err = b.best(func() error {
			candidates, err := people.Candidates(ctx)
			if err == nil {
				scored = candidates.Blocks()[0].Pairs // of the one rule
			}
			return err
		})
		if err != nil {
			return err
		}
		if _, err := w.Run(ctx, statements["41_plain_people"], warehouse.Args{"path": path}); err != nil {
			return err
		}
		plain, err = b.best(func() error {
			_, err := w.Run(ctx, statements["42_plain_pairs"], nil)
			return err
		})
		return err
	})
	million := ours.Seconds() / (float64(scored) / 1e6)
	return []bar{
		{fmt.Sprintf("a million scored pairs (of %.1f)", float64(scored)/1e6), seconds(ours), "", million, mostMillionPairs, " s"},
		ratio("scored pairs, two Jaro-Winkler columns", ours, plain, mostPairsRatio),
	}, err
}

// link links two files of people by the shipped model, estimated from them, as a
// program of its own: a tenth of the people first, then all of them.
func (b bench) link(ctx context.Context) ([]bar, error) {
	program := filepath.Join(b.dir, "tre-extract")
	if said, err := exec.CommandContext(ctx, "go", "build", "-o", program, "./cmd/tre-extract").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, said)
	}
	small, _, err := b.linkOf(ctx, program, b.linkPeople/10)
	if err != nil {
		return nil, err
	}
	large, peak, err := b.linkOf(ctx, program, b.linkPeople)
	growth := large.Seconds() / small.Seconds() / 10
	what := fmt.Sprintf("link of 2 x %d people", b.linkPeople)
	return []bar{
		{what + ", against 10 times a tenth", seconds(large), seconds(small), growth, mostLinkGrowth, " x"},
		{what + ", peak memory", fmt.Sprintf("%.0f MiB", peak), "", peak, mostLinkMiB, " MiB"},
	}, err
}

// linkOf makes two files of so many people and links them.
func (b bench) linkOf(ctx context.Context, program string, people int) (took time.Duration, peakMiB float64, err error) {
	left, right := filepath.Join(b.dir, "left.csv"), filepath.Join(b.dir, "right.csv")
	err = warehouse.Scratch(ctx, b.dir, warehouse.Settings{Directories: []string{b.dir}}, func(w *warehouse.Warehouse) error {
		for path, mistakes := range map[string]int{left: 0, right: 40} {
			if _, err := w.Run(ctx, statements["40_people"], warehouse.Args{"path": path, "people": people, "mistakes": mistakes}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, 0, err
	}
	command := exec.CommandContext(ctx, program, "link", "match", "--model", "person", left, right, "--out", filepath.Join(b.dir, "links.csv"))
	start := time.Now()
	if said, err := command.CombinedOutput(); err != nil {
		return 0, 0, fmt.Errorf("link match: %w\n%s", err, said)
	}
	return time.Since(start), float64(command.ProcessState.SysUsage().(*syscall.Rusage).Maxrss) / 1024, nil
}
