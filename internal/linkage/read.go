package linkage

import (
	"context"
	"errors"
	"fmt"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/intake"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// ErrRowsDisagree is returned when the database did not see every record that is
// in a file. Nothing is recorded then.
var ErrRowsDisagree = errors.New("the database read another number of rows")

const (
	noFreeze     = "no freeze was made; the workspace is as it was"
	noWithdrawal = "nothing was recorded; the workspace is as it was"
)

// fileKind is a kind of CSV file that this room reads.
type fileKind struct {
	columns   []string // that it must have; others are left unread
	table     string   // the temporary table that its rows go to
	statement string   // that reads them
	nobody    string   // what is wrong with a file of no rows
	hint      string   // what became of the workspace when the file is refused
}

var (
	permissionsFile = fileKind{
		columns:   []string{"cohort", "study_id_e", "ukllc_status", "nhs_e_linkage_permission", "national_opt_out"},
		table:     "permissions",
		statement: "10_read_permissions",
		nobody:    "a freeze of nobody is a mistake",
		hint:      noFreeze,
	}
	mappingFile = fileKind{
		columns:   []string{"study_id_e", "cohortkey_e"},
		table:     "mapping",
		statement: "11_read_mapping",
		nobody:    "a freeze of nobody is a mistake",
		hint:      noFreeze,
	}
	withdrawalsFile = fileKind{
		columns:   []string{"study_id_e"},
		table:     "withdrawals",
		statement: "15_read_withdrawals",
		nobody:    "it withdraws nobody",
		hint:      noWithdrawal,
	}
)

// inspect looks at a file before the database reads it.
func (k fileKind) inspect(ctx context.Context, path string) (intake.Source, error) {
	source, findings, err := intake.InspectFile(ctx, path)
	if err != nil {
		return source, err
	}
	if len(findings) == 0 {
		findings = intake.CheckColumns(source, k.columns)
	}
	if len(findings) == 0 && source.Records == 0 {
		findings = []diagnostic.Finding{{File: source.Name(), Code: "CSV008", Message: "has a header and no rows: " + k.nobody}}
	}
	return source, k.refuse(findings)
}

// refuse makes an error of findings, if there are any.
func (k fileKind) refuse(findings []diagnostic.Finding) error {
	if len(findings) == 0 {
		return nil
	}
	return &diagnostic.Input{Findings: findings, Hint: k.hint}
}

// read reads a file into its temporary table and refuses rows that are no rows.
func (k fileKind) read(ctx context.Context, w *warehouse.Warehouse, source intake.Source) error {
	if err := intake.ForgetRejects(ctx, w); err != nil {
		return err
	}
	if _, err := w.Run(ctx, statements[k.statement], source.Args(nil)); err != nil {
		return fmt.Errorf("%s: %w", source.Name(), err)
	}
	var rows int64
	if _, err := w.One(ctx, statements["12_count_rows"], warehouse.Args{"table": k.table}, &rows); err != nil {
		return err
	}
	rejects, err := intake.ReadRejects(ctx, w, source, nil)
	if err != nil {
		return err
	}
	if len(rejects) == 0 && rows != source.Records {
		return fmt.Errorf("%s: %w: %d in the file, %d read", source.Name(), ErrRowsDisagree, source.Records, rows)
	}
	var findings []diagnostic.Finding
	for _, reject := range rejects {
		findings = append(findings, reject.Finding())
	}
	return k.refuse(findings)
}

// findingsOf runs a check of a file's rows; a finding names its line.
func findingsOf(ctx context.Context, w *warehouse.Warehouse, statement string, source intake.Source, args warehouse.Args) ([]diagnostic.Finding, error) {
	var findings []diagnostic.Finding
	var records []int64
	err := w.Each(ctx, statements[statement], args, func(scan func(...any) error) error {
		finding := diagnostic.Finding{File: source.Name()}
		var record int64
		if err := scan(&record, &finding.Column, &finding.Code, &finding.Message); err != nil {
			return err
		}
		findings, records = append(findings, finding), append(records, record)
		return nil
	})
	if err != nil || len(findings) == 0 {
		return nil, err
	}
	lines, err := source.Lines(ctx, records)
	for i, record := range records {
		findings[i].Line = lines[record]
	}
	return findings, err
}

// future says what is wrong with a file that comes from a day to come.
func future(name, code string, received, today spec.Date) []diagnostic.Finding {
	if !today.Before(received) {
		return nil
	}
	return []diagnostic.Finding{{File: name, Code: code, Message: fmt.Sprintf("is said to have been received on %s, which is to come: today is %s", received, today)}}
}
