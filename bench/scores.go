package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"tre-toolkit/internal/auxtables"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// The bars of a load that grows: rows a second of processor time, the fastest size
// against the slowest, within a bound of memory.
const (
	mostScoresSpread = 1.2
	scoresMemory     = "4GiB"
)

// scoreSizes are how many rows are loaded; those over -score-rows are left out.
var scoreSizes = []int{1_000_000, 10_000_000, 50_000_000}

// scores loads files of ever more scores, each into a workspace of its own.
// Processor time is what is compared, since a wall clock measures the neighbours.
func (b bench) scores(ctx context.Context) ([]bar, error) {
	var slowest, fastest float64
	said := ""
	for _, rows := range scoreSizes {
		if rows > b.scoreRows {
			continue
		}
		perSecond, wall, err := b.loadScores(ctx, rows)
		if err != nil {
			return nil, err
		}
		here := fmt.Sprintf("%dM: %.0f/s (%.0f s); ", rows/1_000_000, perSecond, wall.Seconds())
		fmt.Fprintln(os.Stderr, here) // the next size takes its time
		said += here
		if slowest == 0 || perSecond < slowest {
			slowest = perSecond
		}
		fastest = max(fastest, perSecond)
	}
	return []bar{{"load of scores, rows a second of processor time", said, "", fastest / slowest, mostScoresSpread, " x"}}, nil
}

// loadScores makes a file of scores and loads it.
func (b bench) loadScores(ctx context.Context, rows int) (perSecond float64, wall time.Duration, err error) {
	table, _ := b.dataset.Table(largest)
	one := b.dataset
	one.Tables = []spec.Table{table}
	file := filepath.Join(b.dir, largest+".csv")
	version := spec.DatasetVersion{Dataset: one.Name, Number: 3}
	if err := writeScores(file, table.ColumnsIn(version.Number), rows); err != nil {
		return 0, 0, err
	}
	dir := filepath.Join(b.dir, "scores")
	defer func() { err = errors.Join(err, os.Remove(file), os.RemoveAll(dir)) }()
	if err := warehouse.Create(ctx, dir, warehouse.TRE); err != nil {
		return 0, 0, err
	}
	w, err := warehouse.OpenForWriting(ctx, dir, "bench", warehouse.Settings{Memory: scoresMemory, Directories: []string{b.dir}})
	if err != nil {
		return 0, 0, err
	}
	start, used := time.Now(), processorTime()
	delivery, err := auxtables.Inspect(ctx, auxtables.Request{Dataset: one, Version: version, Date: one.Versions[1].Date, Paths: []string{file}})
	if err != nil {
		return 0, 0, errors.Join(err, w.Close())
	}
	if _, err := auxtables.Load(ctx, w, delivery, func(string) {}); err != nil {
		return 0, 0, errors.Join(err, w.Close())
	}
	if err := w.Close(); err != nil {
		return 0, 0, err
	}
	return float64(rows) / (processorTime() - used).Seconds(), time.Since(start), nil
}

// writeScores writes rows of scores: of every pathway a few, month by month.
func writeScores(path string, columns []spec.Column, rows int) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(file, 1<<20)
	for i, column := range columns {
		if i > 0 {
			_ = out.WriteByte(',') // Flush tells of an error
		}
		_, _ = out.WriteString(column.Name.String())
	}
	_ = out.WriteByte('\n')
	for row := range uint64(rows) {
		for i, column := range columns {
			if i > 0 {
				_ = out.WriteByte(',')
			}
			_, _ = out.WriteString(scoreCell(column, row))
		}
		_ = out.WriteByte('\n')
	}
	return errors.Join(out.Flush(), file.Close())
}

func scoreCell(column spec.Column, row uint64) string {
	pathway := row / 8 * 0x9e3779b97f4a7c15 >> 20
	day := row * 0x9e3779b97f4a7c15 >> 33
	switch column.Name.String() {
	case "cohortkey_e":
		return strconv.FormatUint(100_000_000_000_000_000+pathway/2, 10)
	case "pathwayid", "recordnumber":
		return strconv.FormatUint(pathway, 10)
	case "unique_monthid":
		return strconv.FormatUint(1446+row%48, 10)
	case "codedasstooltype":
		return []string{"720433000", "445455005", "932621000000100"}[row%3]
	case "persscore", "age_assessmentcompletion_date":
		return strconv.FormatUint(18+row%10, 10)
	case "extract_start_date":
		return "2023-04-01"
	case "extract_end_date":
		return "2024-03-31"
	case "asstoolcompdate":
		return "2023-0" + strconv.FormatUint(1+day%9, 10) + "-" + strconv.FormatUint(10+day%18, 10)
	}
	return ""
}
