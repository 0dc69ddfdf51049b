package warehouse

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
)

// Errors that a caller may test for.
var (
	ErrDiskFull    = errors.New("the disk is full")
	ErrOutOfMemory = errors.New("the memory limit is too low for this work")
	ErrDamaged     = errors.New("the warehouse file is damaged or was written by another version")
)

// namesOnly are the kinds of database error whose messages hold names of this
// program's own SQL and no data.
var namesOnly = map[duckdb.ErrorType]bool{
	duckdb.ErrorTypeBinder:     true,
	duckdb.ErrorTypeCatalog:    true,
	duckdb.ErrorTypeParser:     true,
	duckdb.ErrorTypePermission: true,
}

// explain turns an error of the database into one that holds no data.
func explain(err error, doing string) error {
	var database *duckdb.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s: %w", doing, context.Canceled)
	case !errors.As(err, &database):
		return explainText(err.Error(), doing)
	case namesOnly[database.Type]:
		return fmt.Errorf("%s: %s", doing, firstLine(database.Msg))
	default:
		return explainKind(database, doing)
	}
}

func explainKind(err *duckdb.Error, doing string) error {
	switch {
	case err.Type == duckdb.ErrorTypeInterrupt:
		return fmt.Errorf("%s: %w", doing, context.Canceled)
	case err.Type == duckdb.ErrorTypeOutOfMemory && !mentionsDisk(err.Msg):
		return fmt.Errorf("%s: %w", doing, ErrOutOfMemory)
	default:
		return explainText(err.Msg, doing)
	}
}

func explainText(message, doing string) error {
	switch {
	case mentionsDisk(message):
		return fmt.Errorf("%s: %w", doing, ErrDiskFull)
	case strings.Contains(message, "not a valid DuckDB database file"), strings.Contains(message, "Serialization Error"), strings.Contains(message, "Corrupt"):
		return fmt.Errorf("%s: %w", doing, ErrDamaged)
	default:
		return fmt.Errorf("%s: the database failed (%s; its message is withheld, since it may quote data)", doing, kindOf(message))
	}
}

func mentionsDisk(message string) bool {
	for _, sign := range []string{"No space left", "Could not write", "could not write", "Disk quota", "max_temp_directory_size"} {
		if strings.Contains(message, sign) {
			return true
		}
	}
	return false
}

// kindOf returns the leading words of a message that name its kind, such as
// "Conversion Error", and nothing of what follows.
func kindOf(message string) string {
	kind, _, found := strings.Cut(message, " Error:")
	if !found || len(kind) > 30 || strings.ContainsAny(kind, "\"'0123456789") {
		return "unknown kind"
	}
	return kind + " Error"
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
