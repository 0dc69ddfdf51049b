// Package warehouse is the only room that knows the database driver. It opens
// DuckDB locked down, inside a workspace that one writer holds at a time, and
// runs SQL that is static text: statements come from embedded files and values
// are bound. Only a validated identifier may stand in for a name.
//
// Errors of the database carry no data: DuckDB quotes cells and whole lines in
// its messages, so these are withheld by kind.
package warehouse

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"sort"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
)

// Settings bound what one open warehouse may use and touch.
type Settings struct {
	Threads     int      // 0 means the database's own choice
	Memory      string   // such as "1GiB"; empty means DefaultMemory
	Directories []string // folders outside the workspace that SQL may read or write
}

// DefaultMemory is the memory limit when none is asked for. Work past it
// spills to the private temp directory.
const DefaultMemory = "1GiB"

// Warehouse is an open database on one connection.
type Warehouse struct {
	db   *sql.DB
	conn *sql.Conn
	path string
}

type mode string

const (
	readWrite mode = "READ_WRITE"
	readOnly  mode = "READ_ONLY"
)

// open opens the database file (or one in memory when path is empty), sets its
// bounds and locks its configuration.
func open(ctx context.Context, path, tempDir string, access mode, settings Settings) (*Warehouse, error) {
	connector, err := duckdb.NewConnector(path+"?access_mode="+string(access), nil)
	if err != nil {
		return nil, explain(err, "opening the warehouse")
	}
	db := sql.OpenDB(connector)
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(explain(err, "opening the warehouse"), db.Close())
	}
	w := &Warehouse{db, conn, path}
	if err := w.lockDown(ctx, tempDir, settings); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// Memory opens a warehouse that lives in memory, for tests and benchmarks.
func Memory(ctx context.Context, settings Settings) (*Warehouse, error) {
	w, err := open(ctx, "", "", readWrite, settings)
	if err != nil {
		return nil, err
	}
	if err := w.createRegister(ctx); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// lockDown applies the bounds. The values are this program's own settings and
// absolute paths; SET takes no bound parameters, so text is quoted.
func (w *Warehouse) lockDown(ctx context.Context, tempDir string, settings Settings) error {
	memory := settings.Memory
	if memory == "" {
		memory = DefaultMemory
	}
	commands := []string{
		"SET GLOBAL TimeZone = 'UTC'",
		"SET GLOBAL autoinstall_known_extensions = false",
		"SET GLOBAL autoload_known_extensions = false",
		"SET GLOBAL preserve_insertion_order = true",
		"SET GLOBAL memory_limit = " + quote(memory),
	}
	if settings.Threads > 0 {
		commands = append(commands, fmt.Sprintf("SET GLOBAL threads = %d", settings.Threads))
	}
	var allowed []string
	if tempDir != "" {
		commands = append(commands, "SET GLOBAL temp_directory = "+quote(tempDir))
		allowed = append(allowed, quote(withSlash(tempDir)))
	}
	for _, directory := range settings.Directories {
		absolute, err := filepath.Abs(directory)
		if err != nil {
			return err
		}
		allowed = append(allowed, quote(withSlash(absolute)))
	}
	commands = append(commands,
		"SET GLOBAL allowed_directories = ["+strings.Join(allowed, ", ")+"]",
		"SET GLOBAL enable_external_access = false",
		"SET GLOBAL lock_configuration = true",
	)
	for _, command := range commands {
		if _, err := w.conn.ExecContext(ctx, command); err != nil {
			return explain(err, "locking the warehouse down")
		}
	}
	return nil
}

func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func withSlash(directory string) string {
	return strings.TrimSuffix(directory, string(filepath.Separator)) + string(filepath.Separator)
}

// Close closes the database.
func (w *Warehouse) Close() error {
	return errors.Join(w.conn.Close(), w.db.Close())
}

// Args are the values bound to a statement's named parameters.
type Args map[string]any

func (a Args) named() []any {
	names := make([]string, 0, len(a))
	for name := range a {
		names = append(names, name)
	}
	sort.Strings(names)
	values := make([]any, len(names))
	for i, name := range names {
		values[i] = sql.Named(name, a[name])
	}
	return values
}

// Run runs a statement and returns how many rows it changed.
func (w *Warehouse) Run(ctx context.Context, statement Statement, args Args) (int64, error) {
	result, err := w.conn.ExecContext(ctx, statement.text, args.named()...)
	if err != nil {
		return 0, explain(err, statement.name)
	}
	changed, err := result.RowsAffected()
	return changed, explain(err, statement.name)
}

// Each runs a query and calls scan once a row. The rows' own Scan is what scan
// is given, so that counts go straight into disclosure.Count.
func (w *Warehouse) Each(ctx context.Context, statement Statement, args Args, row func(scan func(into ...any) error) error) error {
	rows, err := w.conn.QueryContext(ctx, statement.text, args.named()...)
	if err != nil {
		return explain(err, statement.name)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return explain(rows.Err(), statement.name)
}

// One runs a query for one row; found is false when there is none.
func (w *Warehouse) One(ctx context.Context, statement Statement, args Args, into ...any) (found bool, err error) {
	err = w.Each(ctx, statement, args, func(scan func(...any) error) error {
		found = true
		return scan(into...)
	})
	return found, err
}

// Transaction runs work in one transaction: all of it is kept, or none.
func (w *Warehouse) Transaction(ctx context.Context, work func() error) error {
	if _, err := w.conn.ExecContext(ctx, "BEGIN TRANSACTION"); err != nil {
		return explain(err, "begin")
	}
	if err := work(); err != nil {
		return w.undo(ctx, err)
	}
	if _, err := w.conn.ExecContext(ctx, "COMMIT"); err != nil {
		return w.undo(ctx, explain(err, "commit"))
	}
	return nil
}

// undo rolls back after an error. The context may be cancelled already, and the
// database may have rolled back by itself; either way nothing stays open.
func (w *Warehouse) undo(ctx context.Context, cause error) error {
	var database *duckdb.Error
	_, err := w.conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
	if err == nil || errors.Is(cause, ErrDiskFull) || errors.As(err, &database) && database.Type == duckdb.ErrorTypeTransaction {
		return cause
	}
	return errors.Join(cause, explain(err, "rollback"))
}

// Appender fills a table row by row: for small maps, never for deliveries.
func (w *Warehouse) Appender(table Identifier, fill func(add func(values ...driver.Value) error) error) error {
	return w.conn.Raw(func(raw any) error {
		appender, err := duckdb.NewAppender(raw.(driver.Conn), "temp", "main", table.String())
		if err != nil {
			return explain(err, "filling "+table.String())
		}
		if err := fill(appender.AppendRow); err != nil {
			return errors.Join(err, appender.Close())
		}
		return explain(appender.Close(), "filling "+table.String())
	})
}
