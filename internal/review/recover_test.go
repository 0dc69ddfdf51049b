package review

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/release"
	"tre-toolkit/internal/review/bundle"
	"tre-toolkit/internal/review/people"
	"tre-toolkit/internal/review/states"
	"tre-toolkit/internal/spec"
	"tre-toolkit/specs"
)

// approvedBy opens a review of one file that two people have approved.
func approvedBy(t *testing.T, names ...string) (*Review, Options) {
	t.Helper()
	dir := t.TempDir()
	options := Options{
		Path: filepath.Join(dir, "results"), Rules: "ukllc-metrics", Authors: []string{"carol"}, Register: filepath.Join(dir, "releases"), Now: time.Now,
		Profiles: func(name string) (disclosure.Profile, error) { return spec.LoadRules(specs.Files, name) },
	}
	require.NoError(t, os.Mkdir(options.Path, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(options.Path, "a.csv"), []byte("study,participants\nA,40\n"), 0o600))
	var r *Review
	for _, name := range names {
		options.Me = people.Me{Name: name, User: name}
		var err error
		r, err = Open(t.Context(), options)
		require.NoError(t, err)
		require.NoError(t, r.Decide(t.Context(), Choice{Path: "a.csv", Decision: states.Approve}))
		require.NoError(t, r.Finish(t.Context(), "fine"))
	}
	return r, options
}

// steps are the pieces of a seal; a program can die behind each of them.
func steps(r *Review, s *standing, p *plan) []func(context.Context) error {
	sealed := func() Sealed { return Sealed{Release: p.Release, Date: p.Date, By: p.By, Manifest: p.Manifest} }
	return []func(context.Context) error{
		func(context.Context) error { return r.keepPlan(*p) },
		func(ctx context.Context) error { return r.prepare(ctx, s, p) },
		func(ctx context.Context) error { return r.commit(ctx, s, *p) },
		func(ctx context.Context) error { _, err := r.register(ctx, *p); return err },
		func(ctx context.Context) error {
			head, err := r.register(ctx, *p)
			now := sealed()
			now.Register = head
			return errors.Join(err, r.inLedger(ctx, *p, now))
		},
		func(ctx context.Context) error { return r.inJournal(ctx, sealed()) },
		func(context.Context) error { return appear(*p) },
		func(context.Context) error { return os.Remove(filepath.Join(r.options.Dir, leavingFile)) },
		func(context.Context) error { return r.forget() },
	}
}

// committed is how many steps there are before a release is made.
const committed = 3

// A seal that is cut short behind any of its steps is undone before it is
// committed and finished afterwards, and the release is recorded once.
func TestASealThatIsCutShort(t *testing.T) {
	for done := range 10 {
		r, options := approvedBy(t, "ada", "bob")
		s, err := r.standing()
		require.NoError(t, err)
		date, err := spec.ParseDate("2026-11-22")
		require.NoError(t, err)
		sealing := SealOptions{Out: filepath.Join(t.TempDir(), "bundle"), Release: "r1", Date: date}
		p, err := r.plan(s, sealing)
		require.NoError(t, err)
		for _, step := range steps(r, s, &p)[:done] {
			require.NoError(t, step(t.Context()))
		}

		again, err := Open(t.Context(), options)
		require.NoError(t, err)
		o, err := again.Overview(t.Context())
		require.NoError(t, err)
		register, err := release.OpenRegister(options.Register)
		require.NoError(t, err)
		log, err := ledger.In(again.options.Dir, time.Now).Read()
		require.NoError(t, err)
		if done < committed {
			assert.Equal(t, states.Approved, o.State, "after %d steps", done)
			assert.Empty(t, register.Releases)
			assert.Empty(t, log.Entries)
			assert.NoDirExists(t, sealing.Out)
			_, err = again.Seal(t.Context(), sealing)
			require.NoError(t, err)
		} else {
			assert.Equal(t, states.Released, o.State, "after %d steps", done)
			assert.Len(t, register.Releases, 1)
			assert.Len(t, log.Entries, 1)
		}
		verified, err := bundle.Verify(sealing.Out)
		require.NoError(t, err)
		assert.Empty(t, verified.Faults)
		left, err := os.ReadDir(filepath.Dir(sealing.Out))
		require.NoError(t, err)
		assert.Len(t, left, 1, "a draft is still there after %d steps", done)
		assert.NoFileExists(t, filepath.Join(again.options.Dir, planFile))
		assert.NoFileExists(t, filepath.Join(again.options.Dir, leavingFile))
	}
}

// Whoever seals again after it was cut short is told what was sealed.
func TestASealThatIsFinishedBySealingAgain(t *testing.T) {
	r, options := approvedBy(t, "ada", "bob")
	s, err := r.standing()
	require.NoError(t, err)
	sealing := SealOptions{Out: filepath.Join(t.TempDir(), "bundle"), Release: "r1", Date: spec.DateOf(time.Now())}
	p, err := r.plan(s, sealing)
	require.NoError(t, err)
	for _, step := range steps(r, s, &p)[:committed] {
		require.NoError(t, step(t.Context()))
	}
	assert.ErrorIs(t, r.Decide(t.Context(), Choice{Path: "a.csv", Decision: states.Approve}), errSealing)
	looked, err := Look(t.Context(), options)
	require.NoError(t, err)
	o, err := looked.Overview(t.Context())
	require.NoError(t, err)
	assert.True(t, o.Sealing)
	sealed, err := looked.Seal(t.Context(), sealing)
	require.NoError(t, err)
	assert.Equal(t, "r1", sealed.Release)
	assert.NotEmpty(t, sealed.Register)
}

// Somebody else takes the release's name in the last moment: nothing of the seal
// is left, and it can be made under another one.
func TestAReleaseNameThatIsTakenInTheLastMoment(t *testing.T) {
	r, options := approvedBy(t, "ada", "bob")
	s, err := r.standing()
	require.NoError(t, err)
	sealing := SealOptions{Out: filepath.Join(t.TempDir(), "bundle"), Release: "r1", Date: spec.DateOf(time.Now())}
	p, err := r.plan(s, sealing)
	require.NoError(t, err)
	for _, step := range steps(r, s, &p)[:committed] {
		require.NoError(t, step(t.Context()))
	}
	_, err = release.Add(t.Context(), options.Register, release.Release{Format: 1, Name: "r1", Date: "2026-01-01", Rules: "x"})
	require.NoError(t, err)
	_, err = Open(t.Context(), options)
	require.ErrorIs(t, err, release.ErrTaken)
	again, err := Open(t.Context(), options)
	require.NoError(t, err)
	_, err = again.Seal(t.Context(), sealing)
	require.ErrorIs(t, err, release.ErrTaken)
	sealing.Release = "r2"
	_, err = again.Seal(t.Context(), sealing)
	require.NoError(t, err)
}

// A plan that somebody wrote by hand takes nothing away.
func TestAPlanThatIsNotOurs(t *testing.T) {
	_, options := approvedBy(t, "ada", "bob")
	precious := filepath.Join(t.TempDir(), "precious")
	require.NoError(t, os.Mkdir(precious, 0o700))
	for _, text := range []string{
		`{"draft": "` + precious + `", "out": "` + precious + `"}`,
		`{"id": "../precious", "draft": "` + precious + `", "out": "` + filepath.Join(filepath.Dir(precious), "x") + `"}`, `[]`, ``,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(DefaultDir(options.Path), planFile), []byte(text), 0o600))
		_, err := Open(t.Context(), options)
		assert.ErrorContains(t, err, planFile)
		assert.DirExists(t, precious)
	}
}

// While one process seals, another neither seals nor undoes what it does.
func TestOneSealsAtATime(t *testing.T) {
	r, options := approvedBy(t, "ada", "bob")
	require.NoError(t, r.locked(t.Context(), func() error {
		other, err := Look(t.Context(), options)
		require.NoError(t, err)
		_, err = other.Seal(t.Context(), SealOptions{Out: filepath.Join(t.TempDir(), "bundle"), Release: "r1", Date: spec.DateOf(time.Now())})
		assert.ErrorIs(t, err, errSealing)
		require.NoError(t, os.WriteFile(filepath.Join(r.options.Dir, planFile), []byte(`{"draft": ""}`), 0o600))
		recovered, err := other.Recover(t.Context())
		assert.NoError(t, err)
		assert.Equal(t, Nothing, recovered)
		return os.Remove(filepath.Join(r.options.Dir, planFile))
	}))
}
