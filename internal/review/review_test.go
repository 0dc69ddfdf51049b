package review_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/review"
	"tre-toolkit/internal/review/journal"
	"tre-toolkit/internal/review/states"
)

// refused asserts which rule refuses something.
func refused(t *testing.T, rule string, err error) {
	t.Helper()
	var refusal *diagnostic.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, rule, refusal.Rule, refusal.Message)
}

func TestTwoPeopleReviewAFolder(t *testing.T) {
	d := newDesk(t, threeFiles)
	ada := d.opens("ada")
	o := d.overview(ada)
	assert.Equal(t, states.Submitted, o.State)
	assert.Equal(t, outputs.Fail, o.Verdict)
	require.Len(t, o.Files, 3)
	assert.Equal(t, outputs.Fail, item(t, o, "leaky.csv").Verdict)
	assert.Equal(t, outputs.Review, item(t, o, "odd.xyz").Verdict)
	assert.Equal(t, outputs.Safe, item(t, o, "safe.csv").Verdict)
	assert.Equal(t, outputs.Partly, item(t, o, "odd.xyz").Read)
	assert.Positive(t, item(t, o, "leaky.csv").Mend)
	assert.Equal(t, 3, o.Undecided())
	assert.Equal(t, []states.Act{states.Check, states.Decide}, o.May)

	require.NoError(t, ada.Decide(t.Context(), review.Choice{Path: "safe.csv", Decision: states.Approve}))
	d.decides(ada, states.Reject, "leaky.csv", "odd.xyz")
	assert.Equal(t, states.InReview, d.overview(ada).State)
	refused(t, "comment", ada.Finish(t.Context(), " "))
	d.finishes(ada)
	assert.Equal(t, states.PartlyReviewed, d.overview(ada).State)

	bob := d.opens("bob")
	d.decides(bob, states.Approve, "safe.csv")
	d.decides(bob, states.Reject, "leaky.csv", "odd.xyz")
	d.finishes(bob)
	o = d.overview(bob)
	assert.Equal(t, states.Approved, o.State)
	assert.Equal(t, review.Outcome(states.Approve), item(t, o, "safe.csv").Outcome)
	assert.Equal(t, review.Outcome(states.Reject), item(t, o, "leaky.csv").Outcome)
	assert.Contains(t, o.May, states.Seal)
	assert.NotContains(t, d.overview(d.opens("dora")).May, states.Seal, "one of the two seals")
}

// Nobody sees what another decided on a file before both have finished with it,
// and nobody else sees anything before all have.
func TestReviewersAreBlindUntilBothHaveFinished(t *testing.T) {
	d := newDesk(t, map[string]string{"a.csv": "study,n\nA,40\n", "b.csv": "study,n\nB,50\n"})
	ada, bob, eve := d.opens("ada"), d.opens("bob"), d.opens("eve")
	d.decides(ada, states.Approve, "a.csv")
	d.decides(ada, states.Reject, "b.csv")
	d.finishes(ada)
	blind := func(r *review.Review) {
		o := d.overview(r)
		assert.True(t, o.Blind)
		for _, file := range o.Files {
			assert.Empty(t, file.Others)
			assert.Empty(t, file.Outcome)
		}
		assert.Equal(t, "ada", o.Reviewers[0].Name)
		assert.Equal(t, 2, o.Reviewers[0].Decided, "how far they are is no secret")
		assert.Empty(t, o.Reviewers[0].Overall)
	}
	blind(bob)
	blind(eve)
	d.decides(bob, states.Approve, "a.csv", "b.csv")
	blind(bob)
	_, err := bob.Letter(t.Context())
	refused(t, "state", err)
	d.finishes(bob)

	for _, r := range []*review.Review{ada, bob, eve} {
		o := d.overview(r)
		assert.False(t, o.Blind)
		assert.Equal(t, states.Conflicted, o.State)
		assert.Equal(t, review.Conflict, item(t, o, "b.csv").Outcome)
		assert.NotEmpty(t, o.Reviewers[0].Overall)
	}
	assert.Equal(t, []review.Cast{{By: "bob", Decision: states.Approve, Comment: "looked at it"}}, item(t, d.overview(ada), "b.csv").Others)
	_, err = bob.Letter(t.Context())
	refused(t, "state", err)

	// One of them changes their mind, in the open, and signs again.
	d.decides(bob, states.Reject, "b.csv")
	o := d.overview(ada)
	assert.Equal(t, states.PartlyReviewed, o.State)
	assert.Equal(t, states.Reject, item(t, o, "b.csv").Others[0].Decision)
	d.finishes(bob)
	assert.Equal(t, states.Approved, d.overview(eve).State)
}

func TestWhoMayReview(t *testing.T) {
	d := newDesk(t, threeFiles)
	carol := d.opens("carol")
	assert.Contains(t, d.overview(carol).WhyNot, "carol is an author")
	refused(t, "author", carol.Decide(t.Context(), choices(states.Approve, "mine", "safe.csv")...))
	d.options.Authors = nil
	refused(t, "author", d.opens("Carol").Decide(t.Context(), choices(states.Approve, "mine", "safe.csv")...))

	ada, bob, eve := d.opens("ada"), d.opens("bob"), d.opens("eve")
	d.decides(ada, states.Reject, "safe.csv")
	d.decides(bob, states.Reject, "safe.csv")
	refused(t, "reviewer", eve.Decide(t.Context(), choices(states.Reject, "no", "safe.csv")...))
	refused(t, "reviewer", eve.Finish(t.Context(), "done"))
	refused(t, "reviewer", eve.Leave(t.Context()))
	require.NoError(t, ada.Leave(t.Context()))
	d.decides(eve, states.Reject, "safe.csv")
	refused(t, "author", eve.Withdraw(t.Context()))
	require.NoError(t, carol.Withdraw(t.Context()))
	o := d.overview(bob)
	assert.Equal(t, states.Withdrawn, o.State)
	assert.Empty(t, o.May)
	refused(t, "state", bob.Decide(t.Context(), choices(states.Reject, "no", "safe.csv")...))
}

func TestDecisionsThatNeedWords(t *testing.T) {
	d := newDesk(t, threeFiles)
	ada := d.opens("ada")
	for _, one := range []struct {
		path     string
		decision states.Decision
		needs    bool
	}{
		{"safe.csv", states.Approve, false}, {"safe.csv", states.Reject, true}, {"safe.csv", states.RequestChanges, true},
		{"leaky.csv", states.Approve, true}, {"leaky.csv", states.Reject, false}, {"leaky.csv", states.RequestChanges, false},
		{"odd.xyz", states.Approve, true}, {"odd.xyz", states.Reject, true}, {"odd.xyz", states.RequestChanges, true},
	} {
		err := ada.Decide(t.Context(), choices(one.decision, "", one.path)...)
		if !one.needs {
			require.NoError(t, err)
			continue
		}
		refused(t, "comment", err)
		d.decides(ada, one.decision, one.path)
	}
	// A group is decided on as a whole or not at all.
	before := d.overview(ada)
	refused(t, "comment", ada.Decide(t.Context(), choices(states.Approve, "", "safe.csv", "leaky.csv")...))
	assert.Equal(t, item(t, before, "safe.csv").Mine, item(t, d.overview(ada), "safe.csv").Mine)
	refused(t, "file", ada.Decide(t.Context(), choices(states.Approve, "x", "../safe.csv")...))
	refused(t, "decision", ada.Decide(t.Context(), choices("maybe", "x", "safe.csv")...))
	refused(t, "decision", ada.Decide(t.Context()))
}

// A file that changed loses its decisions, and those alone.
func TestAFileThatChangedLosesItsDecisions(t *testing.T) {
	d := newDesk(t, threeFiles)
	ada, bob := d.opens("ada"), d.opens("bob")
	for _, r := range []*review.Review{ada, bob} {
		d.decides(r, states.Approve, "safe.csv")
		d.decides(r, states.Reject, "leaky.csv", "odd.xyz")
		d.finishes(r)
	}
	seen := item(t, d.overview(ada), "safe.csv")
	d.write("safe.csv", "study,participants\nA,41\nB,50\n")
	o := d.overview(ada)
	assert.Equal(t, []string{"safe.csv"}, o.Changed())
	refused(t, "INT001", ada.Decide(t.Context(), choices(states.Approve, "x", "safe.csv")...))
	_, err := ada.Content(t.Context(), "safe.csv")
	assert.ErrorIs(t, err, outputs.ErrChanged)

	d.write("new.csv", "study,participants\nA,60\n")
	assert.Equal(t, []string{"new.csv"}, d.overview(bob).Added)
	require.NoError(t, bob.Recheck(t.Context()))
	o = d.overview(ada)
	assert.Equal(t, states.InReview, o.State)
	assert.Empty(t, o.Changed())
	assert.Nil(t, item(t, o, "safe.csv").Mine)
	assert.NotNil(t, item(t, o, "leaky.csv").Mine)
	assert.Len(t, o.Files, 4)
	stale := review.Choice{Path: "safe.csv", Decision: states.Approve, SHA256: seen.SHA256}
	refused(t, "INT001", ada.Decide(t.Context(), stale))
	refused(t, "finish", ada.Finish(t.Context(), "done"))
}

// What a table means is corrected, and the files are checked again at once: a
// decision on what is judged otherwise now does not count.
func TestCorrectedRolesAreCheckedAtOnce(t *testing.T) {
	d := newDesk(t, map[string]string{"visits.csv": "region,number\nA,4\nB,50\nC,60\n", "fine.csv": "study,participants\nA,40\n"})
	ada, bob := d.opens("ada"), d.opens("bob")
	o := d.overview(ada)
	require.Equal(t, outputs.Fail, item(t, o, "visits.csv").Verdict)
	d.decides(ada, states.Reject, "visits.csv", "fine.csv")
	said := outputs.DeclaredFile{Path: "visits.csv", Keys: []string{"region"}, Other: []string{"number"}}

	left := filepath.Join(review.DefaultDir(d.path), "holds", "left-1.json")
	require.NoError(t, os.MkdirAll(filepath.Dir(left), 0o700))
	require.NoError(t, os.WriteFile(left, []byte(`{"by": "eve", "path": "visits.csv", "at": "2020-01-01T00:00:00Z"}`), 0o600))
	require.NoError(t, os.Chtimes(left, time.Time{}, time.Now().Add(-100*time.Hour)))
	require.NoError(t, bob.Hold("visits.csv"))
	assert.NoFileExists(t, left)
	assert.Equal(t, []string{"bob"}, item(t, d.overview(ada), "visits.csv").HeldBy)
	refused(t, "held", ada.Correct(t.Context(), said))
	require.NoError(t, bob.Close())
	require.NoError(t, ada.Correct(t.Context(), said))
	stale := item(t, o, "visits.csv")
	refused(t, "stale", bob.Decide(t.Context(), review.Choice{Path: stale.Path, Decision: states.Reject, SHA256: stale.SHA256, Found: stale.Found}))
	o = d.overview(bob)
	assert.Equal(t, outputs.Safe, item(t, o, "visits.csv").Verdict)
	assert.Nil(t, item(t, d.overview(ada), "visits.csv").Mine)
	assert.NotNil(t, item(t, d.overview(ada), "fine.csv").Mine)
	content, err := bob.Content(t.Context(), "visits.csv")
	require.NoError(t, err)
	require.Len(t, content.Guesses, 1)
	assert.True(t, content.Guesses[0].Declared)

	// What is said of another file stays, and who opens the review later has both.
	require.NoError(t, bob.Correct(t.Context(), outputs.DeclaredFile{Path: "fine.csv", Counts: []string{"participants"}}))
	text, err := d.opens("eve").Declaration()
	require.NoError(t, err)
	assert.Contains(t, text, `path = "visits.csv"`)
	assert.Contains(t, text, `path = "fine.csv"`)
	refusedBy := ada.Correct(t.Context(), outputs.DeclaredFile{Path: "../up.csv"})
	assert.ErrorContains(t, refusedBy, "a path inside the folder")
}

func TestAFileWithItsFindings(t *testing.T) {
	d := newDesk(t, threeFiles)
	ada := d.opens("ada")
	content, err := ada.Content(t.Context(), "leaky.csv")
	require.NoError(t, err)
	require.Len(t, content.Parts, 1)
	table := content.Parts[0].Tables[0]
	assert.Equal(t, []string{"study", "participants"}, table.Header)
	require.NotEmpty(t, content.Findings)
	require.NotEmpty(t, content.Hidden)
	require.NotEmpty(t, content.Marks)
	for _, mark := range content.Marks {
		finding := content.Findings[mark.Finding]
		if finding.Line > 0 && mark.Row >= 0 {
			assert.Equal(t, finding.Line, content.Parts[mark.Part].Tables[mark.Table].Rows[mark.Row].Line)
		}
	}
	content, err = ada.Content(t.Context(), "odd.xyz")
	require.NoError(t, err)
	assert.NotEmpty(t, content.Parts[0].Gaps)
	raw, err := ada.Raw("odd.xyz")
	require.NoError(t, err)
	require.NoError(t, raw.Close())
	_, err = ada.Raw("../results.review/journal")
	refused(t, "file", err)
}

// What is no plain file, or could not stand in a bundle, can be rejected and not
// approved.
func TestWhatCannotLeaveCannotBeApproved(t *testing.T) {
	d := newDesk(t, map[string]string{"a.csv": "study,n\nA,40\n", "Tab.csv": "study,n\nA,40\n", "tab.csv": "study,n\nB,50\n", "x:y.csv": "study,n\nB,50\n"})
	require.NoError(t, os.Symlink(filepath.Join(d.path, "a.csv"), filepath.Join(d.path, "link.csv")))
	require.NoError(t, os.Mkdir(filepath.Join(d.path, ".git"), 0o755))
	d.write("units.csv", "study,value\nA,40\n")
	d.options.Declaration = "[[file]]\npath = \"units.csv\"\nsupporting = true\n"
	ada := d.opens("ada")
	o := d.overview(ada)
	for _, path := range []string{"Tab.csv", "tab.csv", "x:y.csv", "link.csv", ".git", "units.csv"} {
		assert.NotEmpty(t, item(t, o, path).Stays, path)
		refused(t, "file", ada.Decide(t.Context(), choices(states.Approve, "fine", path)...))
		d.decides(ada, states.Reject, path)
	}
	assert.Empty(t, o.Added)
	d.decides(ada, states.Approve, "a.csv")
	d.finishes(ada)
}

func TestWhereAReviewMayBe(t *testing.T) {
	d := newDesk(t, threeFiles)
	_, err := review.Look(t.Context(), d.options)
	assert.ErrorIs(t, err, review.ErrNone)
	_, err = os.Lstat(review.DefaultDir(d.path))
	assert.ErrorIs(t, err, os.ErrNotExist, "looking begins nothing")

	options := d.options
	for _, dir := range []string{d.path, filepath.Join(d.path, "review"), filepath.Join(d.path, "deep", "er")} {
		options.Dir = dir
		_, err = review.Open(t.Context(), options)
		assert.ErrorIs(t, err, review.ErrInside, dir)
	}
	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(d.path, link))
	options.Dir = filepath.Join(link, "review")
	_, err = review.Open(t.Context(), options)
	assert.ErrorIs(t, err, review.ErrInside)

	d.opens("ada")
	options = d.options
	options.Rules = "opensafely"
	_, err = review.Open(t.Context(), options)
	assert.ErrorIs(t, err, review.ErrAnother)
	options.Rules = ""
	looked, err := review.Look(t.Context(), options)
	require.NoError(t, err)
	assert.Equal(t, "ukllc-metrics", d.overview(looked).Rules)
	options.Path = filepath.Join(d.path, "nothing")
	_, err = review.Open(t.Context(), options)
	assert.ErrorIs(t, err, os.ErrNotExist)
}

// A journal in which a line was changed is no review any more.
func TestAJournalThatWasChangedIsRefused(t *testing.T) {
	d := newDesk(t, threeFiles)
	d.decides(d.opens("ada"), states.Reject, "leaky.csv")
	file := filepath.Join(review.DefaultDir(d.path), "journal")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	for at := range text {
		broken := append([]byte{}, text...)
		broken[at] ^= 1
		if at == len(text)-1 {
			continue // without its end the last line was never written
		}
		require.NoError(t, os.WriteFile(file, broken, 0o600))
		looked, err := review.Look(t.Context(), d.options)
		if err == nil {
			_, err = looked.Overview(t.Context())
		}
		require.Error(t, err, "byte %d", at)
		assert.True(t, errors.Is(err, journal.ErrBroken), "byte %d: %v", at, err)
	}
}

// Two people work at once, each in several goroutines as a page does: every
// decision counts, and each sees what the other has open.
func TestManyWorkOnOneReviewAtOnce(t *testing.T) {
	files := map[string]string{}
	for i := range 8 {
		files[fmt.Sprintf("t%d.csv", i)] = "study,participants\nA,40\n"
	}
	d := newDesk(t, files)
	d.options.Now = time.Now
	people := map[string]*review.Review{"ada": d.opens("ada"), "bob": d.opens("bob")}
	var all sync.WaitGroup
	for name, r := range people {
		for path := range files {
			all.Go(func() {
				assert.NoError(t, r.Hold(path))
				assert.NoError(t, r.Decide(t.Context(), choices(states.Reject, "by "+name, path)...))
				_, err := r.Overview(t.Context())
				assert.NoError(t, err)
				_, err = r.Content(t.Context(), path)
				assert.NoError(t, err)
			})
		}
	}
	all.Wait()
	for name, r := range people {
		o := d.overview(r)
		assert.Zero(t, o.Undecided())
		held := 0
		for _, file := range o.Files {
			assert.Equal(t, "by "+name, file.Mine.Comment)
			assert.Empty(t, file.Others)
			held += len(file.HeldBy)
		}
		assert.Equal(t, 1, held, "the other has one file open")
	}
	for _, r := range people {
		assert.NoError(t, r.Close())
	}
	holds, err := people["ada"].Holds()
	require.NoError(t, err)
	assert.Empty(t, holds)
}
