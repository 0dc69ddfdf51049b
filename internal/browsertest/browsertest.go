// Package browsertest lets a test look at a page as a person would: in headless
// Chromium, on a desktop and on a phone, by day, by night and on paper, and with
// axe-core for WCAG 2.2 AA. Tests alone import it. TRE_CHROMIUM names the browser
// and TRE_NODE_MODULES the folder with axe-core: without them a test skips.
package browsertest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// Widths are those of the screens that every page is looked at on, in pixels.
var Widths = map[string]int64{"desktop": 1280, "phone": 390}

// Height is that of both screens.
const Height = 844

// Sideways is how many pixels a page is wider than its window.
const Sideways = `document.documentElement.scrollWidth - document.documentElement.clientWidth`

// OpenEverything opens whatever a reader can open.
const OpenEverything = `document.querySelectorAll("details").forEach(details => { details.open = true }); 1`

const longest = 3 * time.Minute

// Open opens a new browser, which is closed when the test ends.
func Open(t *testing.T) context.Context {
	t.Helper()
	program := os.Getenv("TRE_CHROMIUM")
	if program == "" {
		t.Skip("TRE_CHROMIUM does not name the Chromium program")
	}
	clock, stopClock := context.WithTimeout(context.Background(), longest)
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

// File writes a page where a browser can open it, and returns its address.
func File(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "page.html")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return (&url.URL{Scheme: "file", Path: path}).String()
}

// Number returns what a script says of the page as it stands.
func Number(t *testing.T, ctx context.Context, script string) int {
	t.Helper()
	number, err := chromedp.Run(ctx, chromedp.Evaluate[int](script))
	require.NoError(t, err)
	return number
}

// Seen makes the browser show pages as on a medium, "" for a screen or "print",
// and in a scheme of colours, "light" or "dark".
func Seen(medium, scheme string) chromedp.Action[chromedp.Void] {
	return Command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: medium, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

// Command does what a command of the browser's protocol says.
func Command[P, R any](of cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, of, params)
		return err
	})
}

// Press presses keys one after the other. What is longer than a key is typed.
func Press(t *testing.T, ctx context.Context, keys ...string) {
	t.Helper()
	for _, key := range keys {
		letters := []rune(key)
		if len(letters) > 1 {
			require.NoError(t, chromedp.Do(ctx, Command(input.InsertText, input.InsertTextParams{Text: key})))
			continue
		}
		events := kb.Encode(letters[0])
		down, up := *events[0], *events[len(events)-1]
		down.Type, down.Text = "keyDown", key // as a keyboard does: one event, which a page may take for itself
		if letters[0] < ' ' && key != kb.Enter {
			down.Text = ""
		}
		require.NoError(t, chromedp.Do(ctx, Command(input.DispatchKeyEvent, down), Command(input.DispatchKeyEvent, up)))
	}
}

// Axe returns the source of the accessibility checker.
func Axe(t *testing.T) string {
	t.Helper()
	modules := os.Getenv("TRE_NODE_MODULES")
	if modules == "" {
		t.Skip("TRE_NODE_MODULES does not name the folder with axe-core")
	}
	source, err := os.ReadFile(filepath.Join(modules, "axe-core", "axe.min.js"))
	require.NoError(t, err, "npm install --prefix .ci installs it")
	return string(source)
}

// levels are WCAG 2.2 AA and what it includes.
const levels = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]`

// Audit returns what the checker finds wrong with the page as it stands, a line
// each: the rule, the element and why. A page whose contrast was measured in fewer
// places than it has texts was not checked, and that is a line too.
func Audit(t *testing.T, ctx context.Context, axe string, texts int) []string {
	t.Helper()
	Number(t, ctx, axe+"; 1")
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](fmt.Sprintf(`
		axe.run({runOnly: %s}).then(result => {
			const measured = result.passes.find(rule => rule.id == "color-contrast");
			if (!measured || measured.nodes.length < %d) return ["contrast was not measured"];
			return result.violations.flatMap(rule => rule.nodes.map(node => rule.id + ": " + node.target + ": " + node.failureSummary));
		})`, levels, texts), chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	return found
}

// SavePicture leaves a picture of the whole page for human eyes, when
// TRE_PICTURES names a folder for it.
func SavePicture(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	folder := os.Getenv("TRE_PICTURES")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600))
}
