package keys

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/identifier"
	"tre-toolkit/internal/spec"
)

func number(t testing.TB, text string) identifier.NHSNumber {
	t.Helper()
	parsed, err := identifier.ParseNHSNumber(text, identifier.Synthetic)
	require.NoError(t, err)
	return parsed
}

func column(t testing.TB, name string) spec.Identifier {
	t.Helper()
	parsed, err := spec.ParseIdentifier(name)
	require.NoError(t, err)
	return parsed
}

// Every purpose has a key of its own: the same value is another under each.
func TestEveryPurposeHasAKeyOfItsOwn(t *testing.T) {
	root, llc42, llc43 := rootOf(1), project(t, "llc_0042"), project(t, "llc_0043")
	seen := map[[32]byte]string{}
	for name, key := range map[string][32]byte{
		"id": root.derive("id"), "link": root.derive("link"), "sign": root.derive("sign"),
		"project 42": root.derive("project", "llc_0042"), "project 43": root.derive("project", "llc_0043"),
		"date": root.derive("date", "llc_0042"), "column": root.derive("column", "llc_0042", "orgid_provider"),
		"another column": root.derive("column", "llc_0042", "lsoa_e"), "the column elsewhere": root.derive("column", "llc_0043", "orgid_provider"),
	} {
		assert.Empty(t, seen[key], name)
		seen[key] = name
	}
	provider := root.Column(llc42, column(t, "orgid_provider"))
	assert.Equal(t, provider.Code("RX1"), root.Column(llc42, column(t, "orgid_provider")).Code("RX1"))
	assert.NotEqual(t, provider.Code("RX1"), root.Column(llc43, column(t, "orgid_provider")).Code("RX1"))
	assert.NotEqual(t, provider.Code("RX1"), root.Column(llc42, column(t, "orgid_commissioner")).Code("RX1"))
}

func TestJunkIsNeverHashed(t *testing.T) {
	link := rootOf(1).Link()
	_, err := link.Person(identifier.NHSNumber{})
	assert.Equal(t, identifier.Missing, err)
	_, err = link.StudyID("ALSPAC", "")
	assert.Equal(t, identifier.Missing, err)
	for text, reason := range map[string]error{
		"9999999999": identifier.Dummy, "9990000019": identifier.CheckDigit, "": identifier.Missing,
		"9.99E+09": identifier.Spreadsheet, "999": identifier.Malformed,
	} {
		parsed, err := identifier.ParseNHSNumber(text, identifier.Synthetic)
		assert.Equal(t, reason, err)
		id, err := link.Person(parsed)
		assert.Equal(t, identifier.Missing, err)
		assert.Equal(t, ID{}, id)
	}
	id, err := link.Person(number(t, "999 000 0018"))
	require.NoError(t, err)
	same, err := link.Person(number(t, "9990000018"))
	require.NoError(t, err)
	assert.Equal(t, id, same, "one number, however it is spaced")
	one, err := link.StudyID("ALSPAC", "12")
	require.NoError(t, err)
	other, err := link.StudyID("ALSPAC1", "2")
	require.NoError(t, err)
	assert.NotEqual(t, one, other)
}

func TestStyles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var id ID
		copy(id[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		parsed, err := uuid.Parse(id.In(UUIDStyle))
		require.NoError(t, err)
		assert.Equal(t, uuid.Version(8), parsed.Version())
		assert.Equal(t, uuid.RFC4122, parsed.Variant())
		assert.True(t, ValidPseudonym(id.In(TextStyle)))
		assert.Regexp(t, `^[1-9][0-9]{14}$`, id.In(IntegerStyle))
		assert.Equal(t, id.Integer(), int64(float64(id.Integer())), "a double holds it")
	})
	assert.Equal(t, "100000000000000", ID{}.In(IntegerStyle))
	last := ID{}
	for i := range last {
		last[i] = 0xff
	}
	assert.Equal(t, "999999999999999", last.In(IntegerStyle))
	for _, name := range []string{"text", "uuid", "integer"} {
		style, err := ParseStyle(name)
		require.NoError(t, err)
		assert.Equal(t, name, string(style))
	}
	_, err := ParseStyle("int")
	assert.ErrorContains(t, err, "text, uuid or integer")
}

// Two people who would share an integer are told apart or nobody is written.
func TestTwoPeopleNeverShareAnIntegerUnnoticed(t *testing.T) {
	written := Distinct{}
	one, other := ID{1}, ID{1}
	other[15] = 1 // in a byte that no integer keeps
	_, err := written.Write(one, IntegerStyle)
	require.NoError(t, err)
	_, err = written.Write(one, IntegerStyle)
	require.NoError(t, err, "the same person again")
	_, err = written.Write(other, IntegerStyle)
	assert.ErrorIs(t, err, ErrNotDistinct)
	_, err = Distinct{}.Write(other, TextStyle)
	assert.NoError(t, err)
}

func TestDatesOfAPersonMoveTogether(t *testing.T) {
	dates := rootOf(1).Dates(project(t, "llc_0042"))
	seen := map[int]int{}
	for i := range 3100 {
		person := fmt.Sprint(i)
		days := dates.Days("ALSPAC", person, 15)
		assert.Equal(t, days, dates.Days("ALSPAC", person, 15))
		seen[days]++
	}
	require.Len(t, seen, 31, "from 15 days back to 15 on")
	for days, n := range seen {
		assert.LessOrEqual(t, int(math.Abs(float64(days))), 15)
		assert.InDelta(t, 100, n, 60, "%d days", days)
	}
	assert.Equal(t, 0, dates.Days("ALSPAC", "1", 0))
}

// The two digests of the program's FAQ, and the one of its own tests.
func TestOpenPseudonymisersVectors(t *testing.T) {
	plain := map[string]string{"NHSNumber": "123456789"}
	assert.Equal(t, strings.ToUpper("15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"), newOpenPseudonymiser("").Digest(plain))
	assert.Equal(t, strings.ToUpper("a4455e6581b78d69e569895c2b615dfa90a6cd56938e40ca91edd26e44deedfe"), newOpenPseudonymiser("hello").Digest(plain))
	example := "943 476 " + "5919" // the data dictionary's
	assert.Equal(t, "ED72F814B7905F3D3958749FA90FE657C101EC657402783DB68CBE3513E76087",
		newOpenPseudonymiser("mackerel").Digest(map[string]string{"NHSNumber": example, "DOB": "29.11.1973"}))

	assert.Equal(t, newOpenPseudonymiser("x").Digest(map[string]string{"A": "test String\n\r\t"}), newOpenPseudonymiser("x").Digest(map[string]string{"A": "testString"}))
	for text, rounded := range map[string]string{
		"19790305": "19790101", "05/03/79": "19790101", "05/03/1979": "19790101", "05.03.79": "19790101", "05.03.1979": "19790101",
		"20081231": "20080101", "31/12/08": "20080101", "31/12/2008": "20080101", "31.12.08": "20080101", "31.12.2008": "20080101",
		"March": "March",
	} {
		assert.Equal(t, rounded, RoundDownDate(text))
	}
}

func TestASaltIsItsOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "salt.txt")
	require.NoError(t, os.WriteFile(path, []byte("  mackerel\n"), 0o600))
	salted, err := ReadOpenPseudonymiser(path)
	require.NoError(t, err)
	assert.Equal(t, newOpenPseudonymiser("mackerel").Digest(nil), salted.Digest(nil))
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v %s", salted, salted, salted, &salted), "mackerel")
	require.NoError(t, os.Chmod(path, 0o640))
	_, err = ReadOpenPseudonymiser(path)
	assert.ErrorIs(t, err, ErrExposed)
	require.NoError(t, os.WriteFile(path, []byte("\n"), 0o600))
	require.NoError(t, os.Chmod(path, 0o600))
	_, err = ReadOpenPseudonymiser(path)
	assert.ErrorIs(t, err, ErrNoSalt)
	_, err = ReadOpenPseudonymiser(path + "x")
	assert.Error(t, err)
}

func TestRotating(t *testing.T) {
	dir, identity := t.TempDir(), filepath.Join(t.TempDir(), "identity.txt")
	first, err := Create(dir, identity)
	require.NoError(t, err)
	assert.Equal(t, 1, first.Version())
	people := []string{"9990000018", "9990000026"}
	pairs := func(old, next Root) ([]Pair, error) {
		assert.Equal(t, first.ID(), old.ID())
		var list []Pair
		for _, one := range people {
			before, err := old.Link().Person(number(t, one))
			require.NoError(t, err)
			after, err := next.Link().Person(number(t, one))
			require.NoError(t, err)
			list = append(list, Pair{"link", before.Text(), after.Text()}, Pair{"link", before.Text(), after.Text()})
		}
		return list, nil
	}
	second, crosswalk, err := Rotate(dir, identity, pairs)
	require.NoError(t, err)
	assert.Equal(t, 2, second.Version())
	assert.NotEqual(t, first.ID(), second.ID())

	newest, err := Open(dir, identity)
	require.NoError(t, err)
	assert.Equal(t, second.ID(), newest.ID())
	kept, err := OpenVersion(dir, identity, 1)
	require.NoError(t, err)
	assert.Equal(t, first.ID(), kept.ID())
	versions, err := Versions(dir)
	require.NoError(t, err)
	assert.Equal(t, []int{1, 2}, versions)
	_, err = OpenVersion(dir, identity, 3)
	assert.ErrorIs(t, err, ErrNoKey)

	t.Run("the crosswalk leads from every old id to its new one", func(t *testing.T) {
		list, err := ReadCrosswalk(crosswalk, identity)
		require.NoError(t, err)
		require.Len(t, list, 2)
		for _, one := range people {
			before, err := first.Link().Person(number(t, one))
			require.NoError(t, err)
			after, err := second.Link().Person(number(t, one))
			require.NoError(t, err)
			assert.Contains(t, list, Pair{"link", before.Text(), after.Text()})
		}
	})
	t.Run("it is sealed", func(t *testing.T) {
		text, err := os.ReadFile(crosswalk)
		require.NoError(t, err)
		before, err := first.Link().Person(number(t, people[0]))
		require.NoError(t, err)
		assert.NotContains(t, string(text), before.Text())
		stranger := filepath.Join(t.TempDir(), "other.txt")
		_, err = Create(t.TempDir(), stranger)
		require.NoError(t, err)
		_, err = ReadCrosswalk(crosswalk, stranger)
		assert.ErrorIs(t, err, ErrNotReadable)
	})
	t.Run("a rotation that fails leaves the keys as they were", func(t *testing.T) {
		_, _, err := Rotate(dir, identity, func(Root, Root) ([]Pair, error) { return nil, os.ErrInvalid })
		require.ErrorIs(t, err, os.ErrInvalid)
		versions, err := Versions(dir)
		require.NoError(t, err)
		assert.Equal(t, []int{1, 2}, versions)
		assert.NoFileExists(t, filepath.Join(dir, crosswalkFile(2, 3)))
	})
	t.Run("a crosswalk that leads to no key is replaced", func(t *testing.T) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, crosswalkFile(2, 3)), []byte("cut short"), 0o600))
		third, path, err := Rotate(dir, identity, func(Root, Root) ([]Pair, error) { return nil, nil })
		require.NoError(t, err)
		assert.Equal(t, 3, third.Version())
		list, err := ReadCrosswalk(path, identity)
		require.NoError(t, err)
		assert.Empty(t, list)
	})
	t.Run("without a key there is nothing to rotate", func(t *testing.T) {
		_, _, err := Rotate(t.TempDir(), identity, nil)
		assert.ErrorIs(t, err, ErrNoKey)
	})
}
