package release_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/release"
	"tre-toolkit/internal/spec"
	"tre-toolkit/specs"
)

func rules(t require.TestingT, name string) disclosure.Profile {
	profile, err := spec.LoadRules(specs.Files, name)
	require.NoError(t, err)
	return profile
}

// folders makes folders for tests that have no T of their own.
type folders interface {
	require.TestingT
	Helper()
}

func folder(t folders, dir string, files map[string]string) string {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	}
	return dir
}

// left makes a release of files.
func left(t folders, dir, name, profile string, files map[string]string) release.Release {
	t.Helper()
	paths := []string{folder(t, dir, files)}
	found, published, err := outputs.Examine(context.Background(), paths, outputs.Options{Profile: rules(t, profile)})
	require.NoError(t, err)
	date, err := spec.ParseDate("2024-09-05")
	require.NoError(t, err)
	made, err := release.Of(release.Source{Name: release.Name(name), Date: date, Rules: profile, Paths: paths, Report: found, Published: published})
	require.NoError(t, err)
	return made
}

// compared returns the findings about a file that follows another of its name.
func compared(t *testing.T, profile, name, before, after string) []outputs.Finding {
	t.Helper()
	earlier := left(t, t.TempDir(), "A", profile, map[string]string{name: before})
	now := left(t, t.TempDir(), "", profile, map[string]string{name: after})
	found, err := release.Compare(t.Context(), rules(t, profile), now, []release.Release{earlier})
	require.NoError(t, err)
	return found
}

// told lists findings as severity, check and row.
func told(found []outputs.Finding) []string {
	list := []string{}
	for _, f := range found {
		list = append(list, strings.TrimSpace(fmt.Sprintf("%s %s %s", f.Severity, f.Check, f.Row)))
	}
	slices.Sort(list)
	return list
}

func of(check string, found []outputs.Finding) []outputs.Finding {
	return slices.DeleteFunc(slices.Clone(found), func(f outputs.Finding) bool { return f.Check != check })
}

const metricsTable = `cohort,demographics,care_activities,care_cluster,internet_enabled
ALSPAC,1055,951,451,120
BCS70,473,420,310,45
ELSA,210,190,150,<10
NCDS58,287,248,160,10
NSHD46,66,58,40,0
`

func TestWhoReadsTwoReleases(t *testing.T) {
	oneLeft := strings.Replace(metricsTable, "NCDS58,287,248,160,10", "NCDS58,286,247,159,<10", 1)
	twoLeft := strings.Replace(metricsTable, "NCDS58,287,248,160,10", "NCDS58,285,247,159,<10", 1)
	manyLeft := strings.Replace(metricsTable, "NCDS58,287,248,160,10", "NCDS58,237,188,100,<10", 1)
	cases := []struct {
		name, before, after string
		findings            []string
		proof               string
	}{
		{"nothing changed", metricsTable, metricsTable, []string{}, ""},
		{"one person left, and a mask came", metricsTable, oneLeft,
			[]string{"fail DIF002 NCDS58", "review DIF001 NCDS58", "review DIF001 NCDS58", "review DIF001 NCDS58", "review DIF004"}, "it is 9"},
		{"one person came, and a mask went", oneLeft, metricsTable,
			[]string{"fail DIF002 NCDS58", "review DIF001 NCDS58", "review DIF001 NCDS58", "review DIF001 NCDS58", "review DIF004"}, "it is 9"},
		{"two left of the largest table, one of the others", metricsTable, twoLeft,
			[]string{"fail DIF002 NCDS58", "review DIF001 NCDS58", "review DIF001 NCDS58", "review DIF001 NCDS58", "review DIF004"}, "it is 9"},
		{"so many left that the mask hides", metricsTable, manyLeft, []string{"review DIF002 NCDS58", "review DIF004"}, ""},
		{"a few in one cell", metricsTable, strings.Replace(metricsTable, "473,420,310", "473,420,304", 1), []string{"review DIF001 BCS70", "review DIF004"}, "310 - 304 = 6"},
		{"many in one cell", metricsTable, strings.Replace(metricsTable, "473,420,310", "473,420,300", 1), []string{"review DIF004"}, ""},
	}
	for _, one := range cases {
		t.Run(one.name, func(t *testing.T) {
			found := compared(t, "ukllc-metrics", "metrics_v0002.csv", one.before, one.after)
			assert.Equal(t, one.findings, told(found))
			proofs := ""
			for _, f := range found {
				proofs += f.Certificate + "\n"
				assert.NotRegexp(t, `\b(28\d|9)\b`, f.Message, "numbers are for certificates")
			}
			assert.Contains(t, proofs, one.proof)
		})
	}
}

// The same table is known in another layout and under a name of another version.
func TestTheSameTableInAnotherLayout(t *testing.T) {
	long := "cohort,table,participants\nALSPAC,demographics,1055\nALSPAC,care_activities,951\nBCS70,demographics,473\nBCS70,care_activities,423\n"
	wide := "cohort,demographics,care_activities\nALSPAC,1055,951\nBCS70,473,420\n"
	assert.Contains(t, told(compared(t, "ukllc-metrics", "t.csv", wide, long)), "review DIF001 BCS70, care_activities")
}

func TestRoundedCountsMoveInSteps(t *testing.T) {
	before, after := "org,referrals\nA,10\nB,40\nC,\n", "org,referrals\nA,15\nB,40\nC,\n"
	found := of("DIF001", compared(t, "nhs-talking-therapies", "t.csv", before, after))
	for _, f := range found {
		assert.Equal(t, outputs.Told, f.Severity, "a step of rounding is no number of people")
	}
}

// A table of a part of the people, released after that of all.
func TestResidualsOfAPart(t *testing.T) {
	all := "site,n\nA,100\nB,212\nC,350\nD,90\nE,80\n"
	men := "site,n\nA,97\nB,105\nC,160\nD,44\nE,39\n"
	earlier := left(t, t.TempDir(), "A", "ukllc-metrics", map[string]string{"all.csv": all})
	now := left(t, t.TempDir(), "", "ukllc-metrics", map[string]string{"men.csv": men})
	found, err := release.Compare(t.Context(), rules(t, "ukllc-metrics"), now, []release.Release{earlier})
	require.NoError(t, err)
	assert.Equal(t, []string{"review DIF003 A"}, told(found))
	assert.Contains(t, found[0].Certificate, "100 - 97 = 3")
}

// What two releases of the same data hide apart, they give away together.
func TestOldAndNewTablesAreAuditedTogether(t *testing.T) {
	before := "group,n\na,<10\nb,12\nc,*\nd,30\ne,50\nTotal,140\n"
	after := "group,n\na,<10\nb,*\nc,40\nd,30\ne,50\nTotal,140\n"
	found := compared(t, "ukllc-metrics", "t.csv", before, after)
	assert.Equal(t, []string{"fail AUD001 a", "review DIF002 b", "review DIF002 c"}, told(found))
	joint := of("AUD001", found)[0]
	assert.Equal(t, "140 - 12 - 40 - 30 - 50 = 8", joint.Certificate)
	assert.Equal(t, 2, joint.Line)
	assert.Contains(t, joint.Message, "together with release A")
}

// A cell that the earlier release alone has is named by that release.
func TestANumberHiddenEarlierCanBeWorkedOutNow(t *testing.T) {
	before := "group,n\na,<10\nb,*\nc,40\nd,30\nTotal,92\n"
	after := "group,n\nb,14\nc,40\nd,30\n"
	found := compared(t, "ukllc-metrics", "t.csv", before, after)
	require.Contains(t, told(found), "fail AUD001 a")
	joint := of("AUD001", found)[0]
	assert.Contains(t, joint.Message, "of this table and release A, where it is masked")
	assert.Contains(t, joint.Certificate, "92 - 14 - 40 - 30 = 8")
}

func TestStampsTellWhyTablesDiffer(t *testing.T) {
	stamp := func(freeze, version string) string {
		return fmt.Sprintf("NHSE_IAPT version %s (2024-04-26, DOI TBC), freeze %s (2026-05-01), rules ukllc-metrics.\n\n", version, freeze)
	}
	table := "| study | hub |\n|---|---:|\n| A | 40 |\n| B | 50 |\n| C | 700 |\n"
	other := strings.Replace(table, "700", "750", 1)
	cases := []struct {
		name, before, after, finding, message string
	}{
		{"another freeze", stamp("15", "3") + table, stamp("16", "3") + other, "info DIF004", "freeze 15 and 16"},
		{"another version", stamp("16", "2") + table, stamp("16", "3") + other, "info DIF004", "version 2 and 3"},
		{"the same stamp over other numbers", stamp("16", "3") + table, stamp("16", "3") + other, "review DIF004", "one of the stamps is wrong"},
		{"no stamp", table, other, "review DIF004", "Nothing says which version"},
	}
	for _, one := range cases {
		t.Run(one.name, func(t *testing.T) {
			found := compared(t, "ukllc-metrics", "metrics.md", one.before, one.after)
			require.Equal(t, []string{one.finding}, told(found))
			assert.Contains(t, found[0].Message, one.message)
		})
	}
}

// One table as CSV, Markdown and JSON is told of once.
func TestCopiesInOtherFormatsAreToldOnce(t *testing.T) {
	copies := func(n string) map[string]string {
		return map[string]string{
			"t.csv": "study,participants\nA,40\nB," + n + "\nC,60\n",
			"t.md":  "| study | participants |\n|---|---|\n| A | 40 |\n| B | " + n + " |\n| C | 60 |\n",
		}
	}
	earlier := left(t, t.TempDir(), "A", "ukllc-metrics", copies("50"))
	now := left(t, t.TempDir(), "", "ukllc-metrics", copies("53"))
	found, err := release.Compare(t.Context(), rules(t, "ukllc-metrics"), now, []release.Release{earlier})
	require.NoError(t, err)
	assert.Len(t, of("DIF001", found), 1)
}

func TestAComparisonEndsWithItsContext(t *testing.T) {
	one := left(t, t.TempDir(), "A", "ukllc-metrics", map[string]string{"t.csv": metricsTable})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := release.Compare(ctx, rules(t, "ukllc-metrics"), one, []release.Release{one})
	require.ErrorIs(t, err, context.Canceled)
}

// A release holds cells and hashes, and no rows about people.
func TestAReleaseHoldsNoRowsAboutPeople(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{"rows.csv": "llc_0042_stud_id,score\nDEM0001,4\nDEM0002,9\n", "t.csv": "study,participants\nA,40\nB,<10\n", "data.rds": "x"}
	made := left(t, dir, "A", "ukllc-metrics", files)
	require.Len(t, made.Tables, 1)
	assert.Equal(t, "t.csv", made.Tables[0].Open().File)
	require.Len(t, made.Files, 3, "every file is hashed")
	sum := sha256.Sum256([]byte(files["t.csv"]))
	assert.Equal(t, release.File{Path: "t.csv", SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(files["t.csv"]))}, made.Files[2])
}

// A small change is told, a large one and none are not, whatever the table.
func TestSmallChangesAreTold(t *testing.T) {
	base := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp(base, "")
		require.NoError(t, err)
		counts := rapid.SliceOfN(rapid.Int64Range(30, 5000), 3, 12).Draw(t, "counts")
		changes := rapid.SliceOfN(rapid.Int64Range(-20, 20), len(counts), len(counts)).Draw(t, "changes")
		var before, after strings.Builder
		want := 0
		for i, n := range counts {
			fmt.Fprintf(&before, "s%d,%d\n", i, n)
			fmt.Fprintf(&after, "s%d,%d\n", i, n+changes[i])
			if change := max(changes[i], -changes[i]); change > 0 && change < 10 {
				want++
			}
		}
		earlier := left(t, filepath.Join(dir, "a"), "A", "ukllc-metrics", map[string]string{"t.csv": "study,participants\n" + before.String()})
		now := left(t, filepath.Join(dir, "b"), "", "ukllc-metrics", map[string]string{"t.csv": "study,participants\n" + after.String()})
		found, err := release.Compare(context.Background(), rules(t, "ukllc-metrics"), now, []release.Release{earlier})
		require.NoError(t, err)
		require.Len(t, of("DIF001", found), want)
		same, err := release.Compare(context.Background(), rules(t, "ukllc-metrics"), now, []release.Release{now})
		require.NoError(t, err)
		require.Empty(t, same, "a release with itself")
		require.NoError(t, os.RemoveAll(dir))
	})
}

// What was judged is what is recorded: a file that changed after the check, to
// another of the same size, makes no release.
func TestWhatWasCheckedIsWhatIsRecorded(t *testing.T) {
	dir := folder(t, t.TempDir(), map[string]string{"t.csv": "study,participants\nA,40\nB,50\n"})
	found, published, err := outputs.Examine(t.Context(), []string{dir}, outputs.Options{Profile: rules(t, "ukllc-metrics")})
	require.NoError(t, err)
	folder(t, dir, map[string]string{"t.csv": "study,participants\nA,40\nB,51\n"})
	_, err = release.Of(release.Source{Name: "A", Rules: "ukllc-metrics", Paths: []string{dir}, Report: found, Published: published})
	require.ErrorIs(t, err, outputs.ErrChanged)
	require.ErrorContains(t, err, "t.csv: INT001")
}

// One release counts sites, another sites by sex, whatever came first: the sums of
// the one are the numbers of the other but for the few people who have no sex.
func TestResidualsAcrossShapes(t *testing.T) {
	sites := "site,n\nA,100\nB,212\nC,353\nD,90\n"
	sexes := "site,sex,n\nA,F,60\nA,M,40\nB,F,107\nB,M,105\nC,F,190\nC,M,160\nD,F,46\nD,M,44\n"
	between := func(before, after string) []outputs.Finding {
		earlier := left(t, t.TempDir(), "A", "ukllc-metrics", map[string]string{"before.csv": before})
		now := left(t, t.TempDir(), "", "ukllc-metrics", map[string]string{"after.csv": after})
		found, err := release.Compare(t.Context(), rules(t, "ukllc-metrics"), now, []release.Release{earlier})
		require.NoError(t, err)
		return found
	}
	for _, found := range [][]outputs.Finding{between(sites, sexes), between(sexes, sites)} {
		require.Len(t, of("DIF003", found), 1, "%+v", found)
		assert.Contains(t, of("DIF003", found)[0].Certificate, "353 - 350 = 3")
		assert.Equal(t, "after.csv", of("DIF003", found)[0].File)
	}
	assert.Empty(t, of("DIF003", between(strings.Replace(sites, "353", "350", 1), sexes)), "nobody is left over")
	assert.Empty(t, of("DIF003", between(strings.Replace(sites, "212", "290", 1), sexes)), "they are other people")
	assert.Empty(t, of("DIF003", between(strings.Replace(sites, "212", "209", 1), sexes)), "some more and some fewer: they are other people, or some came and some went")
}

// Tables that are stamped with the same data need no sum that is shown in full: the
// numbers of one are the sums of the other.
func TestStampsBearSumsOut(t *testing.T) {
	const stamp = "NHSE_IAPT version 3 (2024-04-26, DOI TBC), freeze 16 (2026-05-01), rules ukllc-metrics.\n\n"
	all := "| site | n |\n|---|---:|\n| A | 47 |\n| B | 58 |\n"
	sexes := "| site | sex | n |\n|---|---|---:|\n| A | F | 40 |\n| A | M | <10 |\n| B | F | 50 |\n| B | M | <10 |\n"
	between := func(before, after string) []outputs.Finding {
		earlier := left(t, t.TempDir(), "A", "ukllc-metrics", map[string]string{"all.md": before})
		now := left(t, t.TempDir(), "", "ukllc-metrics", map[string]string{"sexes.md": after})
		found, err := release.Compare(t.Context(), rules(t, "ukllc-metrics"), now, []release.Release{earlier})
		require.NoError(t, err)
		return found
	}
	assert.Equal(t, []string{"fail AUD001 A, M", "fail AUD001 B, M"}, told(between(stamp+all, stamp+sexes)))
	assert.Empty(t, told(between(all, sexes)), "nothing says that they are of the same people")
	assert.Empty(t, told(between(stamp+all, strings.Replace(stamp, "freeze 16", "freeze 17", 1)+sexes)))
}
