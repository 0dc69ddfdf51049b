package desk

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/browsertest"
)

// looked are the pages that people look at, by a name for a picture.
func looked() map[string]string {
	return map[string]string{
		"list": "/", "leak": address("/file", "tables/leak.csv"), "picture": address("/file", "figures/contacts.png"), "notes": address("/file", "notes.md"),
		"code": address("/file", "analysis.py"), "bytes": address("/bytes", "tables/leak.csv"), "long": address("/file", "long.csv"),
	}
}

// look audits a page as it is on a desktop and on a phone, by day and by night, and
// leaves pictures of it.
func look(t *testing.T, ctx context.Context, axe, name, page, script string) {
	t.Helper()
	for device, width := range browsertest.Widths {
		for _, scheme := range []string{"light", "dark"} {
			t.Run(strings.Join([]string{name, device, scheme}, " "), func(t *testing.T) {
				require.NoError(t, chromedp.Do(ctx, browsertest.Seen("", scheme), chromedp.EmulateViewport(width, browsertest.Height), chromedp.Navigate(page), chromedp.WaitVisible("#help")))
				browsertest.Number(t, ctx, script)
				assert.Empty(t, browsertest.Audit(t, ctx, axe, 5))
				assert.Zero(t, browsertest.Number(t, ctx, browsertest.Sideways), "the page scrolls sideways")
				browsertest.SavePicture(t, ctx, strings.Join([]string{"desk", name, device, scheme}, "_"))
			})
		}
	}
}

func TestThePagesAreAccessible(t *testing.T) {
	axe := browsertest.Axe(t)
	ctx := browsertest.Open(t)
	files := usual()
	files["long.csv"] = longTable(1000)
	seat := newOffice(t, files).sit(t, "ada")
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(seat.Address()), chromedp.WaitVisible("table.files")))
	for name, page := range looked() {
		look(t, ctx, axe, name, seat.base+page, browsertest.OpenEverything)
	}
}

// What both decided, what left before, the letter, and a folder that changed.
func TestThePagesAreAccessibleWhenAllIsDecided(t *testing.T) {
	axe := browsertest.Axe(t)
	ctx := browsertest.Open(t)
	o := newOffice(t, map[string]string{"safe.csv": safeTable, "leak.csv": leakTable})
	o.release(t, "2026-spring")
	o.write(t, "safe.csv", strings.Replace(strings.Replace(safeTable, "120", "160", 1), "999", "1039", 1))
	o.agree(t, "changes")
	seat := o.sit(t, "ada")
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(seat.Address()), chromedp.WaitVisible("table.files")))
	look(t, ctx, axe, "returned", seat.base+"/", browsertest.OpenEverything)
	look(t, ctx, axe, "earlier", seat.base+address("/file", "safe.csv"), `document.querySelector("[value=approve]").click(); 1`)
	look(t, ctx, axe, "letter", seat.base+"/letter", "1")
	look(t, ctx, axe, "keys", seat.base+"/", `document.querySelector("#help").click(); 1`)
	o.write(t, "leak.csv", safeTable)
	look(t, ctx, axe, "changed", seat.base+address("/file", "leak.csv"), "1")
}

func TestTheAuditHearsFaults(t *testing.T) {
	axe := browsertest.Axe(t)
	ctx := browsertest.Open(t)
	seat := newOffice(t, usual()).sit(t, "ada")
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(seat.Address()), chromedp.WaitVisible("table.files")))
	browsertest.Number(t, ctx, `document.querySelector("#comment").labels[0].remove(); document.querySelector("h1").style.color = "#eee"; 1`)
	found := strings.Join(browsertest.Audit(t, ctx, axe, 5), "\n")
	assert.Contains(t, found, "label: ")
	assert.Contains(t, found, "color-contrast: ")
}
