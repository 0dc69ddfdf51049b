package desk

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/review/states"
)

func TestTheListTellsOfEveryFile(t *testing.T) {
	v := newOffice(t, usual()).sit(t, "ada").visit(t)
	status, text := v.get("/")
	assert.Equal(t, http.StatusOK, status)
	for name := range usual() {
		assert.Contains(t, text, "<bdi>"+name+"</bdi>")
	}
	assert.Contains(t, text, "6 fully, 1 partly, 1 not at all")
	_, text = v.get("/?verdict=fail&q=TABLES")
	assert.Contains(t, text, "2 of 8 files")
	assert.Equal(t, 6, strings.Count(text, "<tr hidden"), "without a script too")
}

func TestAFileShowsWhatWasFoundWhereItIs(t *testing.T) {
	v := newOffice(t, usual()).sit(t, "ada").visit(t)
	_, text := v.get(address("/file", "tables/leak.csv"))
	assert.Contains(t, text, `<bdi>827</bdi><a class="ref fail" id="at-1" href="#finding-1">`)
	assert.Contains(t, text, "827 - 15 - 11 - 794 = 7", "the certificate")
	assert.Contains(t, text, "Leave masked cells out of the total", "the fix")
	assert.Regexp(t, `<bdi>&lt;10</bdi><span class="known">.*= </span>7</span>`, text, "what a reader can work out, in its cell")
	assert.Contains(t, text, `class="count"`)
}

func TestKindsAreShownAsTheyWereMeant(t *testing.T) {
	v := newOffice(t, usual()).sit(t, "ada").visit(t)
	_, code := v.get(address("/file", "analysis.py"))
	assert.Contains(t, code, `<td class=" "><bdi>import pandas as pd</bdi>`)
	assert.Contains(t, code, `<th scope="row" class="line">4</th>`, "lines are numbered, blank ones too")
	_, notes := v.get(address("/file", "notes.md"))
	assert.Contains(t, notes, "The tables count participants of each study.")
	assert.Contains(t, notes, "As it was written")
	_, unread := v.get(address("/file", "model.rds"))
	assert.Contains(t, unread, "not read: it is a file of data for a program")
	_, chart := v.get(address("/file", "figures/contacts.png"))
	assert.Contains(t, chart, `<img src="/picture?path=figures%2Fcontacts.png"`)
	assert.Contains(t, chart, `<bdi>160</bdi>`, "the counts behind it")
}

func TestADecisionIsSavedWithoutAScript(t *testing.T) {
	s := newOffice(t, usual()).sit(t, "ada")
	v := s.visit(t)
	status, text := v.post("/decide", url.Values{"from": {"file"}, "file": {s.picked(t, "tables/leak.csv")}, "decision": {"approve"}})
	assert.Equal(t, http.StatusUnprocessableEntity, status)
	assert.Contains(t, text, "needs a comment")
	assert.NotContains(t, text, "Saved")
	status, text = v.post("/decide", url.Values{"from": {"file"}, "file": {s.picked(t, "tables/leak.csv")}, "decision": {"reject"}, "comment": {"the total gives <10 away & more"}})
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, text, "Saved: reject, on tables/leak.csv.")
	assert.Contains(t, text, "the total gives &lt;10 away &amp; more")
	o, err := s.review.Overview(t.Context())
	require.NoError(t, err)
	assert.Equal(t, states.InReview, o.State)
}

func TestAGroupIsDecidedAllOrNone(t *testing.T) {
	s := newOffice(t, usual()).sit(t, "ada")
	v := s.visit(t)
	chosen := []string{s.picked(t, "notes.md"), s.picked(t, "tables/leak.csv")}
	status, text := v.post("/decide", url.Values{"file": chosen, "decision": {"approve"}, "comment": {""}})
	assert.Equal(t, http.StatusUnprocessableEntity, status)
	assert.Contains(t, text, "tables/leak.csv")
	assert.Equal(t, 2, strings.Count(text, `" checked>`)-strings.Count(text, `required checked`)-strings.Count(text, `id="letters" checked`), "they are still chosen")
	assert.Contains(t, text, `value="approve" data-key="a" checked`, "and so is the decision")
	o, err := s.review.Overview(t.Context())
	require.NoError(t, err)
	assert.Equal(t, len(o.Files), o.Undecided())
	_, text = v.post("/decide", url.Values{"file": chosen, "decision": {"approve"}, "comment": {"both are fine"}})
	assert.Contains(t, text, "Saved: approve, on 2 files.")
	_, text = v.post("/decide", url.Values{"decision": {"approve"}})
	assert.Contains(t, text, "No file is chosen.")
	_, text = v.post("/decide", url.Values{"file": {s.picked(t, "notes.md")}, "decision": {"perhaps"}})
	assert.Contains(t, text, "No decision is chosen.")
}

func TestAStaleFormIsRefusedAndKeepsWhatWasTyped(t *testing.T) {
	s := newOffice(t, usual()).sit(t, "ada")
	v := s.visit(t)
	before := s.picked(t, "tables/leak.csv")
	elsewhere := url.Values{"from": {"file"}, "file": {before}, "decision": {"reject"}, "comment": {"first tab"}}
	_, text := v.post("/decide", elsewhere)
	require.Contains(t, text, "Saved: reject")
	status, text := v.post("/decide", url.Values{"from": {"file"}, "file": {before}, "decision": {"changes"}, "comment": {"second tab, long words"}})
	assert.Equal(t, http.StatusConflict, status)
	assert.Contains(t, text, "You decided on tables/leak.csv elsewhere meanwhile")
	assert.Contains(t, text, "second tab, long words")
	assert.NotContains(t, text, "Saved: request")
	_, text = v.post("/decide", url.Values{"from": {"file"}, "file": {s.picked(t, "tables/leak.csv")}, "decision": {"changes"}, "comment": {"second tab, long words"}})
	assert.Contains(t, text, "Saved: request changes")
}

func TestAFileThatChangedIsINT001(t *testing.T) {
	o := newOffice(t, usual())
	s := o.sit(t, "ada")
	v := s.visit(t)
	picked := s.picked(t, "notes.md")
	o.write(t, "notes.md", "# Others\n")
	o.write(t, "new.csv", safeTable)
	_, text := v.get("/")
	assert.Contains(t, text, "[INT001]")
	assert.Contains(t, text, "<bdi>new.csv</bdi> was not there")
	status, text := v.get(address("/file", "notes.md"))
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, text, "INT001")
	assert.NotContains(t, text, "Others", "what was not checked is not shown")
	assert.NotContains(t, text, `id="found"`, "nor judged")
	status, text = v.post("/decide", url.Values{"from": {"file"}, "file": {picked}, "decision": {"approve"}, "comment": {"kept"}})
	assert.Equal(t, http.StatusConflict, status)
	assert.Contains(t, text, "INT001")
	assert.Contains(t, text, ">kept</textarea>")
	_, text = v.post("/recheck", url.Values{})
	assert.Contains(t, text, "read and checked again")
	assert.NotContains(t, text, "INT001")
	assert.Contains(t, text, "new.csv")
}

func TestRolesAreCorrectedAndCheckedAtOnce(t *testing.T) {
	s := newOffice(t, map[string]string{"ranks.csv": "study,participants\nALSPAC,7\nBCS70,45\nGLAD,794\n"}).sit(t, "ada")
	v := s.visit(t)
	o, err := s.review.Overview(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, "fail", o.Files[0].Verdict)
	status, text := v.post("/roles", url.Values{"path": {"ranks.csv"}, "table": {"0"}, "column-0": {"study"}, "role-0": {"label"}, "column-1": {"participants"}, "role-1": {"other"}})
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, text, `Checked again: the verdict was &#34;fail&#34; and is`)
	assert.Contains(t, text, "(declared)")
	o, err = s.review.Overview(t.Context())
	require.NoError(t, err)
	assert.NotEqual(t, "fail", string(o.Files[0].Verdict))
	status, text = v.post("/roles", url.Values{"path": {"ranks.csv"}, "table": {"0"}, "column-0": {"another"}, "role-0": {"label"}})
	assert.Equal(t, http.StatusUnprocessableEntity, status)
	assert.Contains(t, text, "Open the page anew")
}

func TestOthersDecisionsStayHiddenUntilBothHaveFinished(t *testing.T) {
	o := newOffice(t, map[string]string{"safe.csv": safeTable})
	ada, bob := o.sit(t, "ada"), o.sit(t, "bob")
	a, b := ada.visit(t), bob.visit(t)
	page := address("/file", "safe.csv")
	_, text := a.post("/decide", url.Values{"file": {ada.picked(t, "safe.csv")}, "decision": {"reject"}, "comment": {"word of ada"}})
	require.Contains(t, text, "Saved")
	_, text = a.post("/finish", url.Values{"overall": {"whole of ada"}})
	require.Contains(t, text, "Saved")
	for _, path := range []string{"/", page, "/record"} {
		_, text := b.get(path)
		assert.NotContains(t, text, "word of ada", path)
		assert.NotContains(t, text, "whole of ada", path)
		assert.NotContains(t, text, "d-reject", path)
	}
	_, text = b.get("/")
	assert.Contains(t, text, "ada</bdi>: 1 of 1, finished")
	_, text = b.post("/decide", url.Values{"file": {bob.picked(t, "safe.csv")}, "decision": {"approve"}, "comment": {"word of bob"}})
	require.Contains(t, text, "Saved")
	_, text = b.post("/finish", url.Values{"overall": {"whole of bob"}})
	assert.Contains(t, text, "conflicted")
	_, text = b.get(page)
	assert.Contains(t, text, "word of ada")
	assert.Contains(t, text, "Conflict")
}

func TestTheAuthorCannotDecide(t *testing.T) {
	o := newOffice(t, usual())
	o.authors = []string{"ada"}
	s := o.sit(t, "ada")
	v := s.visit(t)
	_, text := v.get("/")
	assert.Contains(t, text, "You cannot decide here")
	assert.NotContains(t, text, `action="/decide"`)
	assert.Contains(t, text, `action="/withdraw"`)
	_, text = v.get(address("/file", "notes.md"))
	assert.NotContains(t, text, `action="/decide"`)
}

func TestBytesAreDigitsAndDownloadsAreNothingToShow(t *testing.T) {
	script := "<script>alert(1)</script>\n" + strings.Repeat("x", 5000)
	s := newOffice(t, map[string]string{"evil\".html": script}).sit(t, "ada")
	v := s.visit(t)
	_, text := v.get(address("/bytes", `evil".html`))
	assert.Contains(t, text, "3c 73 63 72 69 70 74 3e")
	assert.Contains(t, text, "&lt;script&gt;")
	assert.Contains(t, text, "from=4096")
	_, text = v.get(address("/bytes", `evil".html`, "from", "4096"))
	assert.Contains(t, text, "00001000")
	_, text = v.get(address("/bytes", `evil".html`, "from", "999999999"))
	assert.Contains(t, text, "5026 to 5026")
	answer := asked(s, "GET", address("/download", `evil".html`), "", letIn(s))
	assert.Equal(t, script, answer.Body.String())
	assert.Equal(t, "application/octet-stream", answer.Header().Get("Content-Type"))
	assert.Equal(t, `attachment; filename=evil_.html`, answer.Header().Get("Content-Disposition"))
	assert.Contains(t, answer.Header().Get("Content-Security-Policy"), "sandbox")
}

func TestPicturesAreDrawnAnew(t *testing.T) {
	s := newOffice(t, map[string]string{"a.png": picture() + "hidden words behind the picture", "b.svg": `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><text>a</text></svg>`, "c.png": "\x89PNG\r\n\x1a\nbroken"}).sit(t, "ada")
	known := with(letIn(s), "Sec-Fetch-Dest", "image")
	drawn := asked(s, "GET", address("/picture", "a.png"), "", known)
	assert.Equal(t, "image/png", drawn.Header().Get("Content-Type"))
	assert.NotContains(t, drawn.Body.String(), "hidden words")
	assert.Equal(t, http.StatusUnprocessableEntity, asked(s, "GET", address("/picture", "c.png"), "", known).Code)
	drawing := asked(s, "GET", address("/picture", "b.svg"), "", known)
	assert.Contains(t, drawing.Header().Get("Content-Security-Policy"), "default-src 'none'")
	assert.Contains(t, drawing.Header().Get("Content-Security-Policy"), "sandbox")
	for _, dest := range []string{"document", "iframe", "object", ""} {
		assert.Equal(t, http.StatusForbidden, asked(s, "GET", address("/picture", "b.svg"), "", with(known, "Sec-Fetch-Dest", dest)).Code, "as a picture alone, not as %q", dest)
	}
}

func TestRowsComeInSlices(t *testing.T) {
	s := newOffice(t, map[string]string{"long.csv": longTable(1000)}).sit(t, "ada")
	v := s.visit(t)
	_, text := v.get(address("/file", "long.csv"))
	assert.Equal(t, pageRows+1, strings.Count(text, "aria-rowindex"), "with the header")
	assert.Contains(t, text, "Rows 1 to 100 of 1000")
	_, text = v.get(address("/file", "long.csv", "sheet", 0, "row", 950))
	assert.Contains(t, text, "Rows 901 to 1000 of 1000", "without a script too")
	c, err := s.load(t.Context(), "long.csv")
	require.NoError(t, err)
	status, text := v.get(address("/rows", "long.csv", "stamp", c.stamp, "sheet", 0, "from", 990, "count", 100))
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, 10, strings.Count(text, "<tr "))
	assert.Contains(t, text, `aria-rowindex="1001"`)
	status, text = v.get(address("/rows", "long.csv", "stamp", "old", "sheet", 0, "from", 0, "count", 10))
	assert.Equal(t, http.StatusConflict, status)
	assert.Contains(t, text, "checked again meanwhile")
	for _, odd := range []string{"sheet=9", "sheet=-1", "sheet=x", "sheet=0&from=-5&count=-5", "sheet=0&from=99999999999999999999", "sheet=0&from=5000&count=1"} {
		status, _ := v.get(address("/rows", "long.csv", "stamp", c.stamp) + "&" + odd)
		assert.Contains(t, []int{http.StatusOK, http.StatusConflict}, status, odd)
	}
}

func TestAFileStandsBesideItsLastRelease(t *testing.T) {
	o := newOffice(t, map[string]string{"safe.csv": safeTable})
	o.release(t, "2026-spring")
	o.write(t, "safe.csv", strings.Replace(strings.Replace(safeTable, "120", "160", 1), "999", "1039", 1)+"NCDS,70\n")
	_, text := o.sit(t, "ada").visit(t).get(address("/file", "safe.csv"))
	assert.Contains(t, text, "Beside the release 2026-spring of 2026-03-01")
	assert.Regexp(t, `<td class="count +changed"><bdi>160</bdi>.*<span class="was">was 120</span>`, text, "in its cell")
	assert.Regexp(t, `<bdi>120</bdi></td><td class="n changed">.*≠</span></span> <bdi>160</bdi>`, text, "and side by side")
	assert.Regexp(t, `<tr><th scope="row"><bdi>BCS70</bdi></th><td class="n then"><bdi>85</bdi></td><td class="n"><bdi>85</bdi>`, text)
	assert.Contains(t, text, `<span class="was">new</span>`)
}

func TestTheLetterIsReadAndSaved(t *testing.T) {
	o := newOffice(t, map[string]string{"leak.csv": leakTable})
	s := o.sit(t, "ada")
	v := s.visit(t)
	status, _ := v.get("/letter")
	assert.Equal(t, http.StatusUnprocessableEntity, status, "before both have finished there is none")
	o.agree(t, "changes")
	_, text := v.get("/letter")
	assert.Contains(t, text, "leak.csv")
	assert.Contains(t, text, "Leave masked cells out of the total")
	assert.NotContains(t, text, "827 - ", "no proof is in it")
	for _, form := range []string{"letter.md", "letter.html"} {
		answer := asked(s, "GET", "/letter/"+form, "", letIn(s))
		assert.Contains(t, answer.Body.String(), "leak.csv")
		assert.Equal(t, "attachment; filename="+form, answer.Header().Get("Content-Disposition"))
	}
	status, _ = v.get("/letter/letter.exe")
	assert.Equal(t, http.StatusNotFound, status)
	status, text = v.get("/record")
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, text, "looked at by bob")
}

func TestWhatIsDecidedCanBeLeft(t *testing.T) {
	s := newOffice(t, usual()).sit(t, "ada")
	v := s.visit(t)
	v.post("/decide", url.Values{"file": {s.picked(t, "notes.md")}, "decision": {"approve"}})
	status, text := v.post("/leave", url.Values{})
	assert.Equal(t, http.StatusUnprocessableEntity, status)
	assert.Contains(t, text, "you did not say that you are sure")
	_, text = v.post("/leave", url.Values{"sure": {"yes"}})
	assert.Contains(t, text, "you gave the review up")
	assert.Contains(t, text, "decided on 0 of 8")
}

func TestOthersSeeWhatIsOpen(t *testing.T) {
	o := newOffice(t, usual())
	ada, bob := o.sit(t, "ada").visit(t), o.sit(t, "bob").visit(t)
	status, text := ada.post("/pulse", url.Values{"path": {"notes.md"}, "seen": {"yes"}})
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, text, `"held":[]`)
	_, text = bob.get("/")
	assert.Contains(t, text, "open: <bdi>ada</bdi>")
	_, text = bob.get(address("/file", "notes.md"))
	assert.Contains(t, text, "Also open: <bdi>ada</bdi>")
	_, text = bob.post("/pulse", url.Values{"path": {"notes.md"}, "seen": {"no"}})
	assert.Contains(t, text, `"held":["ada"]`)
}

// A thousand files are one page; what it weighs is what a browser has to lay out.
func BenchmarkTheListOfAThousandFiles(b *testing.B) {
	v := newOffice(b, manyFiles(1000)).sit(b, "ada").visit(b)
	weight := 0
	for b.Loop() {
		_, text := v.get("/")
		weight = len(text)
	}
	b.ReportMetric(float64(weight), "bytes/page")
}

func BenchmarkATableOfAHundredThousandRowsOpens(b *testing.B) {
	s := newOffice(b, map[string]string{"long.csv": longTable(100_000)}).sit(b, "ada")
	v := s.visit(b)
	b.Run("page", func(b *testing.B) {
		for b.Loop() {
			v.get(address("/file", "long.csv"))
		}
	})
	c, err := s.load(b.Context(), "long.csv")
	require.NoError(b, err)
	b.Run("rows", func(b *testing.B) {
		for b.Loop() {
			v.get(address("/rows", "long.csv", "stamp", c.stamp, "sheet", 0, "from", 50_000, "count", 100))
		}
	})
}
