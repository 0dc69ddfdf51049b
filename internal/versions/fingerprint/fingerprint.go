// Package fingerprint makes a short text of the content of a table. Two tables
// with the same columns, types and rows have the same one, however their rows
// and columns are ordered and however many threads made it; a row that is there
// twice counts twice.
//
// It is made for finding accidents: rows lost, repeated or changed. Its sums of
// 64-bit hashes do not withstand somebody who looks for a collision; the SHA-256
// of the source files is there for that.
package fingerprint

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"tre-toolkit/internal/warehouse"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

var statements = warehouse.MustLoad(sqlFiles)

// Column is one column as the database has it.
type Column struct {
	Name string
	Type string // such as VARCHAR or DECIMAL(5,2)
}

// Columns returns the columns of schema.table by name; none when there is no
// such table.
func Columns(ctx context.Context, w *warehouse.Warehouse, table string) ([]Column, error) {
	schema, name, _ := strings.Cut(table, ".")
	var columns []Column
	err := w.Each(ctx, statements["10_columns"], warehouse.Args{"schema": schema, "table": name}, func(scan func(...any) error) error {
		var column Column
		err := scan(&column.Name, &column.Type)
		columns = append(columns, column)
		return err
	})
	return columns, err
}

// Of returns the fingerprint of schema.table: 8 digits that name the way of
// hashing, a hyphen, and 32 digits of the content.
func Of(ctx context.Context, w *warehouse.Warehouse, table string) (string, error) {
	columns, err := Columns(ctx, w, table)
	if err != nil {
		return "", err
	}
	if len(columns) == 0 {
		return "", fmt.Errorf("there is no table %s", table)
	}
	var rows int64
	var first, second, probe string
	args := warehouse.Args{"table": table, "shape": Shape(columns)}
	if _, err := w.One(ctx, statements["20_fingerprint"], args, &rows, &first, &second, &probe); err != nil {
		return "", err
	}
	content := fmt.Sprintf("%s\n%d\n%s\n%s\n", Shape(columns), rows, first, second)
	return digits(probe, 8) + "-" + digits(content, 32), nil
}

// Comparable reports whether two fingerprints were made in the same way, so
// that a difference means other content.
func Comparable(a, b string) bool {
	wayA, _, foundA := strings.Cut(a, "-")
	wayB, _, foundB := strings.Cut(b, "-")
	return foundA && foundB && wayA == wayB
}

// Shape returns columns as the JSON object {"name":"TYPE",...} in their order.
func Shape(columns []Column) string {
	var text strings.Builder
	for i, column := range columns {
		separator := ","
		if i == 0 {
			separator = "{"
		}
		name, _ := json.Marshal(column.Name) // a string always encodes
		kind, _ := json.Marshal(column.Type)
		text.WriteString(separator + string(name) + ":" + string(kind))
	}
	return text.String() + "}"
}

func digits(text string, most int) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:most]
}
