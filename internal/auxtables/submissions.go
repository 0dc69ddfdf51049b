package auxtables

import (
	"context"

	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// noteSubmissions records which submissions count for nothing, which months are
// missing and which rows refer to none.
func (l *sourceLoader) noteSubmissions(ctx context.Context) error {
	for _, generation := range l.delivery.generations() {
		if err := l.noteHeaders(ctx, generation); err != nil {
			return err
		}
		for _, table := range generation.Tables {
			if err := l.noteOrphans(ctx, generation, table); err != nil {
				return err
			}
		}
	}
	return l.w.Each(ctx, statements["62_missing_months"], nil, func(scan func(...any) error) error {
		var month Month
		err := scan(&month.Provider, &month.Month)
		l.record.Missing = append(l.record.Missing, month)
		return err
	})
}

func (l *sourceLoader) noteHeaders(ctx context.Context, generation spec.Generation) error {
	header := generation.Submission
	table, known := generation.Table(header.Table)
	if !known {
		return nil
	}
	named := func(statement string) warehouse.Statement {
		return statements[statement].Naming("table", table.Staged).Naming("id", header.ID).
			Naming("provider", header.Provider).Naming("period_start", header.PeriodStart).Naming("file_type", header.FileType)
	}
	err := l.w.Each(ctx, named("60_superseded"), warehouse.Args{"generation": generation.Name}, func(scan func(...any) error) error {
		one := Submission{Generation: generation.Name}
		err := scan(&one.Provider, &one.Month, &one.ID, &one.FileType)
		l.record.Superseded = append(l.record.Superseded, one)
		return err
	})
	if err != nil {
		return err
	}
	return l.w.Each(ctx, named("61_repeated_submissions"), nil, func(scan func(...any) error) error {
		var rows int64
		one := Submission{Generation: generation.Name}
		err := scan(&one.ID, &rows)
		l.record.Repeated = append(l.record.Repeated, one)
		return err
	})
}

// noteOrphans counts rows that refer to a row that the delivery does not have. They
// are kept: a contact is a fact although its referral came in no file. Where the
// delivery has no file of the other table at all, nothing is told by it.
func (l *sourceLoader) noteOrphans(ctx context.Context, generation spec.Generation, table spec.SourceTable) error {
	if len(l.delivery.of(generation.Name, table.Name)) == 0 {
		return nil
	}
	for _, refers := range table.ForeignKeys {
		parent, known := generation.Table(refers.Table)
		if !known || len(l.delivery.of(generation.Name, parent.Name)) == 0 {
			continue
		}
		statement := statements["63_orphans"].Naming("table", table.Staged).Naming("parent", parent.Staged).Listing("keys", refers.Columns)
		orphans := Orphans{Generation: generation.Name, Table: table.Name, RefersTo: parent.Name}
		if _, err := l.w.One(ctx, statement, nil, &orphans.Rows); err != nil {
			return err
		}
		if orphans.Rows > 0 {
			l.record.Orphans = append(l.record.Orphans, orphans)
		}
	}
	return nil
}
