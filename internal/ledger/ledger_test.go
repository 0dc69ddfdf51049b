package ledger_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"

	"tre-toolkit/internal/ledger"
)

// signer is a key of the tests' own.
type signer struct {
	note.Signer
	verifier string
}

func (s signer) Verifier() string { return s.verifier }

func newSigner(t testing.TB, name string) signer {
	t.Helper()
	private, public, err := note.GenerateKey(rand.Reader, name)
	require.NoError(t, err)
	known, err := note.NewSigner(private)
	require.NoError(t, err)
	return signer{known, public}
}

func (s signer) event() ledger.Event { return ledger.KeyEvent(1, "0123456789abcdef", s.verifier) }

// book is a ledger in a folder of the test, with a clock that goes on by a
// second at each look.
type book struct {
	ledger.Ledger
	dir   string
	clock time.Time
}

func newBook(t testing.TB) *book {
	t.Helper()
	b := &book{dir: t.TempDir(), clock: time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)}
	b.Ledger = ledger.In(b.dir, func() time.Time {
		b.clock = b.clock.Add(time.Second)
		return b.clock
	})
	return b
}

func (b *book) file() string { return filepath.Join(b.dir, "ledger", "entries") }

func (b *book) text(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile(b.file())
	require.NoError(t, err)
	return text
}

func (b *book) set(t testing.TB, text []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(b.file(), text, 0o600))
}

func (b *book) add(t testing.TB, subjects ...string) {
	t.Helper()
	for _, subject := range subjects {
		_, err := b.Add(t.Context(), ledger.Event{Kind: ledger.Plan, Subject: subject})
		require.NoError(t, err)
	}
}

func (b *book) report(t testing.TB, trusted string) ledger.Report {
	t.Helper()
	log, err := b.Read()
	require.NoError(t, err)
	report, err := log.Verify(trusted)
	require.NoError(t, err)
	return report
}

// faults returns what is wrong, one line each.
func faults(report ledger.Report) []string {
	lines := []string{}
	for _, fault := range report.Faults {
		lines = append(lines, fault.Message)
	}
	return lines
}

func lines(text []byte) [][]byte { return slices.Collect(bytes.Lines(text)) }

func TestAnEntrySaysWhoDidWhatWhen(t *testing.T) {
	b := newBook(t)
	hash := strings.Repeat("ab", 32)
	_, err := b.Add(t.Context(), ledger.Event{
		Kind: ledger.Load, Subject: "NHSE_IAPT@3", Hashes: map[string]string{"delivery": hash}, Says: map[string]string{"by": "a person"},
	})
	require.NoError(t, err)
	log, err := b.Read()
	require.NoError(t, err)
	require.Len(t, log.Entries, 1)
	entry := log.Entries[0]
	assert.EqualValues(t, 1, entry.Number)
	assert.Equal(t, "2026-05-01T09:00:01Z", entry.Time)
	assert.NotEmpty(t, entry.User)
	assert.Equal(t, ledger.Load, entry.Kind)
	assert.Equal(t, "NHSE_IAPT@3", entry.Subject)
	assert.Equal(t, map[string]string{"delivery": hash}, entry.Hashes)
	assert.Equal(t, map[string]string{"by": "a person"}, entry.Says)
	info, err := os.Stat(b.file())
	require.NoError(t, err)
	assert.EqualValues(t, 0o600, info.Mode().Perm())
}

// There is no place for a number of people, nor for a text that steers a terminal.
func TestWhatCannotBeWritten(t *testing.T) {
	b := newBook(t)
	for name, event := range map[string]ledger.Event{
		"another kind":     {Kind: "count", Subject: "x"},
		"no subject":       {Kind: ledger.Plan},
		"a count as hash":  {Kind: ledger.Plan, Subject: "x", Hashes: map[string]string{"people": "7"}},
		"control sequence": {Kind: ledger.Plan, Subject: "x\x1b[2J"},
		"two lines":        {Kind: ledger.Plan, Subject: "x", Says: map[string]string{"reason": "a\nb"}},
		"no text":          {Kind: ledger.Plan, Subject: "x", Says: map[string]string{"reason": "\xff"}},
		"a long text":      {Kind: ledger.Plan, Subject: "x", Says: map[string]string{"reason": strings.Repeat("a", 5000)}},
		"a strange name":   {Kind: ledger.Plan, Subject: "x", Says: map[string]string{"Reason!": "a"}},
	} {
		_, err := b.Add(t.Context(), event)
		assert.ErrorIs(t, err, ledger.ErrEvent, name)
	}
	_, err := b.Add(t.Context(), ledger.KeyEvent(1, "0123456789abcdef", "no key"))
	assert.ErrorIs(t, err, ledger.ErrKey)
	assert.NoFileExists(t, b.file())
}

func TestWhatBeganAndHasNoEndIsNamed(t *testing.T) {
	b := newBook(t)
	begun, err := b.Begin(t.Context(), ledger.Event{Kind: ledger.Run, Subject: "llc_0042"})
	require.NoError(t, err)
	killed, err := b.Begin(t.Context(), ledger.Event{Kind: ledger.Run, Subject: "llc_0043"})
	require.NoError(t, err)
	failed, err := b.Begin(t.Context(), ledger.Event{Kind: ledger.Load, Subject: "NHSE_IAPT@3"})
	require.NoError(t, err)
	interrupted, stop := context.WithCancel(t.Context())
	stop()
	require.NoError(t, failed.End(interrupted, nil, errors.New("the disk is full")))
	require.NoError(t, begun.End(t.Context(), map[string]string{"manifest": strings.Repeat("0", 64)}, nil))
	assert.Equal(t, []int64{killed.Entry.Number}, b.report(t, "").Open)
	log, err := b.Read()
	require.NoError(t, err)
	assert.Equal(t, ledger.Failed, log.Entries[3].Phase)
	assert.EqualValues(t, 3, log.Entries[3].Of)
	assert.NotContains(t, string(b.text(t)), "disk")
}

// Whatever one byte of the file becomes, it is told, and with the entry that it
// is in.
func TestAByteChangedAnywhereIsNamed(t *testing.T) {
	b := newBook(t)
	b.add(t, "one", "two", "three")
	text := b.text(t)
	for at := range text {
		entry := bytes.Count(text[:at], []byte("\n")) + 1
		for _, flip := range []byte{0x01, 0x20, 0x80} {
			changed := bytes.Clone(text)
			changed[at] ^= flip
			b.set(t, changed)
			log, err := b.Read()
			require.NoError(t, err)
			if at == len(text)-1 {
				require.Positive(t, log.Torn, "without its end the last entry is not whole")
				continue
			}
			require.NotEmpty(t, log.Faults, "byte %d", at)
			require.EqualValues(t, entry, log.Faults[0].First, "byte %d: %v", at, log.Faults)
		}
	}
}

// Somebody who knows the format writes an entry again with a hash that fits.
func TestAnEntryThatIsWrittenAgainIsNamed(t *testing.T) {
	b := newBook(t)
	b.add(t, "one", "two", "three", "four")
	other := newBook(t)
	other.add(t, "one", "another", "three", "four")
	mine, theirs := lines(b.text(t)), lines(other.text(t))
	b.set(t, bytes.Join([][]byte{mine[0], theirs[1], mine[2], mine[3]}, nil))
	assert.Equal(t, []string{"entry 2: changed: the entry after it was added to other ones"}, faults(b.report(t, "")))
	_, err := b.Add(t.Context(), ledger.Event{Kind: ledger.Plan, Subject: "five"})
	assert.ErrorIs(t, err, ledger.ErrBroken, "nothing is added to a ledger that was changed")
}

// And even the whole file again: no key, no checkpoint.
func TestAFileThatIsWrittenAgainIsToldByACheckpoint(t *testing.T) {
	mine := newSigner(t, "mine")
	b := newBook(t)
	b.add(t, "one", "two")
	_, err := b.Sign(t.Context(), mine, mine.event())
	require.NoError(t, err)
	b.add(t, "four", "five")
	_, err = b.Sign(t.Context(), mine, mine.event())
	require.NoError(t, err)
	b.add(t, "six")
	report := b.report(t, mine.verifier)
	require.Empty(t, report.Faults)
	assert.EqualValues(t, 5, report.Signed)
	assert.EqualValues(t, 1, report.Unsigned)
	assert.Equal(t, "mine", report.SignedBy)

	other := newBook(t)
	other.add(t, "one", "two")
	_, err = other.Add(t.Context(), mine.event())
	require.NoError(t, err)
	other.add(t, "another", "five", "six")
	b.set(t, other.text(t))
	assert.Equal(t, []string{"entries 4 to 5: changed since they were signed"}, faults(b.report(t, "")))
	_, err = b.Sign(t.Context(), mine, mine.event())
	assert.ErrorIs(t, err, ledger.ErrBroken, "and is not signed as if nothing had been done to it")
	_, err = b.Add(t.Context(), ledger.Event{Kind: ledger.Plan, Subject: "seven"})
	assert.ErrorIs(t, err, ledger.ErrBroken)
}

func TestAnEntryThatIsGoneOrMovedIsNamed(t *testing.T) {
	const size = 6
	b := newBook(t)
	for i := range size {
		b.add(t, fmt.Sprint("subject ", i+1))
	}
	whole := lines(b.text(t))
	for i := range size - 1 {
		left := slices.Delete(slices.Clone(whole), i, i+1)
		b.set(t, bytes.Join(left, nil))
		require.Contains(t, faults(b.report(t, "")), fmt.Sprintf("entry %d: missing", i+1))
	}
	for i := range size {
		for j := range size {
			if i == j {
				continue
			}
			moved := slices.Delete(slices.Clone(whole), i, i+1)
			moved = slices.Insert(moved, j, whole[i])
			b.set(t, bytes.Join(moved, nil))
			report := b.report(t, "")
			require.NotEmpty(t, report.Faults)
			require.Equal(t, ledger.Reordered, report.Faults[0].Kind, "%d to %d: %v", i, j, report.Faults)
		}
		b.set(t, bytes.Join(append(slices.Clone(whole), whole[i]), nil))
		require.Contains(t, faults(b.report(t, "")), fmt.Sprintf("entry %d: is there twice", i+1))
	}
}

func TestALedgerThatIsCutOffBelowACheckpointIsTold(t *testing.T) {
	mine := newSigner(t, "mine")
	b := newBook(t)
	b.add(t, "one", "two", "three")
	checkpoint, err := b.Sign(t.Context(), mine, mine.event())
	require.NoError(t, err)
	require.EqualValues(t, 4, checkpoint.Size)
	text := b.text(t)
	for cut := range text {
		b.set(t, text[:cut])
		left := bytes.Count(text[:cut], []byte("\n"))
		report := b.report(t, "")
		if left < 3 {
			require.Contains(t, faults(report), fmt.Sprintf("entries %d to 4: cut off: a checkpoint of 4 entries was signed", left+1))
		} else {
			require.Contains(t, faults(report), "entry 4: cut off: a checkpoint of 4 entries was signed")
		}
		_, err := b.Add(t.Context(), ledger.Event{Kind: ledger.Plan, Subject: "next"})
		require.ErrorIs(t, err, ledger.ErrBroken)
	}

	t.Run("and by one that is kept elsewhere, when the folder's own are gone", func(t *testing.T) {
		b.set(t, bytes.Join(lines(text)[:2], nil))
		require.NoError(t, os.RemoveAll(filepath.Join(b.dir, "ledger", "checkpoints")))
		log, err := b.Read()
		require.NoError(t, err)
		kept, err := ledger.ParseCheckpoint(checkpoint.Text())
		require.NoError(t, err)
		report, err := log.Verify(mine.verifier, kept)
		require.NoError(t, err)
		assert.Contains(t, faults(report), "entries 3 to 4: cut off: a checkpoint of 4 entries was signed")
	})
}

// A crash in the middle of writing an entry loses that entry alone, whatever
// part of it had come to the disk, and the next one says so.
func TestAnEntryThatWasCutShort(t *testing.T) {
	b := newBook(t)
	b.add(t, "one", "two")
	before := len(b.text(t))
	b.add(t, "three")
	text := b.text(t)
	for cut := before; cut < len(text); cut++ {
		b.set(t, text[:cut])
		report := b.report(t, "")
		require.Empty(t, report.Faults)
		require.Equal(t, cut-before, report.Torn)
		require.EqualValues(t, 2, report.Entries)
		entry, err := b.Add(t.Context(), ledger.Event{Kind: ledger.Plan, Subject: "again"})
		require.NoError(t, err)
		require.EqualValues(t, 3, entry.Number)
		require.Equal(t, cut-before, entry.CutShort)
		require.Empty(t, b.report(t, "").Faults)
	}
}

// A clock that goes back is no reason to stop, and is not hidden.
func TestAClockThatGoesBack(t *testing.T) {
	b := newBook(t)
	b.add(t, "one", "two")
	b.clock = b.clock.Add(-time.Hour)
	b.add(t, "three", "four")
	b.clock = b.clock.Add(2 * time.Hour)
	b.add(t, "five")
	report := b.report(t, "")
	assert.Empty(t, report.Faults)
	assert.Equal(t, []int64{3, 4}, report.Precede)
}

// Every process waits its turn: no entry is lost, none is there twice.
func TestManyAddAtOnce(t *testing.T) {
	b := newBook(t)
	const writers, each = 6, 8
	var group sync.WaitGroup
	for i := range writers {
		own := ledger.In(b.dir, time.Now) // a handle and a lock of its own, as another process has
		group.Go(func() {
			for j := range each {
				_, err := own.Add(t.Context(), ledger.Event{Kind: ledger.Plan, Subject: fmt.Sprintf("%d %d", i, j)})
				assert.NoError(t, err)
			}
		})
	}
	group.Wait()
	log, err := b.Read()
	require.NoError(t, err)
	assert.Empty(t, log.Faults)
	subjects := map[string]bool{}
	for _, entry := range log.Entries {
		subjects[entry.Subject] = true
	}
	assert.Len(t, subjects, writers*each)
}

// What follows from the ledger is settled while nobody else can add to it.
func TestSettlingSeesEveryEarlierEntry(t *testing.T) {
	b := newBook(t)
	var group sync.WaitGroup
	for range 8 {
		own := ledger.In(b.dir, time.Now)
		group.Go(func() {
			_, err := own.Add(t.Context(), ledger.Event{Kind: ledger.Plan, Subject: "x", Settle: func(log ledger.Log) map[string]string {
				return map[string]string{"before": fmt.Sprintf("%064x", log.Size())}
			}})
			assert.NoError(t, err)
		})
	}
	group.Wait()
	log, err := b.Read()
	require.NoError(t, err)
	for i, entry := range log.Entries {
		assert.Equal(t, fmt.Sprintf("%064x", i), entry.Hashes["before"])
	}
}

// With a key that is kept elsewhere, one that was put into the folder counts
// for nothing; a key that such a checkpoint vouches for counts.
func TestOnlyKeysThatAreVouchedForCount(t *testing.T) {
	mine, next, thief := newSigner(t, "mine"), newSigner(t, "next"), newSigner(t, "thief")
	b := newBook(t)
	b.add(t, "one")
	_, err := b.Sign(t.Context(), mine, mine.event())
	require.NoError(t, err)
	_, err = b.Add(t.Context(), ledger.KeyEvent(2, "fedcba9876543210", next.verifier))
	require.NoError(t, err)
	_, err = b.Sign(t.Context(), mine, mine.event())
	require.NoError(t, err)
	b.add(t, "four")
	_, err = b.Sign(t.Context(), next, next.event())
	require.NoError(t, err)
	for name, trusted := range map[string]string{"the older key": mine.verifier, "the newer key": next.verifier, "no key": ""} {
		report := b.report(t, trusted)
		assert.Empty(t, report.Faults, name)
		assert.EqualValues(t, 4, report.Signed, name)
		assert.Equal(t, "next", report.SignedBy, name)
	}
	assert.Contains(t, faults(b.report(t, thief.verifier)), "no checkpoint is signed by the key that was named")

	forged := newBook(t)
	forged.add(t, "another")
	_, err = forged.Sign(t.Context(), thief, thief.event())
	require.NoError(t, err)
	assert.Empty(t, faults(forged.report(t, "")), "by its own word it is right")
	assert.Len(t, faults(forged.report(t, mine.verifier)), 2)
	log, err := b.Read()
	require.NoError(t, err)
	_, err = log.Verify("no key")
	assert.ErrorIs(t, err, ledger.ErrKey)
}

func TestACheckpointThatIsChangedIsNamed(t *testing.T) {
	mine := newSigner(t, "mine")
	b := newBook(t)
	b.add(t, "one", "two")
	checkpoint, err := b.Sign(t.Context(), mine, mine.event())
	require.NoError(t, err)
	path := filepath.Join(b.dir, "ledger", "checkpoints", checkpoint.File)
	for at := range checkpoint.Text() {
		changed := checkpoint.Text()
		changed[at] ^= 0x01
		require.NoError(t, os.WriteFile(path, changed, 0o600))
		report := b.report(t, mine.verifier)
		require.NotEmpty(t, report.Faults, "byte %d", at)
		require.Zero(t, report.Signed)
	}
}

// A ledger that leads out of the workspace is not followed.
func TestALedgerThatIsALink(t *testing.T) {
	elsewhere, b := newBook(t), newBook(t)
	elsewhere.add(t, "one")
	require.NoError(t, os.Symlink(filepath.Join(elsewhere.dir, "ledger"), filepath.Join(b.dir, "ledger")))
	_, err := b.Read()
	require.ErrorIs(t, err, ledger.ErrLink)
	_, err = b.Add(t.Context(), ledger.Event{Kind: ledger.Plan, Subject: "two"})
	require.ErrorIs(t, err, ledger.ErrLink)

	inside := newBook(t)
	require.NoError(t, os.Mkdir(filepath.Join(inside.dir, "ledger"), 0o700))
	require.NoError(t, os.Symlink(elsewhere.file(), inside.file()))
	_, err = inside.Add(t.Context(), ledger.Event{Kind: ledger.Plan, Subject: "two"})
	require.Error(t, err)
	assert.Len(t, lines(elsewhere.text(t)), 1)
}

func TestALedgerThatIsNotThereYetIsEmpty(t *testing.T) {
	b := newBook(t)
	report := b.report(t, "")
	assert.True(t, report.OK())
	assert.Zero(t, report.Entries)
}

// Against a model: whatever is done to the lines of a signed ledger, it is told,
// unless the same lines come out.
func TestNothingDoneToASignedLedgerIsMissed(t *testing.T) {
	mine := newSigner(t, "mine")
	b := newBook(t)
	b.add(t, "one", "two", "three", "four")
	_, err := b.Sign(t.Context(), mine, mine.event())
	require.NoError(t, err)
	text := b.text(t)
	whole := lines(text)
	rapid.Check(t, func(r *rapid.T) {
		order := rapid.SliceOfN(rapid.IntRange(0, len(whole)-1), 0, 7).Draw(r, "lines")
		var written []byte
		for _, i := range order {
			written = append(written, whole[i]...)
		}
		cut := rapid.IntRange(0, len(written)).Draw(r, "cut")
		written = append(bytes.Clone(written[:cut]), rapid.SliceOfN(rapid.Byte(), 0, 3).Draw(r, "tail")...)
		b.set(t, written)
		log, err := b.Read()
		require.NoError(r, err)
		report, err := log.Verify(mine.verifier)
		require.NoError(r, err)
		kept := bytes.HasPrefix(written, text) && !bytes.Contains(written[len(text):], []byte("\n"))
		assert.Equal(r, kept, report.OK(), "%v: %q", faults(report), written)
	})
}

func FuzzRead(f *testing.F) {
	b := newBook(f)
	b.add(f, "one", "two")
	f.Add(b.text(f))
	f.Add([]byte("x\n"))
	f.Add([]byte("\n\n\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		b.set(t, text)
		log, err := b.Read()
		require.NoError(t, err)
		report, err := log.Verify("")
		require.NoError(t, err)
		if report.OK() {
			assert.Len(t, log.Entries, int(log.Size()))
		}
	})
}

func FuzzParseCheckpoint(f *testing.F) {
	mine := newSigner(f, "mine")
	b := newBook(f)
	checkpoint, err := b.Sign(f.Context(), mine, mine.event())
	require.NoError(f, err)
	f.Add(checkpoint.Text())
	f.Add([]byte("tre-extract ledger\n1\nAAAA\n\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		parsed, err := ledger.ParseCheckpoint(text)
		if err == nil {
			assert.Positive(t, parsed.Size)
			assert.Equal(t, text, parsed.Text())
		}
	})
}
