package warehouse

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"tre-toolkit/internal/spec"
)

// Identifier is a validated SQL name.
type Identifier = spec.Identifier

// Statement is one SQL statement of an embedded file.
type Statement struct{ name, text string }

// Statements are the SQL files of a room, by file name without folder and
// ending.
type Statements map[string]Statement

// MustLoad reads every sql/*.sql file of a room's embedded tree. It panics when
// a file cannot be read, which only a broken build can cause.
func MustLoad(files fs.FS) Statements {
	paths, err := fs.Glob(files, "sql/*.sql")
	if err != nil || len(paths) == 0 {
		panic(fmt.Sprintf("no SQL files embedded: %v", err))
	}
	statements := Statements{}
	for _, file := range paths {
		text, err := fs.ReadFile(files, file)
		if err != nil {
			panic(err)
		}
		name := strings.TrimSuffix(path.Base(file), ".sql")
		statements[name] = Statement{name, string(text)}
	}
	return statements
}

// Naming returns the statement with a placeholder such as {{project_id}}
// replaced by a validated name: the one thing that cannot be bound.
func (s Statement) Naming(placeholder string, name Identifier) Statement {
	return Statement{s.name, strings.ReplaceAll(s.text, "{{"+placeholder+"}}", name.String())}
}

// Around returns the statement with {{query}} replaced by another statement of
// static text, as COPY (query) needs it.
func (s Statement) Around(query Statement) Statement {
	return Statement{s.name + " of " + query.name, strings.ReplaceAll(s.text, "{{query}}", query.text)}
}

// CreateTable returns the statement that creates schema.table with columns, in
// order. Names and types are validated, so nothing else can reach the text.
func CreateTable(schema, table Identifier, columns []spec.Column) Statement {
	text := "CREATE TABLE " + schema.String() + "." + table.String() + " " + definitions(columns)
	return Statement{"create " + table.String(), text}
}

// CreateTemporaryTable returns the statement that creates a table for as long as
// the warehouse is open, in place of one of that name.
func CreateTemporaryTable(table Identifier, columns []spec.Column) Statement {
	text := "CREATE OR REPLACE TEMP TABLE " + table.String() + " " + definitions(columns)
	return Statement{"create temporary " + table.String(), text}
}

func definitions(columns []spec.Column) string {
	lines := make([]string, len(columns))
	for i, column := range columns {
		lines[i] = "    " + column.Name.String() + " " + column.Type.String()
	}
	return "(\n" + strings.Join(lines, ",\n") + "\n)"
}

// CreateSchema returns the statement that creates a schema unless it is there.
func CreateSchema(schema Identifier) Statement {
	return Statement{"create schema " + schema.String(), "CREATE SCHEMA IF NOT EXISTS " + schema.String()}
}

// Cell is one column of a SELECT: a column of what is read, or a function of it,
// cast where a type is given. What does not cast is NULL.
type Cell struct {
	Of       Identifier
	Function Identifier // zero means the column as it is
	Type     spec.ColumnType
	Name     Identifier
}

// Selecting returns the statement with a placeholder such as {{cells}} replaced by
// a list of cells. Like CreateTable it puts together nothing but validated names
// and types.
func (s Statement) Selecting(placeholder string, cells []Cell) Statement {
	lines := make([]string, len(cells))
	for i, cell := range cells {
		text := cell.Of.String()
		if !cell.Function.IsZero() {
			text = cell.Function.String() + "(" + text + ")"
		}
		if cell.Type != (spec.ColumnType{}) {
			text = "TRY_CAST(" + text + " AS " + cell.Type.String() + ")"
		}
		lines[i] = "    " + text + " AS " + cell.Name.String()
	}
	return Statement{s.name, strings.ReplaceAll(s.text, "{{"+placeholder+"}}", strings.TrimLeft(strings.Join(lines, ",\n"), " "))}
}

// Typing returns the statement with a placeholder such as {{type}} replaced by a
// validated type.
func (s Statement) Typing(placeholder string, kind spec.ColumnType) Statement {
	return Statement{s.name, strings.ReplaceAll(s.text, "{{"+placeholder+"}}", kind.String())}
}

// Listing returns the statement with a placeholder such as {{keys}} replaced by
// validated names, separated by commas.
func (s Statement) Listing(placeholder string, names []Identifier) Statement {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = name.String()
	}
	return Statement{s.name, strings.ReplaceAll(s.text, "{{"+placeholder+"}}", strings.Join(texts, ", "))}
}
