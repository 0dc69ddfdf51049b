package spec

import (
	"fmt"
	"regexp"
	"slices"
)

var (
	plainTypes  = []string{"VARCHAR", "DATE", "TIMESTAMP", "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT"}
	decimalType = regexp.MustCompile(`^DECIMAL\([1-9][0-9]?,[0-9]{1,2}\)$`)
)

// ColumnType is a database type that a column may have. It is safe to place
// in SQL text. Identifiers are always VARCHAR: 18 digits exceed a double.
type ColumnType struct{ name string }

// ParseColumnType returns the type of that name, or says which there are.
func ParseColumnType(name string) (ColumnType, error) {
	if slices.Contains(plainTypes, name) || decimalType.MatchString(name) {
		return ColumnType{name}, nil
	}
	return ColumnType{}, fmt.Errorf("%q is not a column type: use one of %v or DECIMAL(p,s)", name, plainTypes)
}

// String returns the type as SQL writes it.
func (t ColumnType) String() string { return t.name }

// IsText reports whether values are kept as text.
func (t ColumnType) IsText() bool { return t.name == "VARCHAR" }

// IsDate reports whether values are days or moments.
func (t ColumnType) IsDate() bool { return t.name == "DATE" || t.name == "TIMESTAMP" }

// UnmarshalText lets a TOML string become a column type.
func (t *ColumnType) UnmarshalText(text []byte) error {
	parsed, err := ParseColumnType(string(text))
	if err != nil {
		return err
	}
	*t = parsed
	return nil
}

// MarshalText returns the type as SQL writes it.
func (t ColumnType) MarshalText() ([]byte, error) { return []byte(t.name), nil }
