package desk

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/release"
	"tre-toolkit/internal/review"
	"tre-toolkit/internal/review/people"
	"tre-toolkit/internal/review/states"
	"tre-toolkit/internal/spec"
	"tre-toolkit/specs"
)

// office is where a review takes place: the files, a register and two reviewers
// who sign, ada and bob.
type office struct {
	files, register, bundles string
	dir                      string // of the review; beside the files when empty
	roster                   people.Roster
	authors                  []string
	private                  map[string]string // keys
	me                       map[string]people.Me
}

func newOffice(t testing.TB, files map[string]string) *office {
	t.Helper()
	dir := t.TempDir()
	o := &office{files: filepath.Join(dir, "results"), register: filepath.Join(dir, "register"), bundles: filepath.Join(dir, "bundles"), me: map[string]people.Me{}, private: map[string]string{}, authors: []string{"carol"}}
	for name, text := range files {
		o.write(t, name, text)
	}
	for _, name := range []string{"ada", "bob"} {
		private, public, err := people.NewKey(name)
		require.NoError(t, err)
		o.private[name] = private
		o.me[name], err = people.Signing(private)
		require.NoError(t, err)
		o.roster = append(o.roster, people.Person{Name: name, Key: public})
	}
	return o
}

func (o *office) write(t testing.TB, name, text string) {
	t.Helper()
	path := filepath.Join(o.files, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

// options are those of a review that carol's files are under.
func (o *office) options(name string) review.Options {
	return review.Options{
		Path: o.files, Dir: o.dir, Me: o.me[name], Rules: "ukllc-metrics", Register: o.register, Now: time.Now, Authors: o.authors, Roster: o.roster, Tool: "test",
		Profiles: func(name string) (disclosure.Profile, error) { return spec.LoadRules(specs.Files, name) },
	}
}

func (o *office) open(t testing.TB, name string) *review.Review {
	t.Helper()
	r, err := review.Open(t.Context(), o.options(name))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	return r
}

// seat is a desk that is being served to somebody.
type seat struct {
	*Desk
	review *review.Review
	base   string
}

// sit serves the desk of a reviewer until the test ends.
func (o *office) sit(t testing.TB, name string) *seat {
	t.Helper()
	r := o.open(t, name)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	d := New(r, listener.Addr().String(), Options{Bundles: o.bundles})
	server := &http.Server{Handler: d.Handler(), ReadHeaderTimeout: patience}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return &seat{d, r, "http://" + listener.Addr().String()}
}

// visitor is a browser without scripts that was let in.
type visitor struct {
	t    testing.TB
	base string
	http *http.Client
	form string
}

func (s *seat) visit(t testing.TB) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	v := &visitor{t, s.base, &http.Client{Jar: jar}, s.gate.form}
	answer, err := v.http.Get(s.Address())
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusOK, answer.StatusCode)
	return v
}

// get returns a page's status and text.
func (v *visitor) get(path string) (int, string) {
	v.t.Helper()
	answer, err := v.http.Get(v.base + path)
	require.NoError(v.t, err)
	return v.read(answer)
}

func (v *visitor) read(answer *http.Response) (int, string) {
	v.t.Helper()
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(v.t, err)
	return answer.StatusCode, string(text)
}

// post sends a form of the desk and returns what came of it, redirects followed.
func (v *visitor) post(path string, fields url.Values) (int, string) {
	v.t.Helper()
	fields.Set("form", v.form)
	request, err := http.NewRequest(http.MethodPost, v.base+path, strings.NewReader(fields.Encode()))
	require.NoError(v.t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Origin", v.base)
	answer, err := v.http.Do(request)
	require.NoError(v.t, err)
	return v.read(answer)
}

// picked is what a form sends for a file as it stands.
func (s *seat) picked(t testing.TB, name string) string {
	t.Helper()
	o, err := s.review.Overview(t.Context())
	require.NoError(t, err)
	for _, item := range o.Files {
		if item.Path == name {
			return stampOfItem(item) + " " + name
		}
	}
	require.Fail(t, "no such file", name)
	return ""
}

// agree has both reviewers decide the same on every file, and finish.
func (o *office) agree(t testing.TB, decision string) {
	t.Helper()
	for _, name := range []string{"ada", "bob"} {
		r := o.open(t, name)
		overview, err := r.Overview(t.Context())
		require.NoError(t, err)
		var choices []review.Choice
		for _, item := range overview.Files {
			choices = append(choices, review.Choice{Path: item.Path, Decision: states.Decision(decision), Comment: "looked at by " + name})
		}
		require.NoError(t, r.Decide(t.Context(), choices...))
		require.NoError(t, r.Finish(t.Context(), "all of it, says "+name))
	}
}

// release lets the files leave, after which another review can begin.
func (o *office) release(t testing.TB, name release.Name) {
	t.Helper()
	o.agree(t, "approve")
	date, err := spec.ParseDate("2026-03-01")
	require.NoError(t, err)
	_, err = o.open(t, "ada").Seal(t.Context(), review.SealOptions{Out: filepath.Join(o.bundles, string(name)), Release: name, Date: date})
	require.NoError(t, err)
	o.dir = filepath.Join(t.TempDir(), "next.review")
}

const (
	safeTable = "# Participants of each study who had at least one contact\nstudy,participants\nALSPAC,120\nBCS70,85\nGLAD,794\nTotal,999\n"
	leakTable = "# Participants of each study; <10 is fewer than ten people\nstudy,participants\nALSPAC,<10\nBCS70,15\nFENLAND,11\nGLAD,794\nTotal,827\n"
	markTable = "study,participants\nALSPAC,NA\nBCS70,45\nGLAD,794\n"
)

// usual are files of every verdict, and of the kinds that are shown differently.
func usual() map[string]string {
	return map[string]string{
		"tables/safe.csv": safeTable, "tables/leak.csv": leakTable, "tables/marks.csv": markTable,
		"figures/contacts.png": picture(), "figures/contacts.csv": "# People by year\nyear,participants\n2019,120\n2020,140\n2021,160\n",
		"notes.md":    "# Notes\n\nThe tables count participants of each study.\n\n| study | participants |\n|---|---|\n| ALSPAC | 120 |\n| BCS70 | 85 |\n",
		"analysis.py": "import pandas as pd\n\ntable = pd.read_csv('participants.csv')\nprint(table.groupby('study').size())\n",
		"model.rds":   "RDX3\nnot read",
	}
}

// picture is a small bar chart as PNG.
func picture() string {
	canvas := image.NewRGBA(image.Rect(0, 0, 320, 160))
	for x := range 320 {
		for y := range 160 {
			shade := color.RGBA{255, 255, 255, 255}
			if x/80 < 4 && x%80 > 20 && y > 140-20*(x/80) {
				shade = color.RGBA{0, 97, 107, 255}
			}
			canvas.Set(x, y, shade)
		}
	}
	var b strings.Builder
	if err := png.Encode(&b, canvas); err != nil {
		panic(err)
	}
	return b.String()
}

// longTable is a table of so many rows of counts.
func longTable(rows int) string {
	var b strings.Builder
	b.WriteString("area,year,sex,age group,participants,contacts,referrals,mean age\n")
	for i := range rows {
		fmt.Fprintf(&b, "area %05d,%d,%s,%d to %d,%d,%d,%d,%.1f\n", i/8, 2018+i%4, []string{"F", "M"}[i%2], 10*(i%7), 10*(i%7)+9, 100+i%900, 1000+i%9000, 500+i%4000, 20+float64(i%500)/10)
	}
	return b.String()
}

// manyFiles are so many small tables, in folders.
func manyFiles(count int) map[string]string {
	files := map[string]string{}
	for i := range count {
		files[fmt.Sprintf("folder%d/table%d.csv", i%20, i)] = strings.Replace(safeTable, "120", fmt.Sprint(120+i), 1)
	}
	return files
}
