package desk

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/browsertest"
	"tre-toolkit/internal/review/states"
)

// hands are a reviewer at a keyboard who has no mouse.
type hands struct {
	t   *testing.T
	ctx context.Context
}

// tab opens another tab of a browser.
func tab(t *testing.T, browser context.Context) hands {
	t.Helper()
	require.NoError(t, chromedp.Do(browser, chromedp.Navigate("about:blank")), "the browser is there before its tabs")
	ctx, closeTab := chromedp.NewContext(browser)
	t.Cleanup(closeTab)
	return hands{t, ctx}
}

// goTo opens a page by its address.
func (h hands) goTo(address string) {
	h.t.Helper()
	require.NoError(h.t, chromedp.Do(h.ctx, chromedp.Navigate(address), chromedp.WaitReady("main[data-page]")))
	h.ready()
}

// ready waits until a page listens to keys.
func (h hands) ready() {
	h.t.Helper()
	h.sees("a page that listens", `document.querySelector("#help") && !document.querySelector("#help").hidden`)
}

// opened waits until the page of a file listens to keys.
func (h hands) opened(name string) {
	h.t.Helper()
	h.sees(name, `document.querySelector("h1").textContent == `+quoted(name))
	h.ready()
}

// press presses keys one after the other. What is longer than a key is typed.
func (h hands) press(keys ...string) {
	h.t.Helper()
	browsertest.Press(h.t, h.ctx, keys...)
}

// save presses what saves a form.
func (h hands) save() {
	h.t.Helper()
	require.NoError(h.t, chromedp.Do(h.ctx, chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl))))
}

// sees waits until a script says that the page shows something.
func (h hands) sees(what, script string) {
	h.t.Helper()
	var seen bool
	for range 400 { // a page that is being left has nothing to say
		var err error
		if seen, err = chromedp.Run(h.ctx, chromedp.Evaluate[bool]("Boolean("+script+")")); err == nil && seen {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	text, err := chromedp.Run(h.ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`))
	require.NoError(h.t, err)
	require.Fail(h.t, "not seen: "+what, text)
}

// reads waits until the page shows a text.
func (h hands) reads(text string) {
	h.t.Helper()
	h.sees(text, `document.body.innerText.includes(`+quoted(text)+`)`)
}

func quoted(text string) string { return `"` + strings.ReplaceAll(text, `"`, `\"`) + `"` }

// is returns what a script says of the page.
func (h hands) is(script string) string {
	h.t.Helper()
	text, err := chromedp.Run(h.ctx, chromedp.Evaluate[string](`Promise.resolve(`+script+`).then(String)`, chromedp.EvalAwaitPromise))
	require.NoError(h.t, err)
	return text
}

// noises are what a page that needs nothing never causes.
func (h hands) noises(base string) *[]string {
	var heard []string
	require.NoError(h.t, chromedp.Listen(h.ctx, func(event any) {
		switch event := event.(type) {
		case *network.EventRequestWillBeSent:
			if !strings.HasPrefix(event.Request.URL, base) && !strings.HasPrefix(event.Request.URL, "data:image/svg+xml;base64,") { // the browser's own signs in a field
				heard = append(heard, "request: "+event.Request.URL)
			}
		case *runtime.EventConsoleAPICalled:
			heard = append(heard, "console: "+string(event.Type))
		case *runtime.EventExceptionThrown:
			heard = append(heard, "exception: "+event.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			heard = append(heard, "log: "+event.Entry.Text)
		}
	}))
	return &heard
}

func TestTwoReviewersFromOpeningToSealWithoutAMouse(t *testing.T) {
	office := newOffice(t, map[string]string{"a_safe.csv": safeTable, "b_leak.csv": leakTable, "c_notes.md": "# Notes\n\nThe tables count participants of each study.\n"})
	adaSeat, bobSeat := office.sit(t, "ada"), office.sit(t, "bob")
	browser := browsertest.Open(t)
	ada, bob := tab(t, browser), tab(t, browser)
	noises := ada.noises(adaSeat.base)
	t.Cleanup(func() { tellJournal(t, adaSeat) })

	ada.goTo(adaSeat.Address())
	ada.press("j", kb.Enter)
	ada.opened("a_safe.csv")
	ada.press("a", kb.Enter)
	ada.reads("Saved: approve, on a_safe.csv.")
	ada.press("j")
	ada.opened("b_leak.csv")
	ada.press("n", "g")
	ada.sees("the cell of the finding", `document.activeElement.id == "at-1"`)
	ada.press("r")
	assert.Equal(t, "Save", ada.is(`document.activeElement.textContent`), "no comment is needed to reject what breaks a rule")
	ada.press(kb.Enter)
	ada.reads("Saved: reject, on b_leak.csv.")
	ada.press("j")
	ada.opened("c_notes.md")
	ada.press("a", kb.Enter)
	ada.reads("Saved: approve, on c_notes.md.")
	ada.press("u")
	ada.reads("you have decided on 3 of 3")
	ada.ready()
	ada.press("f", "two may leave")
	ada.save()
	ada.reads("Saved: you have finished.")

	bob.goTo(bobSeat.Address())
	bob.reads("Somebody else has decided on some of the files.")
	assert.Equal(t, "-1", bob.is(`document.body.innerText.indexOf("two may leave")`))
	bob.press("?")
	bob.sees("the list of keys", `document.querySelector("dialog").open`)
	bob.press(kb.Escape)
	bob.sees("the list of files again", `!document.querySelector("dialog").open`)
	bob.press("j", "x", "j", "j", "x", "a", "looked at both")
	bob.save()
	bob.reads("Saved: approve, on 2 files.")
	bob.ready()
	bob.press("j", "j", "x", "r")
	bob.press("the total gives it away")
	bob.save()
	bob.reads("Saved: reject, on b_leak.csv.")
	bob.ready()
	bob.press("f", "I agree to two of three")
	bob.save()
	bob.reads("The approved ones can be sealed")
	bob.reads("two may leave")

	ada.goTo(adaSeat.base + "/")
	ada.press("s", "2026-autumn", kb.Enter)
	ada.reads("Released as 2026-autumn")
	assert.Empty(t, *noises, "a page asks for nothing but itself, and nothing fails on it")

	o, err := adaSeat.review.Overview(t.Context())
	require.NoError(t, err)
	assert.Equal(t, states.Released, o.State)
	for name, there := range map[string]bool{"a_safe.csv": true, "b_leak.csv": false, "c_notes.md": true} {
		_, err := os.Stat(filepath.Join(office.bundles, "2026-autumn", "files", name))
		assert.Equal(t, there, err == nil, name)
	}
	ada.goTo(adaSeat.base + "/letter")
	ada.reads("b_leak.csv")
	assert.Equal(t, "-1", ada.is(`document.body.innerText.indexOf("827 - ")`), "a letter holds no proof")
}

func TestAFileThatChangesBeforeTheSealIsNotReleased(t *testing.T) {
	office := newOffice(t, map[string]string{"notes.md": "# Notes\n\nThe tables count participants of each study.\n"})
	browser := browsertest.Open(t)
	for _, name := range []string{"ada", "bob"} {
		seat := office.sit(t, name)
		v := seat.visit(t)
		v.post("/decide", map[string][]string{"file": {seat.picked(t, "notes.md")}, "decision": {"approve"}})
		v.post("/finish", map[string][]string{"overall": {"may leave"}})
	}
	seat := office.sit(t, "ada")
	ada := tab(t, browser)
	ada.goTo(seat.Address())
	ada.press("s", "2026-autumn")
	office.write(t, "notes.md", "# Notes\n\nThe tables count 7 participants.\n")
	ada.press(kb.Enter)
	ada.reads("Not saved.")
	ada.reads("notes.md")
	assert.Contains(t, ada.is(`document.body.innerText`), "not the files that were reviewed")
	_, err := os.Stat(office.bundles)
	assert.ErrorIs(t, err, os.ErrNotExist, "nothing of the bundle is there")
	ada.goTo(seat.base + "/")
	ada.reads("[INT001]")
}

func TestASecondTab(t *testing.T) {
	seat := newOffice(t, usual()).sit(t, "ada")
	browser := browsertest.Open(t)
	first, second := tab(t, browser), tab(t, browser)
	first.goTo(seat.Address())
	page := seat.base + address("/file", "tables/leak.csv")
	first.goTo(page)
	second.goTo(page)
	first.press("r", kb.Enter)
	first.reads("Saved: reject")
	second.press("a", "words of the second tab")
	second.save()
	second.reads("You decided on tables/leak.csv elsewhere meanwhile, in another tab or window: reject.")
	assert.Equal(t, "words of the second tab", second.is(`document.querySelector("#comment").value`))
	second.save()
	second.reads("Saved: approve")
	o, err := seat.review.Overview(t.Context())
	require.NoError(t, err)
	for _, item := range o.Files {
		if item.Path == "tables/leak.csv" {
			assert.Equal(t, "words of the second tab", item.Mine.Comment)
		}
	}
}

func TestATypedCommentOutlivesAReload(t *testing.T) {
	seat := newOffice(t, usual()).sit(t, "ada")
	ada := tab(t, browsertest.Open(t))
	ada.goTo(seat.Address())
	page := seat.base + address("/file", "tables/leak.csv")
	ada.goTo(page)
	ada.press("a", "half a sentence")
	ada.goTo(page)
	assert.Equal(t, "half a sentence", ada.is(`document.querySelector("#comment").value`))
	ada.reads("Not saved yet.")
	assert.Equal(t, "approve", ada.is(`document.querySelector("[name=decision]:checked").value`))
}

func TestLettersCanBeTurnedOff(t *testing.T) {
	seat := newOffice(t, usual()).sit(t, "ada")
	ada := tab(t, browsertest.Open(t))
	ada.goTo(seat.Address())
	ada.press("?")
	require.NoError(t, chromedp.Do(ada.ctx, chromedp.Click("#letters"), chromedp.Click("#keys-close")))
	ada.press("j")
	assert.Equal(t, "false", ada.is(`document.activeElement.matches(".files a")`))
}

// tellJournal tells of a test that failed what the review holds.
func tellJournal(t *testing.T, s *seat) {
	if !t.Failed() {
		return
	}
	entries, err := s.review.Entries()
	t.Log(err)
	for _, entry := range entries {
		t.Logf("%d %s %s %.300s", entry.Number, entry.By, entry.Act, entry.Body)
	}
}
