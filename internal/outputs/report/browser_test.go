package report_test

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
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/outputs"
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

// pages are reports worth looking at, each where a browser can open it.
func pages(t *testing.T) map[string]string {
	hostile, _ := hostileReport()
	leaks := checked(t, folder(t, leaky))
	addresses := map[string]string{}
	for name, found := range map[string]outputs.Report{
		"leaks": leaks.WithoutCertificates(), "proofs": leaks, "hostile": hostile,
		"safe": checked(t, folder(t, map[string]string{"fine.csv": "study,participants\nA,40\nB,50\n"})),
	} {
		path := filepath.Join(t.TempDir(), "report.html")
		require.NoError(t, os.WriteFile(path, []byte(written(t, "html", found)), 0o600))
		addresses[name] = (&url.URL{Scheme: "file", Path: path}).String()
	}
	return addresses
}

func measure(t *testing.T, ctx context.Context, script string) int {
	number, err := chromedp.Run(ctx, chromedp.Evaluate[int](script))
	require.NoError(t, err)
	return number
}

// emulated makes the browser show a page as on a medium and in a scheme of
// colours.
func emulated(medium, scheme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		params := emulation.SetEmulatedMediaParams{Media: medium, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, params)
		return err
	})
}

// audit returns what axe-core finds wrong with the page by WCAG 2.2 AA and what
// that includes.
func audit(t *testing.T, ctx context.Context, axe string) []string {
	measure(t, ctx, axe+"; 1")
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](fmt.Sprintf(`
		axe.run({runOnly: %s}).then(result => {
			const measured = result.passes.find(rule => rule.id == "color-contrast");
			if (!measured || measured.nodes.length < 5) return ["contrast was not measured"];
			return result.violations.flatMap(rule => rule.nodes.map(node => rule.id + ": " + node.target + ": " + node.failureSummary));
		})`, `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]`), chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	return found
}

func TestThePageIsAccessible(t *testing.T) {
	modules := os.Getenv("TRE_NODE_MODULES")
	if modules == "" {
		t.Skip("TRE_NODE_MODULES does not name the folder with axe-core")
	}
	axe, err := os.ReadFile(filepath.Join(modules, "axe-core", "axe.min.js"))
	require.NoError(t, err)
	ctx := browser(t)
	for name, page := range pages(t) {
		for device, width := range map[string]int64{"desktop": 1280, "phone": 390} {
			for _, scheme := range []string{"light", "dark"} {
				t.Run(name+" "+device+" "+scheme, func(t *testing.T) {
					require.NoError(t, chromedp.Do(ctx, emulated("", scheme), chromedp.EmulateViewport(width, 844), chromedp.Navigate(page)))
					assert.Equal(t, scheme == "dark", measure(t, ctx, `+matchMedia("(prefers-color-scheme: dark)").matches`) == 1)
					measure(t, ctx, `document.querySelectorAll("details").forEach(details => { details.open = true }); 1`)
					assert.Empty(t, audit(t, ctx, string(axe)))
					savePicture(t, ctx, name+"_"+device+"_"+scheme)
				})
			}
		}
	}
}

func TestThePageInABrowser(t *testing.T) {
	ctx := browser(t)
	var asked []string
	require.NoError(t, chromedp.Listen(ctx, func(event any) {
		if request, is := event.(*network.EventRequestWillBeSent); is {
			asked = append(asked, request.Request.URL)
		}
	}))
	addresses := pages(t)
	for name, page := range addresses {
		for _, width := range []int64{1280, 390} {
			require.NoError(t, chromedp.Do(ctx, emulated("", "light"), chromedp.EmulateViewport(width, 844), chromedp.Navigate(page)))
			assert.Zero(t, measure(t, ctx, `document.documentElement.scrollWidth - document.documentElement.clientWidth`), "%s scrolls sideways at %d", name, width)
		}
		require.NoError(t, chromedp.Do(ctx, emulated("print", "dark"), chromedp.Navigate(page)))
		assert.Equal(t, 1, measure(t, ctx, `+(getComputedStyle(document.body).backgroundColor == "rgb(255, 255, 255)")`), "paper is white")
		assert.Zero(t, measure(t, ctx, `[...document.querySelectorAll("section li, section p")].filter(part => !part.checkVisibility({contentVisibilityAuto: true})).length`),
			"%s: paper shows what is closed", name)
	}
	for _, address := range asked {
		assert.Contains(t, addresses, nameOf(addresses, address), "a page asks for nothing but itself: %s", address)
	}
}

func nameOf(addresses map[string]string, address string) string {
	for name, known := range addresses {
		if known == address {
			return name
		}
	}
	return ""
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
