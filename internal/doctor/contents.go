package doctor

import (
	"context"
	_ "embed"
	"math"
	"regexp"
	"slices"
	"strings"

	"tre-toolkit/internal/linkage/file1"
	"tre-toolkit/internal/warehouse"
)

// The schemas of every workspace's own tables.
const (
	registerSchema = "register"
	linkageSchema  = "linkage"
)

//go:embed names.txt
var nameList string

// commonNames are the forenames and surnames by which a list of names is told.
var commonNames = func() []string {
	var names []string
	for _, line := range strings.Split(nameList, "\n") {
		if !strings.HasPrefix(line, "#") {
			names = append(names, strings.Fields(line)...)
		}
	}
	return names
}()

// identifierNames are names that columns of identifiers have in other files.
var identifierNames = regexp.MustCompile(`^(nhs_?(no|num|number)(_.*)?|.*_nhs_?number|new_?nhs_?no|chi(_?number)?|sur_?name|last_?name|family_?name|fore_?name|first_?name|given_?name|middle_?names?|full_?name|person_?name|maiden_?name|initials|date_?of_?birth|birth_?date|dob|post_?code(_.*)?|home_?address|address(_?line)?_?[0-9]*|e?_?mail(_?address)?|(tele)?phone(_?(no|num|number))?|mobile(_?(no|num|number|phone))?|passport.*|ni_?(no|number)|national_?insurance.*)$`)

// notText are types that hold no text and no number of ten digits.
var notText = []string{"BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "DATE", "TIME", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "INTERVAL", "UUID"}

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
		case identifierNames.MatchString(strings.ToLower(one.name)):
			findings = append(findings, identifierName.at(one.where()))
		}
		if one.isStrange() {
			findings = append(findings, strangeTable.at(one.where()))
		}
		if one.isStrange() || slices.Contains(notText, one.kind) {
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
		seen, err := shapesIn(ctx, w, one)
		if err != nil {
			return nil, err
		}
		for _, found := range seen.rules(one) {
			findings = append(findings, found.at(one.where()))
		}
	}
	return findings, nil
}

// shapes are what a column's distinct values look like. They are numbers of
// values, and stay in here.
type shapes struct {
	values, numbers, tenDigits, checked, issued, spacedPostcodes, postcodes, emails, names int64
}

func shapesIn(ctx context.Context, w *warehouse.Warehouse, one column) (shapes, error) {
	var s shapes
	_, err := w.One(ctx, statements["20_shapes"], warehouse.Args{"table": one.qualified(), "column": one.name, "names": commonNames},
		&s.values, &s.numbers, &s.tenDigits, &s.checked, &s.issued, &s.spacedPostcodes, &s.postcodes, &s.emails, &s.names)
	return s, err
}

const (
	enoughToTell  = 10      // values of ten digits by which chance can be told
	chanceOfCheck = 1. / 11 // that ten digits which mean something else pass
	farAway       = 3       // standard deviations
	mostly        = 0.5     // of a column's values
	nearlyAll     = 0.9     // of a column's values
	listOfNames   = 0.25    // of a column's values
	fewestNames   = 3
)

// byChance reports whether ten digits that pass as NHS numbers are what chance
// makes of a column of other numbers: no more of them pass than would, or very
// few have ten digits among many that have more or fewer. In a column of text
// nothing is put down to chance.
func (s shapes) byChance() bool {
	if float64(s.numbers) < nearlyAll*float64(s.values) {
		return false
	}
	if s.tenDigits < enoughToTell {
		return s.numbers >= 10*s.tenDigits && s.checked <= 1
	}
	expected := chanceOfCheck * float64(s.tenDigits)
	return float64(s.checked) <= expected+farAway*math.Sqrt(expected*(1-chanceOfCheck))
}

// rules returns what the shapes of a column break. What the register holds is
// published: the authors of a citation may be named there.
func (s shapes) rules(of column) []rule {
	var broken []rule
	if s.issued > 0 && !s.byChance() {
		broken = append(broken, numberShapes)
	}
	if s.spacedPostcodes > 0 || s.postcodes > 0 && float64(s.postcodes) >= mostly*float64(s.values) {
		broken = append(broken, postcodeShapes)
	}
	if of.schema == registerSchema {
		return broken
	}
	if s.emails > 0 {
		broken = append(broken, emailShapes)
	}
	if s.names >= fewestNames && float64(s.names) >= listOfNames*float64(s.values) {
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
