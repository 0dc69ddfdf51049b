package page

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// axeSource reads the accessibility checker, or skips the test where it is not
// installed.
func axeSource(t *testing.T) string {
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

// plainGround takes away the shadow at the edge of what scrolls: the checker
// measures no contrast on a gradient.
const plainGround = `document.head.insertAdjacentHTML("beforeend", "<style>.scroll { background-image: none }</style>"); 1`

// audit returns what the checker finds wrong with the page as it stands, a line
// each: the rule, the element and why.
func audit(t *testing.T, ctx context.Context, axe string) []string {
	measure(t, ctx, plainGround)
	measure(t, ctx, axe+"; 1")
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](fmt.Sprintf(`
		axe.run({runOnly: %s}).then(result => {
			const measured = result.passes.find(rule => rule.id == "color-contrast");
			if (!measured || measured.nodes.length < 50) return ["contrast was not measured"];
			return result.violations.flatMap(rule => rule.nodes.map(node => rule.id + ": " + node.target + ": " + node.failureSummary));
		})`, levels), chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	return found
}

func TestPageIsAccessible(t *testing.T) {
	axe := axeSource(t)
	ctx, page := browser(t), seedFile(t)
	for name, size := range map[string]struct{ width, height int64 }{"desktop": {1280, 900}, "phone": {390, 844}} {
		for _, scheme := range []string{"light", "dark"} {
			for state, script := range map[string]string{"closed": "1", "open": openEverything} {
				t.Run(strings.Join([]string{name, scheme, state}, " "), func(t *testing.T) {
					colours := emulatedMedia("", &emulation.MediaFeature{Name: "prefers-color-scheme", Value: scheme})
					require.NoError(t, chromedp.Do(ctx, colours, chromedp.EmulateViewport(size.width, size.height), chromedp.Navigate(page)))
					assert.Equal(t, scheme == "dark", measure(t, ctx, `+matchMedia("(prefers-color-scheme: dark)").matches`) == 1)
					measure(t, ctx, script)
					assert.Empty(t, audit(t, ctx, axe))
					savePicture(t, ctx, strings.Join([]string{name, scheme, state}, "_"))
				})
			}
		}
	}
}

func TestAccessibilityTestHearsFaults(t *testing.T) {
	axe := axeSource(t)
	ctx, page := browser(t), seedFile(t)
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(page)))
	measure(t, ctx, `document.querySelector("h2").insertAdjacentHTML("afterend", "<img src='data:,'><p style='color:#bbb;background:#fff'>pale</p>"); 1`)
	found := strings.Join(audit(t, ctx, axe), "\n")
	assert.Contains(t, found, "image-alt: ")
	assert.Contains(t, found, "color-contrast: ")
}
