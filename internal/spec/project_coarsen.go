package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// What a value may be made coarser to.
const (
	ToYear           = "year"            // of a date, as a number
	ToQuarter        = "quarter"         // the first day of a date's quarter
	ToMonth          = "month"           // the first day of a date's month
	ToAgeBand        = "age-band"        // of an age in years, such as 25-29, and 90+ from the top on
	ToPostcodeArea   = "postcode-area"   // the letters that a postcode begins with
	ToPostcodeSector = "postcode-sector" // a postcode's district and one digit
	ToGroups         = "groups"          // named groups of codes, such as regions of areas
)

var coarsenings = []string{ToYear, ToQuarter, ToMonth, ToAgeBand, ToPostcodeArea, ToPostcodeSector, ToGroups}

// Coarsening makes the values of a column coarser.
type Coarsening struct {
	Column Identifier
	To     string
	Width  int     // of an age band, in years
	Top    int     // the age at which the last band begins
	Groups []Group // in the order of their names
	Rest   string  // for codes of no group; empty leaves them empty
}

// Group is a named group of codes.
type Group struct {
	Name  string
	Codes []string
}

type coarseningText struct {
	Column string              `toml:"column"`
	To     string              `toml:"to"`
	Width  int                 `toml:"width"`
	Top    int                 `toml:"top"`
	Groups map[string][]string `toml:"groups"`
	Rest   string              `toml:"rest"`
}

func (raw coarseningText) read(r reading) Coarsening {
	coarsening := Coarsening{Column: r.identifier("column", raw.Column), To: raw.To, Width: raw.Width, Top: raw.Top, Rest: raw.Rest}
	for name, codes := range raw.Groups {
		coarsening.Groups = append(coarsening.Groups, Group{name, codes})
	}
	slices.SortFunc(coarsening.Groups, func(a, b Group) int { return cmp.Compare(a.Name, b.Name) })
	return coarsening
}

// String says what becomes of a value, such as "age-band of 5 years, 90+".
func (c Coarsening) String() string {
	switch c.To {
	case ToAgeBand:
		return fmt.Sprintf("age-band of %d years, %d+ together", c.Width, c.Top)
	case ToGroups:
		names := make([]string, len(c.Groups))
		for i, group := range c.Groups {
			names[i] = group.Name
		}
		return "groups " + strings.Join(names, ", ")
	}
	return c.To
}

// Type returns the type of the coarser values.
func (c Coarsening) Type() ColumnType {
	switch c.To {
	case ToYear:
		return ColumnType{"SMALLINT"}
	case ToQuarter, ToMonth:
		return ColumnType{"DATE"}
	}
	return ColumnType{"VARCHAR"}
}

// check reports what is wrong with the coarsening by itself.
func (c Coarsening) check(fault func(format string, args ...any)) {
	if !slices.Contains(coarsenings, c.To) {
		fault("a column is not made coarser to %q%s", c.To, choose(c.To, coarsenings))
		return
	}
	if c.To == ToAgeBand && (c.Width < 1 || c.Top < 1 || c.Top%c.Width != 0) {
		fault("an age-band needs its width in years and a top that is a multiple of it, as in width = 5 and top = 90")
	}
	if c.To == ToGroups && len(c.Groups) == 0 {
		fault("groups are missing: name them with their codes, as in groups = { North = [\"A\", \"B\"] }")
	}
	times := map[string]int{}
	for _, group := range c.Groups {
		for _, code := range group.Codes {
			if times[code]++; times[code] == 2 {
				fault("code %s is in two groups", code)
			}
		}
	}
}

// fits says why a column cannot be made coarser so; empty when it can.
func (c Coarsening) fits(column Column) string {
	switch c.To {
	case ToYear, ToQuarter, ToMonth:
		if !column.Type.IsDate() {
			return fmt.Sprintf("column %s is no date, which %s needs", column.Name, c.To)
		}
	case ToAgeBand:
		if column.Type.IsDate() || column.Type.IsText() || column.Type.name == "BOOLEAN" {
			return fmt.Sprintf("column %s is no number, which %s needs", column.Name, c.To)
		}
	case ToPostcodeArea, ToPostcodeSector, ToGroups:
		if !column.Type.IsText() {
			return fmt.Sprintf("column %s is no text, which %s needs", column.Name, c.To)
		}
	}
	return ""
}
