package report

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
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

func axeSource(t *testing.T) string {
	modules := os.Getenv("TRE_NODE_MODULES")
	if modules == "" {
		t.Skip("TRE_NODE_MODULES does not name the folder with axe-core")
	}
	source, err := os.ReadFile(filepath.Join(modules, "axe-core", "axe.min.js"))
	require.NoError(t, err, "npm install --prefix .ci installs it")
	return string(source)
}

// reportFile writes the sample where a browser can open it.
func reportFile(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "quality.html")
	require.NoError(t, os.WriteFile(path, []byte(written(t, "html", sample(t))), 0o600))
	return (&url.URL{Scheme: "file", Path: path}).String()
}

func measure(t *testing.T, ctx context.Context, script string) int {
	number, err := chromedp.Run(ctx, chromedp.Evaluate[int](script))
	require.NoError(t, err)
	return number
}

// scheme makes the browser show a page in light or dark colours.
func scheme(name string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		params := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}}
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, params)
		return err
	})
}

const (
	sideways       = `document.documentElement.scrollWidth - document.documentElement.clientWidth`
	openEverything = `document.querySelectorAll("details").forEach(details => { details.open = true }); 1`

	// The checker measures no contrast on a gradient: the shadow at the edge of
	// what scrolls, and the bar beneath a percentage.
	plainGround = `document.head.insertAdjacentHTML("beforeend", "<style>.scroll, .figures .share { background-image: none }</style>"); 1`

	// WCAG 2.2 AA and what it includes.
	levels = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]`
)

// audit returns what the checker finds wrong with the page as it stands.
func audit(t *testing.T, ctx context.Context, axe string) []string {
	measure(t, ctx, plainGround)
	measure(t, ctx, axe+"; 1")
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](fmt.Sprintf(`
		axe.run({runOnly: %s}).then(result => {
			const measured = result.passes.find(rule => rule.id == "color-contrast");
			if (!measured || measured.nodes.length < 20) return ["contrast was not measured"];
			return result.violations.flatMap(rule => rule.nodes.map(node => rule.id + ": " + node.target + ": " + node.failureSummary));
		})`, levels), chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	return found
}

func TestReportIsAccessible(t *testing.T) {
	axe := axeSource(t)
	ctx, page := browser(t), reportFile(t)
	for name, size := range map[string][2]int64{"desktop": {1280, 900}, "phone": {390, 844}} {
		for _, colours := range []string{"light", "dark"} {
			for state, script := range map[string]string{"closed": "1", "open": openEverything} {
				t.Run(strings.Join([]string{name, colours, state}, " "), func(t *testing.T) {
					require.NoError(t, chromedp.Do(ctx, scheme(colours), chromedp.EmulateViewport(size[0], size[1]), chromedp.Navigate(page)))
					measure(t, ctx, script)
					assert.Zero(t, measure(t, ctx, sideways), "the page scrolls sideways")
					assert.Empty(t, audit(t, ctx, axe))
				})
			}
		}
	}
}

func TestReportAsksForNothing(t *testing.T) {
	ctx, page := browser(t), reportFile(t)
	var asked []string
	require.NoError(t, chromedp.Listen(ctx, func(event any) {
		if request, is := event.(*network.EventRequestWillBeSent); is && request.Request.URL != page && request.Request.URL != "data:," {
			asked = append(asked, request.Request.URL)
		}
	}))
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(page)))
	assert.Zero(t, measure(t, ctx, `document.scripts.length`))
	assert.Empty(t, asked)
	assert.Equal(t, 2, measure(t, ctx, `document.querySelectorAll(".gap").length`))
	assert.Equal(t, 2, measure(t, ctx, `document.querySelectorAll(".stub").length`))
}
