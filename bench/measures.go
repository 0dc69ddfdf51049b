package main

import (
	"context"
	"fmt"
	"time"

	"tre-toolkit/internal/measures"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
	"tre-toolkit/specs"
)

// mostMeasuresRatio bounds all measures, through the rules, against one pass by
// hand for each grouping that leaves its exact numbers in the database.
const mostMeasuresRatio = 1.5

var measuredLevels = []measures.Level{
	measures.England, measures.Region, measures.ICB, measures.SubICB, measures.Provider, measures.SubICBProvider,
}

// measures compares every measure on every level over 36 months with passes that
// are written by hand. Processor time is told beside: the machine may be shared.
func (b bench) measures(ctx context.Context) ([]bar, error) {
	w, err := b.workspace(ctx, "measures")
	if err != nil {
		return nil, err
	}
	defer w.Close()
	if _, err := w.Run(ctx, warehouse.CreateSchema(b.dataset.Schema), nil); err != nil {
		return nil, err
	}
	if _, err := w.Run(ctx, statements["80_measures_hub"], warehouse.Args{"pathways": b.pathways}); err != nil {
		return nil, err
	}
	if _, err := w.Run(ctx, statements["81_measures_activities"], nil); err != nil {
		return nil, err
	}
	request, err := b.measuresRequest()
	if err != nil {
		return nil, err
	}
	var cpu [2]time.Duration
	ours, err := b.best(func() error {
		defer stopwatch(&cpu[0])()
		return allMeasures(ctx, w.Warehouse, request)
	})
	if err != nil {
		return nil, err
	}
	plain, err := b.best(func() error {
		defer stopwatch(&cpu[1])()
		return plainMeasures(ctx, w.Warehouse)
	})
	what := fmt.Sprintf("all measures, six levels, 36 months, %d pathways", b.pathways)
	return []bar{
		ratio(what, ours, plain, mostMeasuresRatio),
		ratio(what+", processor time", cpu[0], cpu[1], mostMeasuresRatio),
	}, err
}

// stopwatch takes the processor time until what it returns is called; the least of
// several runs counts.
func stopwatch(into *time.Duration) func() {
	start := processorTime()
	return func() {
		if took := processorTime() - start; *into == 0 || took < *into {
			*into = took
		}
	}
}

func (b bench) measuresRequest() (measures.Request, error) {
	request := measures.Request{Dataset: b.dataset, Version: spec.DatasetVersion{Dataset: b.dataset.Name, Number: 3}, Levels: measuredLevels}
	var err error
	if request.Measures, err = spec.LoadMeasures(specs.Files, b.dataset.Name); err != nil {
		return request, err
	}
	if request.CutOffs, err = spec.LoadCutOffs(specs.Files, b.dataset.Name); err != nil {
		return request, err
	}
	if request.Rules, err = spec.LoadRules(specs.Files, "nhs-talking-therapies"); err != nil {
		return request, err
	}
	window, err := measures.ParseWindow("2022-04-01:2025-03-31")
	if err != nil {
		return request, err
	}
	request.Periods, err = measures.PeriodsWithin(measures.Month, window)
	return request, err
}

// allMeasures counts, and passes every figure through the rules.
func allMeasures(ctx context.Context, w *warehouse.Warehouse, request measures.Request) error {
	counted, err := measures.Count(ctx, w, request)
	if err != nil {
		return err
	}
	results, err := counted.Results()
	if err != nil {
		return err
	}
	for range results.Groups() {
	}
	return nil
}

func plainMeasures(ctx context.Context, w *warehouse.Warehouse) error {
	for _, name := range []string{"82_plain_periods", "83_plain_pathways", "92_plain_repeats", "84_plain_contacts"} {
		if _, err := w.Run(ctx, statements[name], nil); err != nil {
			return err
		}
	}
	for _, level := range measuredLevels {
		for _, name := range []string{
			"85_plain_received", "86_plain_assessed", "87_plain_entered", "88_plain_second", "89_plain_ended", "90_plain_stocks", "91_plain_appointments",
		} {
			if _, err := w.Run(ctx, statements[name], warehouse.Args{"level": string(level)}); err != nil {
				return err
			}
		}
	}
	return nil
}
