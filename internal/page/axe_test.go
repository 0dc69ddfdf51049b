package page

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/browsertest"
)

// plainGround takes away the shadow at the edge of what scrolls: the checker
// measures no contrast on a gradient.
const plainGround = `document.head.insertAdjacentHTML("beforeend", "<style>.scroll { background-image: none }</style>"); 1`

// audit returns what the checker finds wrong with the page as it stands.
func audit(t *testing.T, ctx context.Context, axe string) []string {
	browsertest.Number(t, ctx, plainGround)
	return browsertest.Audit(t, ctx, axe, 50)
}

func TestPageIsAccessible(t *testing.T) {
	axe := browsertest.Axe(t)
	ctx, page := browsertest.Open(t), seedFile(t)
	for name, width := range browsertest.Widths {
		for _, scheme := range []string{"light", "dark"} {
			for state, script := range map[string]string{"closed": "1", "open": browsertest.OpenEverything} {
				t.Run(strings.Join([]string{name, scheme, state}, " "), func(t *testing.T) {
					require.NoError(t, chromedp.Do(ctx, browsertest.Seen("", scheme), chromedp.EmulateViewport(width, browsertest.Height), chromedp.Navigate(page)))
					assert.Equal(t, scheme == "dark", browsertest.Number(t, ctx, `+matchMedia("(prefers-color-scheme: dark)").matches`) == 1)
					browsertest.Number(t, ctx, script)
					assert.Empty(t, audit(t, ctx, axe))
					browsertest.SavePicture(t, ctx, strings.Join([]string{name, scheme, state}, "_"))
				})
			}
		}
	}
}

func TestAccessibilityTestHearsFaults(t *testing.T) {
	axe := browsertest.Axe(t)
	ctx, page := browsertest.Open(t), seedFile(t)
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(page)))
	browsertest.Number(t, ctx, `document.querySelector("h2").insertAdjacentHTML("afterend", "<img src='data:,'><p style='color:#bbb;background:#fff'>pale</p>"); 1`)
	found := strings.Join(audit(t, ctx, axe), "\n")
	assert.Contains(t, found, "image-alt: ")
	assert.Contains(t, found, "color-contrast: ")
}
