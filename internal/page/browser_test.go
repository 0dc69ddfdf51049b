package page

import (
	"context"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// browser opens a new headless Chromium, or skips the test where there is none.
func browser(t *testing.T) context.Context {
	program := os.Getenv("TRE_CHROMIUM")
	if program == "" {
		t.Skip("TRE_CHROMIUM does not name the Chromium program")
	}
	clock, stopClock := context.WithTimeout(context.Background(), 3*time.Minute)
	allocator, stopBrowser := chromedp.NewExecAllocator(clock,
		chromedp.ExecPath(program), chromedp.UserDataDir(t.TempDir()), chromedp.Headless, chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.Flag("disable-background-networking", true))
	ctx, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(func() { // waits until the browser has let go of its folder
		closeTab()
		stopBrowser()
		stopClock()
	})
	return ctx
}

// seedFile writes the page where a browser can open it.
func seedFile(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "page.html")
	require.NoError(t, os.WriteFile(path, []byte(htmlOf(t, seedModel(t))), 0o600))
	return (&url.URL{Scheme: "file", Path: path}).String()
}

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
	for name, size := range map[string]struct{ width, height int64 }{"desktop": {1280, 900}, "phone": {390, 844}} {
		t.Run(name, func(t *testing.T) {
			ctx, page := browser(t), seedFile(t)
			var noise noises
			noise.listen(t, ctx, page)
			require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(size.width, size.height), chromedp.Navigate(page)))
			assert.Zero(t, measure(t, ctx, sideways), "the page scrolls sideways")
			assert.Zero(t, measure(t, ctx, `[...document.querySelectorAll(".figures tbody tr")].filter(row => row.offsetHeight > 90).length`),
				"rows of figures are broken over many lines")
			assert.Empty(t, noise.heard)
			savePicture(t, ctx, name)
			measure(t, ctx, openEverything)
			assert.Zero(t, measure(t, ctx, sideways), "the open page scrolls sideways")
		})
	}
}

const (
	sideways       = `document.documentElement.scrollWidth - document.documentElement.clientWidth`
	openEverything = `document.querySelectorAll("details").forEach(details => { details.open = true }); 1`

	// How many tables of one auxiliary table each, and how many steps of syntax, a reader sees.
	tablesSeen = `[...document.querySelectorAll(".block table")].filter(table => table.checkVisibility()).length`
	stepsSeen  = `[...document.querySelectorAll(".steps pre")].filter(code => code.checkVisibility()).length`
)

func TestTablesOpenAndCloseWithoutScripts(t *testing.T) {
	ctx := browser(t)
	require.NoError(t, chromedp.Do(ctx, emulatedMedia(""), chromedp.EmulateViewport(1280, 900), chromedp.Navigate(seedFile(t))))
	assert.Zero(t, measure(t, ctx, tablesSeen), "closed at first")

	const firstTable, everyTable = `document.querySelector(".blocks summary").click(); 1`, `document.querySelector(".all input").click(); 1`
	measure(t, ctx, firstTable)
	assert.Equal(t, 1, measure(t, ctx, tablesSeen))
	measure(t, ctx, everyTable)
	assert.Equal(t, len(auxiliaryTables), measure(t, ctx, tablesSeen))
	assert.Zero(t, measure(t, ctx, stepsSeen), "the box is for the tables")
	measure(t, ctx, everyTable)
	assert.Equal(t, 1, measure(t, ctx, tablesSeen))
}

func TestPaperShowsWhatIsClosed(t *testing.T) {
	ctx := browser(t)
	require.NoError(t, chromedp.Do(ctx, emulatedMedia("print"), chromedp.Navigate(seedFile(t))))
	assert.Equal(t, len(auxiliaryTables), measure(t, ctx, tablesSeen))
	assert.Equal(t, 16, measure(t, ctx, stepsSeen))
}

// emulatedMedia makes the browser show a page as on a medium and in a scheme of
// colours.
func emulatedMedia(medium string, features ...*emulation.MediaFeature) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		params := emulation.SetEmulatedMediaParams{Media: medium, Features: features}
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, params)
		return err
	})
}

func TestBrowserTestHearsNoise(t *testing.T) {
	ctx := browser(t)
	var noise noises
	noise.listen(t, ctx, "")
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate("data:text/html,<script>console.log(1);lost()</script>")))
	assert.Len(t, noise.heard, 3, "a request, a console line and an exception")
}

func measure(t *testing.T, ctx context.Context, script string) int {
	number, err := chromedp.Run(ctx, chromedp.Evaluate[int](script))
	require.NoError(t, err)
	return number
}

func TestTablesAreInTheAccessibilityTree(t *testing.T) {
	ctx := browser(t)
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

// savePicture leaves a picture of the whole page for human eyes, when
// TRE_PICTURES names a folder for it.
func savePicture(t *testing.T, ctx context.Context, name string) {
	folder := os.Getenv("TRE_PICTURES")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600))
}
