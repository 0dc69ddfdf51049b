package warehouse

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/spec"
)

// secret is a value that must not come back in any message.
const secret = "SECRET9735"

func statement(text string) Statement { return Statement{"test", text} }

func named(t testing.TB, name string) Identifier {
	t.Helper()
	identifier, err := spec.ParseIdentifier(name)
	require.NoError(t, err)
	return identifier
}

// newWorkspace makes a workspace and opens it for writing.
func newWorkspace(t testing.TB, settings Settings) *Workspace {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "workspace")
	require.NoError(t, Create(t.Context(), dir, TRE))
	workspace, err := OpenForWriting(t.Context(), dir, "test", settings)
	require.NoError(t, err)
	t.Cleanup(func() { _ = workspace.Close() }) // a test may have closed it
	return workspace
}

// What SQL may not do, whoever wrote it: read or write any file outside the
// allowed folders, load an extension, loosen a setting.
func TestTheWarehouseIsLockedDown(t *testing.T) {
	allowed, outside := t.TempDir(), t.TempDir()
	for _, dir := range []string{allowed, outside} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "people.csv"), []byte("a\n"+secret+"\n"), 0o600))
	}
	w := newWorkspace(t, Settings{Directories: []string{allowed}})
	run := func(text string, args Args) error {
		_, err := w.Run(t.Context(), statement(text), args)
		return err
	}
	require.NoError(t, run("CREATE TABLE mine AS SELECT * FROM read_csv($path)", Args{"path": filepath.Join(allowed, "people.csv")}))
	require.NoError(t, run("COPY mine TO $path (FORMAT parquet)", Args{"path": filepath.Join(allowed, "mine.parquet")}))

	link := filepath.Join(outside, "mine.csv")
	refused := map[string]string{
		"reading a file":                "SELECT * FROM read_csv('" + filepath.Join(outside, "people.csv") + "')",
		"reading by name":               "SELECT * FROM '" + filepath.Join(outside, "people.csv") + "'",
		"reading text":                  "SELECT * FROM read_text('" + filepath.Join(outside, "people.csv") + "')",
		"reading bytes":                 "SELECT * FROM read_blob('/etc/passwd')",
		"listing a folder":              "SELECT * FROM glob('" + outside + "/*')",
		"climbing out of a folder":      "SELECT * FROM read_csv('" + allowed + "/../" + filepath.Base(outside) + "/people.csv')",
		"a folder with the same start":  "SELECT * FROM read_csv('" + strings.TrimSuffix(allowed, "/") + "x/people.csv')",
		"writing a file":                "COPY mine TO '" + link + "'",
		"writing Parquet":               "COPY mine TO '" + filepath.Join(outside, "mine.parquet") + "' (FORMAT parquet)",
		"writing over the workspace":    "COPY mine TO '" + filepath.Join(w.Dir, workspaceFile) + "'",
		"reading the keys":              "SELECT * FROM read_blob('" + filepath.Join(w.KeysDir(), "*") + "')",
		"attaching a database":          "ATTACH '" + filepath.Join(outside, "other.duckdb") + "' AS other",
		"exporting all":                 "EXPORT DATABASE '" + outside + "'",
		"installing an extension":       "INSTALL httpfs",
		"loading an extension":          "LOAD httpfs",
		"loading a file as one":         "LOAD '" + filepath.Join(allowed, "people.csv") + "'",
		"the network":                   "SELECT * FROM read_csv('https://example.org/x.csv')",
		"loosening access":              "SET enable_external_access = true",
		"another folder":                "SET allowed_directories = ['/']",
		"another temp folder":           "SET temp_directory = '" + outside + "'",
		"unlocking":                     "SET lock_configuration = false",
		"auto-loading":                  "SET GLOBAL autoload_known_extensions = true",
		"more memory":                   "SET memory_limit = '900GiB'",
		"resetting":                     "RESET enable_external_access",
		"logging to a file":             "SET log_query_path = '" + filepath.Join(outside, "log") + "'",
		"a secret store":                "CREATE PERSISTENT SECRET x (TYPE s3)",
		"the environment":               "SELECT getenv('HOME')",
		"reading what was never listed": "SELECT * FROM read_parquet('" + filepath.Join(outside, "*.parquet") + "')",
	}
	for name, text := range refused {
		assert.Error(t, run(text, nil), name)
	}
	entries, err := os.ReadDir(outside)
	require.NoError(t, err)
	assert.Len(t, entries, 1, "nothing was written outside")
	for setting, wanted := range map[string]string{"enable_external_access": "false", "lock_configuration": "true", "autoload_known_extensions": "false", "autoinstall_known_extensions": "false", "TimeZone": "UTC", "allow_unsigned_extensions": "false"} {
		var value string
		found, err := w.One(t.Context(), statement("SELECT value FROM duckdb_settings() WHERE name = $name"), Args{"name": setting}, &value)
		require.NoError(t, err)
		if found { // the time zone belongs to an extension that may not be there
			assert.Equal(t, wanted, value, setting)
		}
	}
}

// The database quotes cells, lines and parameters in its messages.
func TestErrorsCarryNoData(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	w := newWorkspace(t, Settings{Directories: []string{dir}})
	run := func(text string, args Args) error {
		_, err := w.Run(t.Context(), statement(text), args)
		return err
	}
	require.NoError(t, run("CREATE TABLE people (id VARCHAR PRIMARY KEY, age INTEGER NOT NULL CHECK (age < 200))", nil))
	require.NoError(t, run("INSERT INTO people VALUES ('"+secret+"', 1)", nil))
	require.NoError(t, run("CREATE TYPE kind AS ENUM ('a', 'b')", nil))
	failing := map[string]struct {
		text string
		args Args
	}{
		"a CSV cell that does not cast": {"SELECT * FROM read_csv($path, columns = {'a': 'INTEGER'}, auto_detect = false)", Args{"path": file("cast.csv", "a\n1\n"+secret+"\n")}},
		"a CSV row with too many cells": {"SELECT * FROM read_csv($path, columns = {'a': 'VARCHAR'}, auto_detect = false)", Args{"path": file("wide.csv", "a\n"+secret+",2\n")}},
		"a CSV row with an open quote":  {"SELECT * FROM read_csv($path, columns = {'a': 'VARCHAR'}, auto_detect = false)", Args{"path": file("open.csv", "a\n\""+secret+"\n")}},
		"a CSV row that is no UTF-8":    {"SELECT * FROM read_csv($path, columns = {'a': 'VARCHAR'}, auto_detect = false)", Args{"path": file("latin.csv", "a\n"+secret+"\xe9\n")}},
		"a cast":                        {"SELECT CAST($value AS DATE)", Args{"value": secret}},
		"a cast of a column":            {"SELECT CAST(id AS INTEGER) FROM people", nil},
		"an enumeration":                {"SELECT CAST(id AS kind) FROM people", nil},
		"a key that is there":           {"INSERT INTO people VALUES ($id, 1)", Args{"id": secret}},
		"a check":                       {"INSERT INTO people VALUES ('" + secret + "2', 9735)", nil},
		"a NULL":                        {"INSERT INTO people VALUES ('" + secret + "3', NULL)", nil},
		"an error of its own":           {"SELECT error(id) FROM people", nil},
		"a date format":                 {"SELECT strptime(id, '%Y') FROM people", nil},
		"a pattern":                     {"SELECT regexp_matches('x', id || '(') FROM people", nil},
		"JSON":                          {"SELECT CAST('{' || id AS JSON) FROM people", nil},
		"a number out of range":         {"SELECT CAST(9735973597359735 AS TINYINT)", nil},
		"a table function's name":       {"SELECT * FROM query_table($t)", Args{"t": "nobody"}},
	}
	for name, one := range failing {
		err := w.Each(t.Context(), statement(one.text), one.args, func(func(...any) error) error { return nil })
		if err == nil {
			err = run(one.text, one.args)
		}
		require.Error(t, err, name)
		for wrapped := err; wrapped != nil; wrapped = errors.Unwrap(wrapped) {
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v", wrapped, wrapped, wrapped), secret, name)
			assert.NotContains(t, wrapped.Error(), "9735", name)
		}
	}
}

func TestTheSecondWriterIsToldWho(t *testing.T) {
	w := newWorkspace(t, Settings{})
	_, err := OpenForWriting(t.Context(), w.Dir, "second", Settings{})
	require.ErrorIs(t, err, ErrHeld)
	assert.Contains(t, err.Error(), fmt.Sprintf("by process %d (test) since 20", os.Getpid()))
	_, err = OpenForReading(t.Context(), w.Dir, Settings{})
	require.ErrorIs(t, err, ErrHeld, "readers wait for a writer too")
	require.NoError(t, w.Close())
	assert.NoFileExists(t, filepath.Join(w.Dir, holderFile))
	again, err := OpenForWriting(t.Context(), w.Dir, "second", Settings{})
	require.NoError(t, err, "and then comes in")
	require.NoError(t, again.Close())
}

func TestReadersShare(t *testing.T) {
	w := newWorkspace(t, Settings{})
	require.NoError(t, w.Close())
	first, err := OpenForReading(t.Context(), w.Dir, Settings{})
	require.NoError(t, err)
	defer first.Close()
	t.Run("another process may read", func(t *testing.T) {
		command := exec.Command(os.Args[0], "-test.run", "^TestHelperReads$", "-test.v")
		command.Env = append(os.Environ(), "TRE_TEST_READ="+w.Dir)
		output, err := command.CombinedOutput()
		require.NoError(t, err, string(output))
		assert.Contains(t, string(output), "versions: 0")
	})
	t.Run("nobody may write meanwhile", func(t *testing.T) {
		_, err := OpenForWriting(t.Context(), w.Dir, "second", Settings{})
		require.ErrorIs(t, err, ErrHeld)
		assert.Contains(t, err.Error(), "by a reader")
	})
	t.Run("a reader cannot change anything", func(t *testing.T) {
		_, err := first.Run(t.Context(), statement("CREATE TABLE mine (a INTEGER)"), nil)
		assert.Error(t, err)
		_, err = first.Run(t.Context(), statement("CREATE TEMP TABLE mine (a INTEGER)"), nil)
		assert.NoError(t, err, "but may keep notes of its own")
	})
}

// TestHelperReads is run by TestReadersShare in a process of its own.
func TestHelperReads(t *testing.T) {
	dir := os.Getenv("TRE_TEST_READ")
	if dir == "" {
		return // it is a process of another test
	}
	w, err := OpenForReading(t.Context(), dir, Settings{})
	require.NoError(t, err)
	var versions int
	_, err = w.One(t.Context(), statement("SELECT count(*) FROM register.versions"), nil, &versions)
	require.NoError(t, err)
	fmt.Println("versions:", versions)
	require.NoError(t, w.Close())
}

// A writer that was killed leaves its note behind; a reader that comes later
// must not be mistaken for it.
func TestAKilledWriterIsNotBlamedForAReader(t *testing.T) {
	w := newWorkspace(t, Settings{})
	require.NoError(t, w.Close())
	note := filepath.Join(w.Dir, holderFile)
	require.NoError(t, os.WriteFile(note, []byte(`{"process":4194304,"command":"load of last week","since":"2024-01-01T00:00:00Z"}`), 0o600))
	reader, err := OpenForReading(t.Context(), w.Dir, Settings{})
	require.NoError(t, err)
	defer reader.Close()
	_, err = OpenForWriting(t.Context(), w.Dir, "second", Settings{})
	require.ErrorIs(t, err, ErrHeld)
	assert.Contains(t, err.Error(), "by a reader")
	assert.NotContains(t, err.Error(), "last week")
}

func TestAWorkspaceIsWholeOrAbsent(t *testing.T) {
	dir := t.TempDir()
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	require.Error(t, Create(stopped, filepath.Join(dir, "workspace"), TRE))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, entries, "a workspace that could not be furnished is not there, nor its draft")

	t.Run("not where something is", func(t *testing.T) {
		full := filepath.Join(dir, "full")
		require.NoError(t, os.Mkdir(full, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(full, "mine"), nil, 0o600))
		assert.ErrorIs(t, Create(t.Context(), full, TRE), ErrNotEmpty)
		assert.FileExists(t, filepath.Join(full, "mine"))
	})
	t.Run("not twice", func(t *testing.T) {
		twice := filepath.Join(dir, "twice")
		require.NoError(t, Create(t.Context(), twice, TRE))
		assert.ErrorIs(t, Create(t.Context(), twice, TTP), ErrNotEmpty)
	})
	t.Run("an empty folder becomes one, and private", func(t *testing.T) {
		empty := filepath.Join(dir, "empty")
		require.NoError(t, os.Mkdir(empty, 0o755))
		require.NoError(t, Create(t.Context(), empty, TTP))
		w, err := OpenForReading(t.Context(), empty, Settings{})
		require.NoError(t, err)
		assert.Equal(t, TTP, w.Role)
		require.NoError(t, w.Close())
	})
	t.Run("a folder that is none is said to be none", func(t *testing.T) {
		_, err := OpenForReading(t.Context(), t.TempDir(), Settings{})
		assert.ErrorIs(t, err, ErrNoWorkspace)
	})
	t.Run("a damaged description", func(t *testing.T) {
		w := newWorkspace(t, Settings{})
		require.NoError(t, w.Close())
		require.NoError(t, os.WriteFile(filepath.Join(w.Dir, workspaceFile), []byte(`{"format":99}`), 0o600))
		_, err := OpenForReading(t.Context(), w.Dir, Settings{})
		assert.ErrorIs(t, err, ErrDamaged)
	})
	t.Run("a damaged database", func(t *testing.T) {
		w := newWorkspace(t, Settings{})
		require.NoError(t, w.Close())
		require.NoError(t, os.WriteFile(filepath.Join(w.Dir, databaseFile), []byte(strings.Repeat("not a database ", 1000)), 0o600))
		_, err := OpenForReading(t.Context(), w.Dir, Settings{})
		assert.ErrorIs(t, err, ErrDamaged)
		_, err = OpenForWriting(t.Context(), w.Dir, "test", Settings{})
		assert.ErrorIs(t, err, ErrDamaged, "and the workspace is let go each time")
	})
}

func TestEverythingInAWorkspaceIsPrivate(t *testing.T) {
	w := newWorkspace(t, Settings{})
	_, err := w.Run(t.Context(), statement("CREATE TABLE big AS SELECT range AS n FROM range(100000)"), nil)
	require.NoError(t, err)
	require.NoError(t, filepath.WalkDir(w.Dir, func(path string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		info, err := entry.Info()
		require.NoError(t, err)
		if filepath.Ext(path) == ".wal" {
			return nil // the database's own, while it is open; the folder shuts it in
		}
		assert.Zero(t, info.Mode().Perm()&0o077, "%s is %o", path, info.Mode().Perm())
		return nil
	}))
}

func TestWhatAKilledRunSpilledIsCleared(t *testing.T) {
	w := newWorkspace(t, Settings{})
	require.NoError(t, w.Close())
	spilled := filepath.Join(w.Dir, "tmp", "duckdb_temp_storage_DEFAULT-0.tmp")
	require.NoError(t, os.WriteFile(spilled, []byte("rows"), 0o600))
	again, err := OpenForWriting(t.Context(), w.Dir, "test", Settings{})
	require.NoError(t, err)
	require.NoError(t, again.Close())
	assert.NoFileExists(t, spilled)
}

func count(t *testing.T, w *Warehouse, table string) int {
	t.Helper()
	var n int
	_, err := w.One(t.Context(), statement("SELECT count(*) FROM query_table($t)"), Args{"t": table}, &n)
	require.NoError(t, err)
	return n
}

func TestATransactionIsKeptWholeOrNotAtAll(t *testing.T) {
	w := newWorkspace(t, Settings{})
	_, err := w.Run(t.Context(), statement("CREATE TABLE t (n INTEGER PRIMARY KEY)"), nil)
	require.NoError(t, err)
	insert := func(ctx context.Context, n int) error {
		_, err := w.Run(ctx, statement("INSERT INTO t VALUES ($n)"), Args{"n": n})
		return err
	}
	t.Run("kept", func(t *testing.T) {
		require.NoError(t, w.Transaction(t.Context(), func() error { return insert(t.Context(), 1) }))
		assert.Equal(t, 1, count(t, w.Warehouse, "t"))
	})
	t.Run("an error of the caller", func(t *testing.T) {
		mine := errors.New("mine")
		err := w.Transaction(t.Context(), func() error { return errors.Join(insert(t.Context(), 2), mine) })
		assert.ErrorIs(t, err, mine)
		assert.Equal(t, 1, count(t, w.Warehouse, "t"))
	})
	t.Run("an error of the database", func(t *testing.T) {
		err := w.Transaction(t.Context(), func() error { return errors.Join(insert(t.Context(), 3), insert(t.Context(), 1)) })
		assert.Error(t, err)
		assert.Equal(t, 1, count(t, w.Warehouse, "t"))
	})
	t.Run("cancelled between statements", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		err := w.Transaction(ctx, func() error {
			require.NoError(t, insert(ctx, 4))
			cancel()
			return insert(ctx, 5)
		})
		assert.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, 1, count(t, w.Warehouse, "t"))
	})
	t.Run("cancelled after the last statement", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		err := w.Transaction(ctx, func() error {
			defer cancel()
			return insert(ctx, 6)
		})
		assert.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, 1, count(t, w.Warehouse, "t"))
	})
	t.Run("cancelled within a long statement", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		err := w.Transaction(ctx, func() error {
			_, err := w.Run(ctx, statement("INSERT INTO t SELECT 1000 + a.range FROM range(100000) a, range(100000) b WHERE (a.range * b.range) % 1000003 = 7"), nil)
			return err
		})
		assert.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, 1, count(t, w.Warehouse, "t"))
	})
	t.Run("the next one works", func(t *testing.T) {
		require.NoError(t, w.Transaction(t.Context(), func() error { return insert(t.Context(), 7) }))
		assert.Equal(t, 2, count(t, w.Warehouse, "t"))
	})
}

// A registered function works on rows in several threads at once; NULL stays
// NULL, and what the function holds never enters the database.
func TestARegisteredFunctionRunsInSeveralThreads(t *testing.T) {
	w := newWorkspace(t, Settings{Threads: 2})
	var now, most atomic.Int64
	require.NoError(t, w.Register(named(t, "slow_upper"), func(value string) string {
		running := now.Add(1)
		defer now.Add(-1)
		for seen := most.Load(); running > seen && !most.CompareAndSwap(seen, running); seen = most.Load() {
		}
		if strings.HasSuffix(value, "00") {
			time.Sleep(time.Microsecond)
		}
		return strings.ToUpper(value)
	}))
	_, err := w.Run(t.Context(), statement("CREATE TABLE words AS SELECT CASE WHEN range % 1000 <> 0 THEN 'w' || range END AS word FROM range(300000)"), nil)
	require.NoError(t, err)
	var rows, nulls, right int
	_, err = w.One(t.Context(), statement("SELECT count(*), count(*) - count(made), count(*) FILTER (made = upper(word)) FROM (SELECT word, slow_upper(word) AS made FROM words)"), nil, &rows, &nulls, &right)
	require.NoError(t, err)
	assert.Equal(t, []int{300000, 300, 299700}, []int{rows, nulls, right})
	assert.Greater(t, most.Load(), int64(1), "two threads at the least were in it at once")
}

func TestAppenderFillsATemporaryTable(t *testing.T) {
	w := newWorkspace(t, Settings{})
	_, err := w.Run(t.Context(), statement("CREATE TEMP TABLE notes (a VARCHAR NOT NULL, b VARCHAR)"), nil)
	require.NoError(t, err)
	require.NoError(t, w.Appender(named(t, "notes"), func(add func(...driver.Value) error) error {
		return errors.Join(add("x", "y"), add("z", nil))
	}))
	assert.Equal(t, 2, count(t, w.Warehouse, "notes"))
	err = w.Appender(named(t, "notes"), func(add func(...driver.Value) error) error { return add(nil, secret) })
	require.Error(t, err)
	assert.NotContains(t, err.Error(), secret)
}

func TestTwoWarehousesInOneProcess(t *testing.T) {
	first, err := Memory(t.Context(), Settings{})
	require.NoError(t, err)
	defer first.Close()
	second, err := Memory(t.Context(), Settings{})
	require.NoError(t, err, "locking one down must not lock the other out")
	require.NoError(t, second.Close())
}

func TestStatementsTakeNamesAndNothingElse(t *testing.T) {
	insert := Statement{"insert", "INSERT INTO {{schema}}.{{table}} SELECT 1"}.Naming("schema", named(t, "nhsd")).Naming("table", named(t, "hub"))
	assert.Equal(t, "INSERT INTO nhsd.hub SELECT 1", insert.text)
	copied := Statement{"copy", "COPY ({{query}}) TO $path"}.Around(insert)
	assert.Equal(t, "COPY (INSERT INTO nhsd.hub SELECT 1) TO $path", copied.text)
	kind, err := spec.ParseColumnType("DATE")
	require.NoError(t, err)
	create := CreateTable(named(t, "nhsd"), named(t, "hub"), []spec.Column{{Name: named(t, "day"), Type: kind}})
	assert.Equal(t, "CREATE TABLE nhsd.hub (\n    day DATE\n)", create.text)
}
