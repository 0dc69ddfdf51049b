package review_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/release"
	"tre-toolkit/internal/review"
	"tre-toolkit/internal/review/bundle"
	"tre-toolkit/internal/review/journal"
	"tre-toolkit/internal/review/people"
	"tre-toolkit/internal/review/states"
	"tre-toolkit/internal/spec"
)

// keyed is a desk whose reviewers sign.
type keyed struct {
	*desk
	me     map[string]people.Me
	public map[string]string
}

func newKeyed(t *testing.T, files map[string]string) keyed {
	k := keyed{newDesk(t, files), map[string]people.Me{}, map[string]string{}}
	for _, name := range []string{"ada", "bob", "eve"} {
		private, public, err := people.NewKey(name)
		require.NoError(t, err)
		k.me[name], err = people.Signing(private)
		require.NoError(t, err)
		k.public[name] = public
		if name != "eve" {
			k.options.Roster = append(k.options.Roster, people.Person{Name: name, Key: public})
		}
	}
	k.options.Register = filepath.Join(t.TempDir(), "releases")
	return k
}

func (k keyed) opens(name string) *review.Review {
	k.t.Helper()
	options := k.options
	options.Me = k.me[name]
	opened, err := review.Open(k.t.Context(), options)
	require.NoError(k.t, err)
	return opened
}

// approves has both reviewers approve some files and reject all others.
func (k keyed) approves(paths ...string) (ada, bob *review.Review) {
	k.t.Helper()
	ada, bob = k.opens("ada"), k.opens("bob")
	for _, r := range []*review.Review{ada, bob} {
		for _, file := range k.overview(r).Files {
			k.decides(r, states.Reject, file.Path)
		}
		k.decides(r, states.Approve, paths...)
		k.finishes(r)
	}
	return ada, bob
}

func (k keyed) sealing(name string) review.SealOptions {
	date, err := spec.ParseDate("2026-11-22")
	require.NoError(k.t, err)
	return review.SealOptions{Out: filepath.Join(filepath.Dir(k.path), name), Release: release.Name(name), Date: date}
}

// names lists the files below a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	require.NoError(t, fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			list = append(list, name)
		}
		return err
	}))
	return list
}

func TestSealedIsWhatBothApproved(t *testing.T) {
	files := map[string]string{"tables/one.csv": "study,participants\nA,40\nB,50\n"}
	for name, content := range threeFiles {
		files[name] = content
	}
	k := newKeyed(t, files)
	ada, _ := k.approves("safe.csv", "tables/one.csv")
	options := k.sealing("r1")
	sealed, err := ada.Seal(t.Context(), options)
	require.NoError(t, err)

	assert.Equal(t, []string{
		"files/safe.csv", "files/tables/one.csv", "manifest.json", "receipt.json", "receipt.sig",
		"sacro/checksums/results.json.txt", "sacro/checksums/safe.csv.txt", "sacro/checksums/tables_one.csv.txt", "sacro/checksums/tre-check.txt.txt",
		"sacro/config.json", "sacro/results.json", "sacro/safe.csv", "sacro/tables_one.csv", "sacro/tre-check.txt",
		"signatures/ada.sig", "signatures/bob.sig", "summary.md",
	}, names(t, options.Out))
	for _, name := range names(t, options.Out) {
		text, err := os.ReadFile(filepath.Join(options.Out, name))
		require.NoError(t, err)
		assert.NotContains(t, string(text), "leaky", name)
		assert.NotContains(t, string(text), "odd.xyz", name)
	}

	verified, err := bundle.Verify(options.Out, k.public["ada"], k.public["bob"])
	require.NoError(t, err)
	assert.Empty(t, verified.Faults)
	assert.True(t, verified.Proven())
	assert.Equal(t, 2, verified.Manifest.Withheld)
	assert.Equal(t, "ada", verified.Receipt.SealedBy)

	register, err := release.OpenRegister(k.options.Register)
	require.NoError(t, err)
	require.Len(t, register.Releases, 1)
	assert.Len(t, register.Releases[0].Files, 2)
	assert.Equal(t, sealed.Register, register.Head())
	log, err := ledger.In(review.DefaultDir(k.path), k.options.Now).Read()
	require.NoError(t, err)
	require.Len(t, log.Entries, 1)
	assert.Equal(t, sealed.Manifest, log.Entries[0].Hashes["manifest"])
	o := k.overview(k.opens("bob"))
	assert.Equal(t, states.Released, o.State)
	assert.Equal(t, &sealed, o.Release)

	_, err = ada.Seal(t.Context(), k.sealing("r2"))
	refused(t, "state", err)
}

func TestWhatIsNotSealed(t *testing.T) {
	k := newKeyed(t, threeFiles)
	ada := k.opens("ada")
	_, err := ada.Seal(t.Context(), k.sealing("r1"))
	refused(t, "state", err)
	ada, bob := k.approves("safe.csv")

	full := k.sealing("full")
	require.NoError(t, os.MkdirAll(filepath.Join(full.Out, "x"), 0o755))
	_, err = ada.Seal(t.Context(), full)
	assert.ErrorIs(t, err, bundle.ErrThere)
	for _, inside := range []string{k.path, review.DefaultDir(k.path), k.options.Register} {
		into := k.sealing("r1")
		into.Out = filepath.Join(inside, "bundle")
		require.NoError(t, os.MkdirAll(inside, 0o700))
		_, err = ada.Seal(t.Context(), into)
		refused(t, "out", err)
	}
	unregistered := k.options
	unregistered.Register = ""
	unregistered.Me = k.me["ada"]
	_, err = review.Open(t.Context(), unregistered)
	assert.ErrorIs(t, err, review.ErrAnother)

	content := threeFiles["safe.csv"]
	k.write("safe.csv", strings.Replace(content, "40", "41", 1))
	_, err = bob.Seal(t.Context(), k.sealing("r1"))
	refused(t, "INT001", err)
	assert.ErrorContains(t, err, "safe.csv")
	require.NoError(t, os.Remove(filepath.Join(k.path, "safe.csv")))
	require.NoError(t, os.Symlink("leaky.csv", filepath.Join(k.path, "safe.csv")))
	_, err = bob.Seal(t.Context(), k.sealing("r1"))
	refused(t, "INT001", err)
	require.NoError(t, os.Remove(filepath.Join(k.path, "safe.csv")))
	_, err = bob.Seal(t.Context(), k.sealing("r1"))
	refused(t, "INT001", err)

	k.write("safe.csv", content)
	_, err = bob.Seal(t.Context(), k.sealing("r1"))
	require.NoError(t, err, "it is what was reviewed again")
}

// Something left meanwhile together with which an approved file gives a number
// away: nobody judged that.
func TestWhatLeftMeanwhileIsTakenIntoAccount(t *testing.T) {
	table := "group,participants\na,<10\nb,*\nc,40\nd,30\nTotal,90\ncounts below 10 are masked\n"
	k := newKeyed(t, map[string]string{"table.csv": table})
	ada, _ := k.approves("table.csv")

	other := newKeyed(t, map[string]string{"table.csv": strings.NewReplacer("b,*", "b,12", "c,40", "c,*").Replace(table)})
	other.options.Register = k.options.Register
	first, _ := other.approves("table.csv")
	_, err := first.Seal(t.Context(), other.sealing("before"))
	require.NoError(t, err)
	_, err = ada.Seal(t.Context(), k.sealing("after"))
	refused(t, "verdict", err)

	ada = k.opens("ada")
	assert.Nil(t, item(t, k.overview(ada), "table.csv").Mine, "the verdict is another now")
	earlier, err := ada.Earlier("table.csv")
	require.NoError(t, err)
	assert.Equal(t, "before", earlier.Release)
	changed := map[string][2]string{}
	for _, cell := range earlier.Cells {
		if cell.Changed {
			changed[cell.Row] = [2]string{cell.Before, cell.Now}
		}
	}
	assert.Equal(t, map[string][2]string{"b": {"12", "*"}, "c": {"*", "40"}}, changed)
	assert.False(t, earlier.Same)
}

// A journal that somebody changed while a reviewer had the review open is not
// sealed.
func TestAJournalThatChangesMeanwhileIsNotSealed(t *testing.T) {
	k := newKeyed(t, map[string]string{"a.csv": "study,participants\nA,40\n"})
	ada, _ := k.approves("a.csv")
	k.overview(ada)
	file, err := os.OpenFile(filepath.Join(review.DefaultDir(k.path), "journal"), os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = file.WriteAt([]byte("x"), 100)
	require.NoError(t, err)
	require.NoError(t, file.Close())
	options := k.sealing("r1")
	_, err = ada.Seal(t.Context(), options)
	require.ErrorIs(t, err, journal.ErrBroken)
	assert.NoDirExists(t, options.Out)
	assert.NoDirExists(t, k.options.Register)
}

// Whoever lacks a key cannot decide in the name of its owner.
func TestDecisionsAreSigned(t *testing.T) {
	k := newKeyed(t, threeFiles)
	k.opens("ada")
	refused(t, "reviewer", k.opens("eve").Decide(t.Context(), choices(states.Reject, "x", "safe.csv")...))
	k.me["impostor"] = people.Me{Name: "ada", User: "eve"}
	refused(t, "reviewer", k.opens("impostor").Decide(t.Context(), choices(states.Reject, "x", "safe.csv")...))
	private, _, err := people.NewKey("ada")
	require.NoError(t, err)
	k.me["forger"], err = people.Signing(private)
	require.NoError(t, err)
	refused(t, "reviewer", k.opens("forger").Decide(t.Context(), choices(states.Reject, "x", "safe.csv")...))
	o := k.overview(k.opens("ada"))
	assert.Empty(t, o.Reviewers)
	assert.Equal(t, states.Submitted, o.State)

	another := k.options
	another.Roster = another.Roster[:1]
	_, err = review.Open(t.Context(), another)
	assert.ErrorIs(t, err, review.ErrAnother)
}

// Nothing that is hidden is in what goes to the researcher, the reviewers' words
// included.
func TestTheLetterHoldsNothingHidden(t *testing.T) {
	k := newKeyed(t, map[string]string{
		"leaky.csv": "region,group,participants\nx,A,*\nx,B,27\nx,Total,65\ny,A,30\ny,B,41\ny,Total,71\n* hides counts below 10 and others\n",
		"low.csv":   "study,participants\nA,7\nB,50\n", "safe.csv": "study,participants\nA,40\n",
	})
	ada, bob := k.opens("ada"), k.opens("bob")
	content, err := ada.Content(t.Context(), "leaky.csv")
	require.NoError(t, err)
	require.NotEmpty(t, content.Hidden)
	for _, r := range []*review.Review{ada, bob} {
		require.NoError(t, r.Decide(t.Context(), review.Choice{Path: "leaky.csv", Decision: states.RequestChanges, Comment: "A is 38, as 65 and 27 tell"}))
		require.NoError(t, r.Decide(t.Context(), review.Choice{Path: "low.csv", Decision: states.RequestChanges, Comment: "the 7 in A\nand <script>"}))
		require.NoError(t, r.Decide(t.Context(), review.Choice{Path: "safe.csv", Decision: states.Approve}))
		require.NoError(t, r.Finish(t.Context(), "38 is given away"))
	}
	assert.True(t, ada.Withholds("leaky.csv", "it is 38"))
	assert.False(t, ada.Withholds("leaky.csv", "see 65"))
	letter, err := ada.Letter(t.Context())
	require.NoError(t, err)
	assert.Equal(t, states.Returned, letter.State)
	for name, write := range map[string]func(*strings.Builder) error{
		"markdown": func(b *strings.Builder) error { return letter.Markdown(b) },
		"html":     func(b *strings.Builder) error { return letter.HTML(b) },
	} {
		var b strings.Builder
		require.NoError(t, write(&b))
		text := b.String()
		assert.NotRegexp(t, `\b38\b`, text, name)
		assert.NotRegexp(t, `the 7|\b7 `, text, name)
		assert.NotContains(t, text, "<script", name)
		assert.Contains(t, text, "LOW001", name)
		assert.Contains(t, text, "Mask the count", name)
		assert.Contains(t, text, "65", name)
	}
	var record strings.Builder
	require.NoError(t, ada.Record(t.Context(), &record))
	assert.Contains(t, record.String(), "and &lt;script&gt;")
	assert.NotContains(t, record.String(), "65 - 27")
}

// The record of one who is blind tells no more than the page does.
func TestTheRecordIsBlindToo(t *testing.T) {
	k := newKeyed(t, threeFiles)
	ada, bob := k.opens("ada"), k.opens("bob")
	require.NoError(t, ada.Decide(t.Context(), choices(states.Reject, "a word of ada's", "safe.csv", "leaky.csv", "odd.xyz")...))
	require.NoError(t, ada.Finish(t.Context(), "another word of ada's"))
	var record strings.Builder
	require.NoError(t, bob.Record(t.Context(), &record))
	assert.NotContains(t, record.String(), "word of ada")
	assert.Contains(t, record.String(), "may not know before both have finished")
}

func TestFilesOfABundleAreThoseOfTheManifest(t *testing.T) {
	k := newKeyed(t, map[string]string{"a.csv": "study,participants\nA,40\n"})
	ada, _ := k.approves("a.csv")
	options := k.sealing("r1")
	_, err := ada.Seal(t.Context(), options)
	require.NoError(t, err)
	assert.Equal(t, []string{"a.csv"}, names(t, filepath.Join(options.Out, bundle.FilesFolder)))
	_, err = outputs.Open([]string{options.Out}, "files/a.csv")
	assert.NoError(t, err)
}
