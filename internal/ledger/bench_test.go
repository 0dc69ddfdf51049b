package ledger

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fileOf returns the file of a ledger of so many entries, made in one go.
func fileOf(t testing.TB, size int) []byte {
	t.Helper()
	l := In(t.TempDir(), func() time.Time { return time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC) })
	var log Log
	var file []byte
	hash := strings.Repeat("ab", 32)
	for i := range size {
		entry, err := l.entry(Event{Kind: Plan, Subject: fmt.Sprint("llc_", i), Hashes: map[string]string{"plan": hash, "spec": hash}}, "", 0, Log{tree: log.tree})
		require.NoError(t, err)
		line, record, err := entry.line()
		require.NoError(t, err)
		require.NoError(t, log.tree.add(record))
		file = append(append(file, line...), '\n')
	}
	return file
}

// Every command that adds an entry reads and checks them all first.
func BenchmarkRead(b *testing.B) {
	for _, size := range []int{1_000, 10_000} {
		file := fileOf(b, size)
		b.Run(fmt.Sprint(size, " entries"), func(b *testing.B) {
			b.SetBytes(int64(len(file)))
			for b.Loop() {
				log, err := parse(file)
				require.NoError(b, err)
				require.Empty(b, log.Faults)
			}
		})
	}
}
