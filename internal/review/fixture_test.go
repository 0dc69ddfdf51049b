package review_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/review"
	"tre-toolkit/internal/review/people"
	"tre-toolkit/internal/review/states"
	"tre-toolkit/internal/spec"
	"tre-toolkit/specs"
)

// desk is a folder under review, with a clock of its own.
type desk struct {
	t       testing.TB
	path    string
	clock   time.Time
	options review.Options
}

// Files of a folder: one in which nothing is found, one that breaks a rule, one
// that is left to a person.
var threeFiles = map[string]string{
	"safe.csv":  "study,participants\nA,40\nB,50\n",
	"leaky.csv": "study,participants\nA,<10\nB,12\nC,30\nTotal,50\ncounts below 10 are masked\n",
	"odd.xyz":   "what is this",
}

func newDesk(t testing.TB, files map[string]string) *desk {
	t.Helper()
	d := &desk{t: t, path: filepath.Join(t.TempDir(), "results"), clock: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	require.NoError(t, os.Mkdir(d.path, 0o755))
	for name, content := range files {
		d.write(name, content)
	}
	d.options = review.Options{
		Path: d.path, Rules: "ukllc-metrics", Authors: []string{"carol"}, Tool: "test",
		Profiles: func(name string) (disclosure.Profile, error) { return spec.LoadRules(specs.Files, name) },
		Now: func() time.Time {
			d.clock = d.clock.Add(time.Second)
			return d.clock
		},
	}
	return d
}

func (d *desk) write(name, content string) {
	d.t.Helper()
	path := filepath.Join(d.path, name)
	require.NoError(d.t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(d.t, os.WriteFile(path, []byte(content), 0o600))
}

// opens opens the review for a user of the system.
func (d *desk) opens(name string) *review.Review {
	d.t.Helper()
	options := d.options
	options.Me = people.Me{Name: name, User: name}
	opened, err := review.Open(d.t.Context(), options)
	require.NoError(d.t, err)
	return opened
}

func (d *desk) overview(r *review.Review) review.Overview {
	d.t.Helper()
	o, err := r.Overview(d.t.Context())
	require.NoError(d.t, err)
	return o
}

// decides decides the same on every file, with a comment.
func (d *desk) decides(r *review.Review, decision states.Decision, paths ...string) {
	d.t.Helper()
	require.NoError(d.t, r.Decide(d.t.Context(), choices(decision, "looked at it", paths...)...))
}

func choices(decision states.Decision, comment string, paths ...string) []review.Choice {
	var list []review.Choice
	for _, path := range paths {
		list = append(list, review.Choice{Path: path, Decision: decision, Comment: comment})
	}
	return list
}

func (d *desk) finishes(r *review.Review) {
	d.t.Helper()
	require.NoError(d.t, r.Finish(d.t.Context(), "all of it was looked at"))
}

// item returns one file of an overview.
func item(t *testing.T, o review.Overview, path string) review.Item {
	t.Helper()
	for _, one := range o.Files {
		if one.Path == path {
			return one
		}
	}
	require.Fail(t, "it is not under review", path)
	return review.Item{}
}
