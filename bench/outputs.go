package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"tre-toolkit/internal/cli"
)

// The bars of checking finished files: a folder of 1,000 tables of 100 kB each, a
// mixed one whose tables leak and hang together, and one long table. The peer is the standard library's CSV reader, which reads
// the same files on one core and understands nothing of them.
const (
	mostFolderSeconds = 20
	mostFolderMiB     = 500
	mostFolderGrowth  = 1.3 // times what linear growth would take
	mostFolderRatio   = 14
	mostTableRatio    = 30
	folderFiles       = 1000
	fileRows          = 4200
	tableRows         = 100_000
	mixedSeed         = 7
)

// outputs checks folders of tables with tre-check, as a program of its own: a
// tenth of the files first, then all of them, then one table.
func (b bench) outputs(ctx context.Context) ([]bar, error) {
	program := filepath.Join(b.dir, "tre-check")
	if said, err := exec.CommandContext(ctx, "go", "build", "-o", program, "./cmd/tre-check").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, said)
	}
	var bars []bar
	for _, kind := range []struct {
		what  string
		write func(dir string, files int) error
	}{
		{"tables", func(dir string, files int) error { return writeTables(dir, files, fileRows) }},
		{"mixed tables", func(dir string, files int) error { return writeMixed(dir, files, mixedSeed) }},
	} {
		few, err := b.checked(ctx, program, folderFiles/10, kind.write)
		if err != nil {
			return nil, err
		}
		all, err := b.checked(ctx, program, folderFiles, kind.write)
		if err != nil {
			return nil, err
		}
		what := fmt.Sprintf("check of %d %s of 100 kB", folderFiles, kind.what)
		bars = append(bars,
			bar{what + ", wall time", seconds(all.took), "", all.took.Seconds(), mostFolderSeconds, " s"},
			bar{what + ", peak memory", fmt.Sprintf("%.0f MiB", all.peakMiB), "", all.peakMiB, mostFolderMiB, " MiB"},
			bar{what + ", work against 10 times a tenth", seconds(all.work), seconds(few.work), all.work.Seconds() / few.work.Seconds() / 10, mostFolderGrowth, " x"},
		)
		if len(bars) == 3 {
			bars = append(bars, ratio(what+", against encoding/csv reading them", all.took, all.plain, mostFolderRatio))
		}
	}
	long, err := b.checked(ctx, program, 1, func(dir string, files int) error { return writeTables(dir, files, tableRows) })
	return append(bars, ratio(fmt.Sprintf("check of a table of %d rows, against encoding/csv", tableRows), long.took, long.plain, mostTableRatio)), err
}

// checkedFolder is what one folder took.
type checkedFolder struct {
	took, plain time.Duration
	work        time.Duration // of the processors, which others on the machine delay less
	peakMiB     float64
}

// checked writes a folder of tables, checks it, and reads it plainly.
func (b bench) checked(ctx context.Context, program string, files int, write func(dir string, files int) error) (checkedFolder, error) {
	var c checkedFolder
	dir, err := os.MkdirTemp(b.dir, "outputs-*")
	if err != nil {
		return c, err
	}
	defer os.RemoveAll(dir)
	if err := write(dir, files); err != nil {
		return c, err
	}
	c.took, err = b.best(func() error {
		command := exec.CommandContext(ctx, program, "check", "--rules", "ukllc-metrics", dir)
		said, err := command.CombinedOutput()
		if code := command.ProcessState.ExitCode(); err != nil && code != cli.Refused && code != cli.Review {
			return fmt.Errorf("tre-check check: %w\n%s", err, said)
		}
		if work := command.ProcessState.UserTime() + command.ProcessState.SystemTime(); c.work == 0 || work < c.work {
			c.work = work
		}
		c.peakMiB = max(c.peakMiB, float64(command.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)/1024)
		return nil
	})
	if err != nil {
		return c, err
	}
	c.plain, err = b.best(func() error {
		for i := range files {
			if err := readPlainly(filepath.Join(dir, fmt.Sprintf("t%04d.csv", i))); err != nil {
				return err
			}
		}
		return nil
	})
	return c, err
}

// writeTables writes tables of one kind with labels of their own.
func writeTables(dir string, files, rows int) error {
	for i := range files {
		if err := writeTable(filepath.Join(dir, fmt.Sprintf("t%04d.csv", i)), i, rows); err != nil {
			return err
		}
	}
	return nil
}

// writeTable writes counts of 100 studies by tables, with low counts masked and
// totals of what is shown.
func writeTable(path string, file, rows int) error {
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(out)
	fmt.Fprintln(buffered, "study,table,participants") // Flush tells of an error
	const studies = 100
	for table := range rows / studies {
		total := 0
		for study := range studies {
			n := 10 + (study*7919+table*104729+file*1299709)%5000
			if n%50 == 0 {
				fmt.Fprintf(buffered, "study_%d,table_%d_%d,<10\n", study, file, table)
				continue
			}
			total += n
			fmt.Fprintf(buffered, "study_%d,table_%d_%d,%d\n", study, file, table, n)
		}
		fmt.Fprintf(buffered, "Total,table_%d_%d,%d\n", file, table, total)
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	return out.Close()
}
