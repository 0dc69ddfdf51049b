// Package shapes tells whether a column of a table holds what identifies people:
// by its name, and by what its values look like. It says which shapes it saw and
// never a value, nor how many.
package shapes

import (
	"context"
	"embed"
	"math"
	"regexp"
	"slices"
	"strings"

	"tre-toolkit/internal/warehouse"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

var statements = warehouse.MustLoad(sqlFiles)

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

var identifierNames = regexp.MustCompile(`^(nhs_?(no|num|number)(_.*)?|.*_nhs_?number|new_?nhs_?no|chi(_?number)?|sur_?name|last_?name|family_?name|fore_?name|first_?name|given_?name|middle_?names?|full_?name|person_?name|maiden_?name|initials|date_?of_?birth|birth_?date|dob|post_?code(_.*)?|home_?address|address(_?line)?_?[0-9]*|e?_?mail(_?address)?|(tele)?phone(_?(no|num|number))?|mobile(_?(no|num|number|phone))?|passport.*|ni_?(no|number)|national_?insurance.*)$`)

// NamesOne reports whether a column's name is one that columns of identifiers
// have, whoever made the file.
func NamesOne(column string) bool { return identifierNames.MatchString(strings.ToLower(column)) }

// notText are types that hold no text and no number of ten digits.
var notText = []string{"BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "DATE", "TIME", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "INTERVAL", "UUID"}

// MayHold reports whether a column of a database type can hold an identifier.
func MayHold(kind string) bool { return !slices.Contains(notText, kind) }

// Seen says which identifiers the values of a column have the shape of.
type Seen struct{ NHSNumbers, Postcodes, Emails, Names bool }

// In looks at the distinct values of one column. The table's name is as a query
// takes it: quoted where it must be.
func In(ctx context.Context, w *warehouse.Warehouse, table, column string) (Seen, error) {
	t, err := count(ctx, w, table, column)
	return t.seen(), err
}

func count(ctx context.Context, w *warehouse.Warehouse, table, column string) (tally, error) {
	var t tally
	_, err := w.One(ctx, statements["10_shapes"], warehouse.Args{"table": table, "column": column, "names": commonNames},
		&t.values, &t.numbers, &t.tenDigits, &t.checked, &t.issued, &t.spacedPostcodes, &t.postcodes, &t.emails, &t.names)
	return t, err
}

// tally counts distinct values by what they look like.
type tally struct {
	values, numbers, tenDigits, checked, issued, spacedPostcodes, postcodes, emails, names int64
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

func (t tally) seen() Seen {
	return Seen{
		NHSNumbers: t.issued > 0 && !t.byChance(),
		Postcodes:  t.spacedPostcodes > 0 || t.postcodes > 0 && float64(t.postcodes) >= mostly*float64(t.values),
		Emails:     t.emails > 0,
		Names:      t.names >= fewestNames && float64(t.names) >= listOfNames*float64(t.values),
	}
}

// byChance reports whether ten digits that pass as NHS numbers are what chance
// makes of a column of other numbers: no more of them pass than would, or very
// few have ten digits among many that have more or fewer. In a column of text
// nothing is put down to chance.
func (t tally) byChance() bool {
	if float64(t.numbers) < nearlyAll*float64(t.values) {
		return false
	}
	if t.tenDigits < enoughToTell {
		return t.numbers >= 10*t.tenDigits && t.checked <= 1
	}
	expected := chanceOfCheck * float64(t.tenDigits)
	return float64(t.checked) <= expected+farAway*math.Sqrt(expected*(1-chanceOfCheck))
}
