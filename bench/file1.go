package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"tre-toolkit/internal/identifier"
	"tre-toolkit/internal/linkage/file1"
	"tre-toolkit/internal/spec"
)

// The bar of checking identifier files. The peer is the standard library's CSV
// reader, which reads the same file on one core and checks nothing.
const (
	mostFile1Ratio = 2.5
	file1Rows      = 1_000_000
)

// file1 checks a file of a million participants.
func (b bench) file1(ctx context.Context) ([]bar, error) {
	path := filepath.Join(b.dir, "ALSPAC_FILE1_v1_20260501.csv")
	if err := writeFile1(path, file1Rows); err != nil {
		return nil, err
	}
	ours, err := b.best(func() error { return checkFile1(ctx, path) })
	if err != nil {
		return nil, err
	}
	plain, err := b.best(func() error { return readPlainly(path) })
	if err != nil {
		return nil, err
	}
	return []bar{ratio("check of File 1, a million rows, against encoding/csv reading it", ours, plain, mostFile1Ratio)}, nil
}

// writeFile1 writes a file of participants without a fault.
func writeFile1(path string, rows int) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(file)
	table := csv.NewWriter(buffered)
	_ = table.Write(file1.Columns()) // Flush tells of an error
	nine := uint64(400_000_000)
	for i := range rows {
		digit, issued := identifier.NHSCheckDigit(nine)
		for ; !issued; digit, issued = identifier.NHSCheckDigit(nine) {
			nine++
		}
		born := fmt.Sprintf("%02d/%02d/%d", 1+i%28, 1+i%12, 1940+i%60)
		_ = table.Write([]string{
			fmt.Sprintf("S%08d", i), "C", fmt.Sprint(nine*10 + digit), "Example", "Person", "", fmt.Sprint(i%300, " High Street"), "Town", "", "", "",
			"SW1A 1AA", "01/02/2010", "", born, "1", "01/04/2026", "1", "1", "", "1", "", "1", "1", "", "1", "1", "1", "1", "0", "0", "1", "1", "1",
		})
		nine++
	}
	table.Flush()
	return errors.Join(table.Error(), buffered.Flush(), file.Close())
}

func checkFile1(ctx context.Context, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	report, err := file1.Check(ctx, file, file1.Options{Name: filepath.Base(path), Studies: []spec.Study{"ALSPAC"}, Today: time.Now(), Size: info.Size()})
	if err == nil && (!report.Fits || report.Rows != file1Rows) {
		return fmt.Errorf("the file does not fit: %d errors in %d rows", report.Errors, report.Rows)
	}
	return err
}

func readPlainly(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	table := csv.NewReader(bufio.NewReaderSize(file, 1<<20))
	table.ReuseRecord = true
	for {
		if _, err := table.Read(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}
