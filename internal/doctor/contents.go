package doctor

import (
	"context"
	"slices"
	"strings"

	"tre-toolkit/internal/identifier/shapes"
	"tre-toolkit/internal/linkage/file1"
	"tre-toolkit/internal/warehouse"
)

// The schemas of every workspace's own tables.
const (
	registerSchema = "register"
	linkageSchema  = "linkage"
)

type column struct{ schema, table, name, kind string }

func (c column) where() string { return c.schema + "." + c.table + "." + c.name }

// qualified returns the table's name as a query takes it.
func (c column) qualified() string { return `"` + c.schema + `"."` + c.table + `"` }

// isStrange reports whether a table's name cannot be bound to a query.
func (c column) isStrange() bool { return strings.Contains(c.schema+c.table, `"`) }

func listColumns(ctx context.Context, w *warehouse.Warehouse) ([]column, error) {
	var columns []column
	err := w.Each(ctx, statements["10_columns"], nil, func(scan func(...any) error) error {
		var one column
		err := scan(&one.schema, &one.table, &one.name, &one.kind)
		columns = append(columns, one)
		return err
	})
	return columns, err
}

// lookForIdentifiers looks at the names of all columns and at the values of
// those that can hold an identifier.
func lookForIdentifiers(ctx context.Context, w *warehouse.Warehouse) ([]Finding, error) {
	columns, err := listColumns(ctx, w)
	if err != nil {
		return nil, err
	}
	fileOne := file1.Identifying()
	filled, last := false, ""
	var findings []Finding
	for _, one := range columns {
		switch {
		case slices.ContainsFunc(fileOne, func(name string) bool { return strings.EqualFold(name, one.name) }):
			findings = append(findings, fileOneColumn.at(one.where()))
		case shapes.NamesOne(one.name):
			findings = append(findings, identifierName.at(one.where()))
		}
		if one.isStrange() {
			findings = append(findings, strangeTable.at(one.where()))
		}
		if one.isStrange() || !shapes.MayHold(one.kind) {
			continue
		}
		if one.qualified() != last {
			last = one.qualified()
			if filled, err = isFilled(ctx, w, one); err != nil {
				return nil, err
			}
		}
		if !filled {
			continue
		}
		seen, err := shapes.In(ctx, w, one.qualified(), one.name)
		if err != nil {
			return nil, err
		}
		for _, found := range broken(seen, one) {
			findings = append(findings, found.at(one.where()))
		}
	}
	return findings, nil
}

// broken returns the rules that the values of a column break. What the register
// holds is published: the authors of a citation may be named there.
func broken(seen shapes.Seen, of column) []rule {
	var broken []rule
	if seen.NHSNumbers {
		broken = append(broken, numberShapes)
	}
	if seen.Postcodes {
		broken = append(broken, postcodeShapes)
	}
	if of.schema == registerSchema {
		return broken
	}
	if seen.Emails {
		broken = append(broken, emailShapes)
	}
	if seen.Names {
		broken = append(broken, nameShapes)
	}
	return broken
}

func isFilled(ctx context.Context, w *warehouse.Warehouse, of column) (filled bool, err error) {
	_, err = w.One(ctx, statements["30_filled"], warehouse.Args{"table": of.qualified()}, &filled)
	return filled, err
}

// lookForAttributes looks for tables that are not the workspace's own, and for
// rows about records in those that are.
func lookForAttributes(ctx context.Context, w *warehouse.Warehouse) ([]Finding, error) {
	columns, err := listColumns(ctx, w)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for i, one := range columns {
		if i > 0 && columns[i-1].qualified() == one.qualified() {
			continue
		}
		name := one.schema + "." + one.table
		if one.schema != registerSchema && one.schema != linkageSchema {
			findings = append(findings, attributeTable.at(name))
			continue
		}
		filled, err := isFilled(ctx, w, one)
		if err != nil {
			return nil, err
		}
		if filled {
			findings = append(findings, attributeRows.at(name))
		}
	}
	return findings, nil
}
