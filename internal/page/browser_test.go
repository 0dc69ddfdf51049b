package page

import (
	"context"
	"encoding/json"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/browsertest"
)

// seedFile is the address of the page, for a browser.
func seedFile(t *testing.T) string { return browsertest.File(t, htmlOf(t, seedModel(t))) }

// noises collects what a page that needs nothing never causes: requests other
// than for itself, console lines, log entries and exceptions.
type noises struct {
	sync.Mutex
	heard []string
}

func (n *noises) add(kind, text string) {
	n.Lock()
	defer n.Unlock()
	n.heard = append(n.heard, kind+": "+text)
}

func (n *noises) listen(t *testing.T, ctx context.Context, page string) {
	require.NoError(t, chromedp.Listen(ctx, func(event any) {
		switch event := event.(type) {
		case *network.EventRequestWillBeSent:
			if event.Request.URL != page && event.Request.URL != "data:," {
				n.add("request", event.Request.URL)
			}
		case *runtime.EventConsoleAPICalled:
			n.add("console", string(event.Type))
		case *runtime.EventExceptionThrown:
			n.add("exception", event.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			n.add("log", event.Entry.Text)
		}
	}))
}

func TestPageInABrowser(t *testing.T) {
	for name, width := range browsertest.Widths {
		t.Run(name, func(t *testing.T) {
			ctx, page := browsertest.Open(t), seedFile(t)
			var noise noises
			noise.listen(t, ctx, page)
			require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(width, browsertest.Height), chromedp.Navigate(page)))
			assert.Zero(t, browsertest.Number(t, ctx, browsertest.Sideways), "the page scrolls sideways")
			assert.Zero(t, browsertest.Number(t, ctx, `[...document.querySelectorAll(".figures tbody tr")].filter(row => row.offsetHeight > 90).length`),
				"rows of figures are broken over many lines")
			assert.Empty(t, noise.heard)
			browsertest.SavePicture(t, ctx, name)
			browsertest.Number(t, ctx, browsertest.OpenEverything)
			assert.Zero(t, browsertest.Number(t, ctx, browsertest.Sideways), "the open page scrolls sideways")
		})
	}
}

const (
	// How many tables of one auxiliary table each, and how many steps of syntax, a reader sees.
	tablesSeen = `[...document.querySelectorAll(".block table")].filter(table => table.checkVisibility()).length`
	stepsSeen  = `[...document.querySelectorAll(".steps pre")].filter(code => code.checkVisibility()).length`
)

func TestTablesOpenAndCloseWithoutScripts(t *testing.T) {
	ctx := browsertest.Open(t)
	require.NoError(t, chromedp.Do(ctx, browsertest.Seen("", "light"), chromedp.EmulateViewport(browsertest.Widths["desktop"], browsertest.Height), chromedp.Navigate(seedFile(t))))
	assert.Zero(t, browsertest.Number(t, ctx, tablesSeen), "closed at first")

	const firstTable, everyTable = `document.querySelector(".blocks summary").click(); 1`, `document.querySelector(".all input").click(); 1`
	browsertest.Number(t, ctx, firstTable)
	assert.Equal(t, 1, browsertest.Number(t, ctx, tablesSeen))
	browsertest.Number(t, ctx, everyTable)
	assert.Equal(t, len(auxiliaryTables), browsertest.Number(t, ctx, tablesSeen))
	assert.Zero(t, browsertest.Number(t, ctx, stepsSeen), "the box is for the tables")
	browsertest.Number(t, ctx, everyTable)
	assert.Equal(t, 1, browsertest.Number(t, ctx, tablesSeen))
}

func TestPaperShowsWhatIsClosed(t *testing.T) {
	ctx := browsertest.Open(t)
	require.NoError(t, chromedp.Do(ctx, browsertest.Seen("print", "light"), chromedp.Navigate(seedFile(t))))
	assert.Equal(t, len(auxiliaryTables), browsertest.Number(t, ctx, tablesSeen))
	assert.Equal(t, 16, browsertest.Number(t, ctx, stepsSeen))
}

func TestBrowserTestHearsNoise(t *testing.T) {
	ctx := browsertest.Open(t)
	var noise noises
	noise.listen(t, ctx, "")
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate("data:text/html,<script>console.log(1);lost()</script>")))
	assert.Len(t, noise.heard, 3, "a request, a console line and an exception")
}

func TestTablesAreInTheAccessibilityTree(t *testing.T) {
	ctx := browsertest.Open(t)
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(seedFile(t))))
	tree, err := chromedp.Call(ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	require.NoError(t, err)
	names := map[string][]string{}
	for _, node := range tree.Nodes {
		if !node.Ignored && node.Name != nil {
			role := spoken(t, node.Role)
			names[role] = append(names[role], spoken(t, node.Name))
		}
	}
	caption := "Table 2: " + seedModel(t).Metrics.Caption
	require.Len(t, names["table"], 4, "those of the closed tables are not read out")
	assert.Equal(t, caption, names["table"][1])
	assert.Contains(t, names["region"], caption)
	assert.Contains(t, names["rowheader"], "NIHRBIO_ COPING", "a blank where the name may break")
	assert.Contains(t, names["columnheader"], "demographics_ and_ referral")
	assert.Equal(t, seedModel(t).Title, names["heading"][0])
	assert.Len(t, names["main"], 1)
}

// spoken returns a value of the accessibility tree as text.
func spoken(t *testing.T, value *accessibility.Value) string {
	var text string
	require.NoError(t, json.Unmarshal(value.Value, &text))
	return text
}
