package desk

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/browsertest"
)

const (
	attack    = `<script>window.hacked=1</script><img src=x onerror="window.hacked=1">`
	overwrite = "\u202efdp.exe" // the direction of reading turned round
)

// hostile are files whose names and contents try to be more than text.
func hostile() map[string]string {
	return map[string]string{
		`<script>window.hacked=1<\script>.csv`:     safeTable,
		`"><img src=x onerror=window.hacked=1>.md`: "# Notes\n",
		"report" + overwrite + ".csv":              safeTable,
		"javascript:window.hacked=1.csv":           safeTable,
		"{{.Form}} ${hacked=1} %2e%2e%2f.csv":      safeTable,
		"cells.csv":                                "study," + attack + ",participants\n" + attack + ",1,120\n=cmd|' /C calc'!A0,2,130\njavascript:window.hacked=1,3,140\nturned" + overwrite + ",4,150\n\"</td></table><script>window.hacked=1</script>\",5,160\n",
		"links.md":                                 "# Notes\n\n[press me](javascript:window.hacked=1) " + attack + "\n\n| a | b |\n|---|---|\n| [x](javascript:window.hacked=1) | 120 |\n| " + attack + " | 130 |\n",
		"page.html":                                "<html><body onload='window.hacked=1'>" + attack + "<a href='javascript:window.hacked=1'>x</a><table><tr><th>a</th><th>n</th></tr><tr><td>" + attack + "</td><td>120</td></tr></table><iframe src='javascript:parent.hacked=1'></iframe><meta http-equiv=refresh content='0;url=javascript:window.hacked=1'></body></html>",
		"drawing.svg":                              `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" onload="parent.hacked=1"><script>parent.hacked=1</script><image href="http://127.0.0.1:1/leak"/></svg>`,
		"code.py":                                  "print('" + attack + "')\n",
		"huge.csv":                                 "study,participants\n" + strings.Repeat("x", 10<<20) + ",120\n" + strings.Repeat("<b>", 1<<20) + ",130\n",
	}
}

func TestHostileNamesAndCellsAreText(t *testing.T) {
	seat := newOffice(t, hostile()).sit(t, "ada")
	ada := tab(t, browsertest.Open(t))
	noises := ada.noises(seat.base)
	dialogs := 0
	require.NoError(t, chromedp.Listen(ada.ctx, func(event any) {
		if _, opened := event.(*page.EventJavascriptDialogOpening); opened {
			dialogs++
		}
	}))
	ada.goTo(seat.Address())
	o, err := seat.review.Overview(t.Context())
	require.NoError(t, err)
	require.Len(t, o.Files, len(hostile()))
	pages := []string{"/", "/?q=" + "%3Cscript%3Ewindow.hacked%3D1%3C%2Fscript%3E"}
	for _, item := range o.Files {
		pages = append(pages, address("/file", item.Path), address("/bytes", item.Path))
	}
	for _, at := range pages {
		require.NoError(t, chromedp.Do(ada.ctx, chromedp.Navigate(seat.base+at), chromedp.WaitReady("main")))
		browsertest.Number(t, ada.ctx, browsertest.OpenEverything)
		assert.Equal(t, "undefined", ada.is(`window.hacked`), at)
		assert.Equal(t, "1", ada.is(`document.scripts.length`), at)
		assert.Equal(t, "0", ada.is(`document.querySelectorAll("iframe, object, embed, [onerror], [onload], a[href^='javascript:' i], img:not([src^='/picture?'])").length`), at)
		assert.Equal(t, "false", ada.is(`/[\u202a-\u202e\u2066-\u2069]/.test(document.body.innerText + document.title)`), "%s: nothing turns the direction round", at)
		assert.Equal(t, "0", ada.is(browsertest.Sideways), at)
		assert.Less(t, browsertest.Number(t, ada.ctx, `document.documentElement.outerHTML.length`), 300_000, at)
	}
	assert.Zero(t, dialogs)
	for _, noise := range *noises {
		assert.NotContains(t, noise, "127.0.0.1:1/", "a drawing asks for nothing")
		assert.NotContains(t, noise, "exception")
	}
}

func TestACellOfTenMegabytesIsCut(t *testing.T) {
	v := newOffice(t, map[string]string{"huge.csv": hostile()["huge.csv"]}).sit(t, "ada").visit(t)
	_, text := v.get(address("/file", "huge.csv"))
	assert.Contains(t, text, "… 10,485,760 characters in all")
	assert.Less(t, len(text), 100_000)
}

// Whatever a file is called, its page is found, and its decision is on it.
func TestHostileNamesAreDecidedOn(t *testing.T) {
	files := hostile()
	delete(files, "huge.csv")
	seat := newOffice(t, files).sit(t, "ada")
	v := seat.visit(t)
	o, err := seat.review.Overview(t.Context())
	require.NoError(t, err)
	for _, item := range o.Files {
		status, text := v.post("/decide", map[string][]string{"from": {"file"}, "file": {seat.picked(t, item.Path)}, "decision": {"reject"}, "comment": {"no " + attack + overwrite}})
		assert.Equal(t, 200, status, "%q: %s", item.Path, text)
		assert.NotContains(t, text, attack)
		assert.NotContains(t, text, "\u202efdp.exe</bdi>")
	}
	o, err = seat.review.Overview(t.Context())
	require.NoError(t, err)
	assert.Zero(t, o.Undecided())
}
