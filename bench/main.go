// Command bench measures the bars that this project holds itself to. Each is a
// ratio against plain DuckDB doing the same work in the same run, since
// machines are noisy; the demo's time and memory are the two that are not. It
// is run by hand (make bench) and is never a test.
package main

import (
	"context"
	"embed"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"text/tabwriter"
	"time"

	"tre-toolkit/internal/auxtables"
	"tre-toolkit/internal/extract"
	"tre-toolkit/internal/keys"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/synth"
	"tre-toolkit/internal/warehouse"
	"tre-toolkit/specs"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

//go:embed project.toml project_big.toml
var projectFiles embed.FS

var statements = warehouse.MustLoad(sqlFiles)

// The bars.
const (
	mostLoadRatio   = 1.3
	mostRunRatio    = 1.5
	mostDemoSeconds = 60
	mostDemoMiB     = 2048
)

const largest = "coded_scored_assessments"

func main() {
	people := flag.Int("people", 0, "participants in the hub; 0 means the published scale")
	times := flag.Int("times", 3, "how often each side runs; the best counts")
	linkPeople := flag.Int("link-people", 1_000_000, "people in each of the two files that are linked")
	rows := flag.Int("rows", 10_000_000, "fact rows of the large extract")
	scoreRows := flag.Int("score-rows", 50_000_000, "most rows of scores that are loaded")
	pathways := flag.Int("pathways", 2_000_000, "pathways of the NHS measures")
	only := flag.String("only", "", "measure one thing: demo, load, scores, extract, big, diff, pairs, link, file1, outputs, measures or assembly")
	flag.Parse()
	if err := run(context.Background(), bench{people: *people, linkPeople: *linkPeople, rows: *rows, scoreRows: *scoreRows, times: *times, pathways: *pathways}, *only); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// bar is one measured figure with its limit.
type bar struct {
	what        string
	ours, peer  string
	value, most float64
	unit        string
}

func run(ctx context.Context, b bench, only string) error {
	dir, err := os.MkdirTemp("", "tre-bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b, err = newBench(ctx, dir, b)
	if err != nil {
		return err
	}
	var bars []bar
	measures := []struct {
		name string
		of   func(context.Context) ([]bar, error)
	}{{"demo", b.demo}, {"load", b.load}, {"scores", b.scores}, {"extract", b.extract}, {"big", b.bigExtract}, {"diff", b.diff}, {"pairs", b.pairs}, {"link", b.link}, {"file1", b.file1}, {"outputs", b.outputs}, {"measures", b.measures}, {"assembly", b.assembly}}
	for _, measure := range measures {
		if only != "" && only != measure.name {
			continue
		}
		measured, err := measure.of(ctx)
		if err != nil {
			return err
		}
		bars = append(bars, measured...)
	}
	return printBars(bars)
}

func printBars(bars []bar) error {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "bar\tours\tplain DuckDB\tfigure\tat most\t")
	missed := 0
	for _, bar := range bars {
		verdict := "met"
		if bar.value > bar.most {
			verdict, missed = "MISSED", missed+1
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%.2f%s\t%.2f%s\t%s\n", bar.what, bar.ours, bar.peer, bar.value, bar.unit, bar.most, bar.unit, verdict)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if missed > 0 {
		return fmt.Errorf("%d of %d bars missed", missed, len(bars))
	}
	return nil
}

type bench struct {
	dir, delivery string
	people, times int
	linkPeople    int
	pathways      int // of the NHS measures
	rows          int // of the large extract
	scoreRows     int // most of the loads that grow
	dataset       spec.Dataset
	cohorts       spec.Cohorts
}

func newBench(ctx context.Context, dir string, b bench) (bench, error) {
	dataset, err := spec.LoadDataset(specs.Files, "NHSE_IAPT")
	if err != nil {
		return bench{}, err
	}
	cohorts, err := spec.LoadCohorts(specs.Files)
	if err != nil {
		return bench{}, err
	}
	b.dir, b.delivery, b.dataset, b.cohorts = dir, filepath.Join(dir, "delivery"), dataset, cohorts
	_, err = synth.Aux(ctx, dataset, cohorts, synth.Options{Dir: b.delivery, People: b.people, Seed: 42})
	return b, err
}

// best runs work several times and returns the shortest.
func (b bench) best(work func() error) (time.Duration, error) {
	var shortest time.Duration
	for i := range b.times {
		start := time.Now()
		if err := work(); err != nil {
			return 0, err
		}
		if took := time.Since(start); i == 0 || took < shortest {
			shortest = took
		}
	}
	return shortest, nil
}

// workspace makes an empty workspace that may read and write the bench's folder.
func (b bench) workspace(ctx context.Context, name string) (*warehouse.Workspace, error) {
	dir := filepath.Join(b.dir, name)
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	if err := warehouse.Create(ctx, dir, warehouse.TRE); err != nil {
		return nil, err
	}
	return warehouse.OpenForWriting(ctx, dir, "bench", warehouse.Settings{Directories: []string{b.dir, b.delivery}})
}

// load compares loading the largest table, hashing, counting and checking
// included, with plain DuckDB reading the same file into the same types.
func (b bench) load(ctx context.Context) ([]bar, error) {
	table, _ := b.dataset.Table(largest)
	one := b.dataset
	one.Tables = []spec.Table{table}
	folder := filepath.Join(b.delivery, "NHSE_IAPT_v0003")
	file := filepath.Join(folder, largest+".csv")
	version := spec.DatasetVersion{Dataset: one.Name, Number: 3}
	ours, err := b.best(func() error {
		w, err := b.workspace(ctx, "load-ours")
		if err != nil {
			return err
		}
		defer w.Close()
		delivery, err := auxtables.Inspect(ctx, auxtables.Request{Dataset: one, Version: version, Date: one.Versions[1].Date, Paths: []string{file}})
		if err != nil {
			return err
		}
		_, err = auxtables.Load(ctx, w, delivery, func(string) {})
		return err
	})
	if err != nil {
		return nil, err
	}
	plain, err := b.best(func() error {
		w, err := b.workspace(ctx, "load-plain")
		if err != nil {
			return err
		}
		defer w.Close()
		_, err = w.Run(ctx, statements["10_plain_load"], warehouse.Args{"path": file})
		return err
	})
	return []bar{ratio("load of "+largest, ours, plain, mostLoadRatio)}, err
}

func ratio(what string, ours, peer time.Duration, most float64) bar {
	return bar{what, seconds(ours), seconds(peer), ours.Seconds() / peer.Seconds(), most, " x"}
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

// extract compares a project's run, pseudonyms, re-keying, manifest and reading
// back included, with a hand-written COPY of the same rows and columns.
func (b bench) extract(ctx context.Context) ([]bar, error) {
	w, err := b.workspace(ctx, "extract")
	if err != nil {
		return nil, err
	}
	defer w.Close()
	plan, root, err := b.prepare(ctx, w)
	if err != nil {
		return nil, err
	}
	out := filepath.Join(b.dir, "extracted")
	ours, err := b.best(func() error {
		if err := os.RemoveAll(out); err != nil {
			return err
		}
		draft, err := extract.NewDraft(out)
		if err != nil {
			return err
		}
		_, err = extract.Run(ctx, w.Warehouse, plan, extract.Output{Draft: draft, Dir: out, Root: root, Step: func(string) {}})
		return err
	})
	if err != nil {
		return nil, err
	}
	plain, err := b.best(func() error {
		args := warehouse.Args{"freeze": 16, "studies": []string{"BIB", "GLAD", "MCS", "TWINSUK"}}
		if _, err := w.Run(ctx, statements["20_plain_people"], args); err != nil {
			return err
		}
		_, err := w.Run(ctx, statements["21_plain_extract"], warehouse.Args{"path": filepath.Join(b.dir, "plain.parquet")})
		return err
	})
	return []bar{ratio("run of a project", ours, plain, mostRunRatio)}, err
}

// prepare loads the largest table and makes the freeze, the key and the plan.
func (b bench) prepare(ctx context.Context, w *warehouse.Workspace) (extract.Plan, keys.Root, error) {
	var plan extract.Plan
	table, _ := b.dataset.Table(largest)
	one := b.dataset
	one.Tables = []spec.Table{table}
	version := spec.DatasetVersion{Dataset: one.Name, Number: 3}
	delivery, err := auxtables.Inspect(ctx, auxtables.Request{
		Dataset: one, Version: version, Date: one.Versions[1].Date,
		Paths: []string{filepath.Join(b.delivery, "NHSE_IAPT_v0003", largest+".csv")},
	})
	if err != nil {
		return plan, keys.Root{}, err
	}
	if _, err := auxtables.Load(ctx, w, delivery, func(string) {}); err != nil {
		return plan, keys.Root{}, err
	}
	date, err := spec.ParseDate("2026-05-01")
	if err != nil {
		return plan, keys.Root{}, err
	}
	_, err = linkage.Make(ctx, w, linkage.Request{
		Freeze:      linkage.Freeze{Number: 16, Date: date},
		Permissions: filepath.Join(b.delivery, "UKLLC_study_permissions_v0016_20260501.csv"),
		Mapping:     filepath.Join(b.delivery, "linkage_mapping_20260501.csv"),
		Cohorts:     b.cohorts,
	})
	if err != nil {
		return plan, keys.Root{}, err
	}
	root, err := keys.Create(w.KeysDir(), filepath.Join(b.dir, "identity.txt"))
	if err != nil {
		return plan, root, err
	}
	project, err := spec.LoadProject(projectFiles, "project.toml")
	if err != nil {
		return plan, root, err
	}
	rules, err := spec.LoadRules(specs.Files, project.Rules)
	if err != nil {
		return plan, root, err
	}
	plan, err = extract.Make(ctx, w.Warehouse, extract.Sources{
		Project: project, Datasets: map[string]spec.Dataset{one.Name: one}, Cohorts: b.cohorts, Rules: rules,
	})
	return plan, root, err
}

// demo runs the demo as a program of its own and takes its time and its peak
// memory.
func (b bench) demo(ctx context.Context) ([]bar, error) {
	program := filepath.Join(b.dir, "tre-extract")
	if said, err := exec.CommandContext(ctx, "go", "build", "-o", program, "./cmd/tre-extract").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, said)
	}
	command := exec.CommandContext(ctx, program, "demo", "--out", filepath.Join(b.dir, "demo"), "--people", fmt.Sprint(b.people))
	start := time.Now()
	if said, err := command.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("demo: %w\n%s", err, said)
	}
	took := time.Since(start)
	peak := float64(command.ProcessState.SysUsage().(*syscall.Rusage).Maxrss) / 1024
	return []bar{
		{"demo, wall time", seconds(took), "", took.Seconds(), mostDemoSeconds, " s"},
		{"demo, peak memory", fmt.Sprintf("%.0f MiB", peak), "", peak, mostDemoMiB, " MiB"},
	}, nil
}
