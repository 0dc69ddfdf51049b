package journal_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/review/journal"
)

func entry(text string) journal.Entry {
	body, err := json.Marshal(map[string]string{"says": text})
	if err != nil {
		panic(err)
	}
	return journal.Entry{At: "2026-11-22T09:00:00Z", By: "ada", User: "ada", Act: "say", Body: body}
}

func says(t *testing.T, j *journal.Journal, text string) journal.Entry {
	t.Helper()
	added, err := j.Append(t.Context(), func(journal.Log) (journal.Entry, error) { return entry(text), nil }, nil)
	require.NoError(t, err)
	return added
}

func TestWhatIsAddedIsRead(t *testing.T) {
	j := journal.In(t.TempDir())
	log, err := j.Read()
	require.NoError(t, err)
	assert.Empty(t, log.Entries)
	assert.Empty(t, log.Head())
	for i, text := range []string{"first", "<second> & \u202e ünïcode\nline", strings.Repeat("long ", 100_000)} {
		added := says(t, j, text)
		assert.Equal(t, i+1, added.Number)
		log, err = j.Read()
		require.NoError(t, err)
		require.Len(t, log.Entries, i+1)
		assert.Equal(t, added, log.Entries[i])
		assert.Equal(t, added.Hash(), log.Head())
		assert.Equal(t, "2026-11-22T09:00:00Z", added.Time().Format("2006-01-02T15:04:05Z07:00"))
	}
}

// An entry whose writing was cut short at any byte is not there, those before it
// are, and the next one takes its place and says so.
func TestAnEntryThatWasCutShort(t *testing.T) {
	dir := t.TempDir()
	j := journal.In(dir)
	says(t, j, "first")
	file := filepath.Join(dir, "journal")
	one, err := os.ReadFile(file)
	require.NoError(t, err)
	says(t, j, "second")
	both, err := os.ReadFile(file)
	require.NoError(t, err)
	for end := len(one); end < len(both); end++ {
		require.NoError(t, os.WriteFile(file, both[:end], 0o600))
		log, err := j.Read()
		require.NoError(t, err, end)
		require.Len(t, log.Entries, 1)
		assert.Equal(t, end-len(one), log.Torn)
	}
	added := says(t, j, "again")
	assert.Equal(t, len(both)-1-len(one), added.CutShort)
	log, err := j.Read()
	require.NoError(t, err)
	require.Len(t, log.Entries, 2)
	assert.Zero(t, log.Torn)
}

// A line that is changed, left out, moved or there twice is no journal.
func TestAJournalThatIsNotAsItWasWritten(t *testing.T) {
	dir := t.TempDir()
	j := journal.In(dir)
	for _, text := range []string{"a", "b", "c", "d"} {
		says(t, j, text)
	}
	text, err := os.ReadFile(filepath.Join(dir, "journal"))
	require.NoError(t, err)
	lines := strings.SplitAfter(string(text), "\n")[:4]
	for name, changed := range map[string][]string{
		"changed":      {lines[0], strings.Replace(lines[1], "ada", "bob", 1), lines[2], lines[3]},
		"left out":     {lines[0], lines[2], lines[3]},
		"the first":    {lines[1], lines[2]},
		"moved":        {lines[0], lines[2], lines[1], lines[3]},
		"twice":        {lines[0], lines[1], lines[1]},
		"an empty one": {lines[0], "\n", lines[1]},
	} {
		_, err := journal.Parse([]byte(strings.Join(changed, "")))
		assert.ErrorIs(t, err, journal.ErrBroken, name)
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "journal"), []byte(lines[1]), 0o600))
	_, err = j.Append(t.Context(), func(journal.Log) (journal.Entry, error) { return entry("x"), nil }, nil)
	assert.ErrorIs(t, err, journal.ErrBroken, "nothing is added to one")
}

func TestWhatIsRefusedIsNotAdded(t *testing.T) {
	j := journal.In(t.TempDir())
	no := errors.New("no")
	_, err := j.Append(t.Context(), func(journal.Log) (journal.Entry, error) { return journal.Entry{}, no }, nil)
	assert.ErrorIs(t, err, no)
	_, err = j.Append(t.Context(), func(journal.Log) (journal.Entry, error) { return entry("x"), nil }, func(string) (string, error) { return "", no })
	assert.ErrorIs(t, err, no)
	_, err = j.Append(t.Context(), func(journal.Log) (journal.Entry, error) { return journal.Entry{Act: "timeless"}, nil }, nil)
	assert.ErrorContains(t, err, "cannot be written")
	log, err := j.Read()
	require.NoError(t, err)
	assert.Empty(t, log.Entries)
}

// What is signed is all of an entry, what stands before it included.
func TestTheStatementOfAnEntryIsAllOfIt(t *testing.T) {
	j := journal.In(t.TempDir())
	var statement string
	added, err := j.Append(t.Context(), func(journal.Log) (journal.Entry, error) { return entry("x"), nil },
		func(text string) (string, error) { statement = text; return "signed", nil })
	require.NoError(t, err)
	assert.Equal(t, "signed", added.Signature)
	again, err := added.Statement()
	require.NoError(t, err)
	assert.Equal(t, statement, again)
	for _, change := range []func(*journal.Entry){
		func(e *journal.Entry) { e.By = "bob" }, func(e *journal.Entry) { e.Number++ }, func(e *journal.Entry) { e.Previous = "x" },
		func(e *journal.Entry) { e.Body = json.RawMessage(`{}`) }, func(e *journal.Entry) { e.At = "2026-11-22T09:00:01Z" },
	} {
		other := added
		change(&other)
		text, err := other.Statement()
		require.NoError(t, err)
		assert.NotEqual(t, statement, text)
	}
}

// Many add at once: each finds the journal as the one before left it.
func TestManyAddAtOnce(t *testing.T) {
	dir := t.TempDir()
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for i := range 10 {
				_, err := journal.In(dir).Append(t.Context(), func(log journal.Log) (journal.Entry, error) {
					return entry(fmt.Sprintf("%d %d after %d", worker, i, len(log.Entries))), nil
				}, nil)
				assert.NoError(t, err)
			}
		})
	}
	all.Wait()
	log, err := journal.In(dir).Read()
	require.NoError(t, err)
	require.Len(t, log.Entries, 40)
	for i, one := range log.Entries {
		assert.Contains(t, string(one.Body), fmt.Sprintf("after %d", i))
	}
}

// The permission of a folder that two users share is that of its files.
func TestASharedFolderHasSharedFiles(t *testing.T) {
	for _, mode := range []os.FileMode{0o700, 0o770} {
		dir := filepath.Join(t.TempDir(), "shared")
		require.NoError(t, os.Mkdir(dir, 0o700))
		require.NoError(t, os.Chmod(dir, mode))
		says(t, journal.In(dir), "x")
		info, err := os.Stat(filepath.Join(dir, "journal"))
		require.NoError(t, err)
		assert.Equal(t, mode&0o666, info.Mode().Perm())
	}
}

// Whatever bytes a journal ends with, what is told of it stood there in full.
func TestAJournalWithAnythingBehindIt(t *testing.T) {
	dir := t.TempDir()
	for _, text := range []string{"a", "b"} {
		says(t, journal.In(dir), text)
	}
	text, err := os.ReadFile(filepath.Join(dir, "journal"))
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		behind := rapid.SliceOf(rapid.Byte()).Draw(t, "behind")
		log, err := journal.Parse(append(append([]byte{}, text...), behind...))
		if err == nil {
			require.Len(t, log.Entries, 2)
			require.Equal(t, len(behind), log.Torn)
		}
	})
}

func FuzzParse(f *testing.F) {
	dir := f.TempDir()
	for _, text := range []string{"a", "b"} {
		_, err := journal.In(dir).Append(f.Context(), func(journal.Log) (journal.Entry, error) { return entry(text), nil }, nil)
		require.NoError(f, err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "journal"))
	require.NoError(f, err)
	f.Add(text)
	f.Add(text[:len(text)-3])
	f.Add([]byte("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 \n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		log, err := journal.Parse(text)
		if err != nil {
			require.ErrorIs(t, err, journal.ErrBroken)
		}
		for i, one := range log.Entries {
			require.Equal(t, i+1, one.Number)
		}
	})
}
