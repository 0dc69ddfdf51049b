package report

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/browsertest"
)

// reportFile writes the sample where a browser can open it.
func reportFile(t *testing.T) string { return browsertest.File(t, written(t, "html", sample(t))) }

// plainGround takes away what the checker measures no contrast on: gradients, which
// are the shadow at the edge of what scrolls, and the bar beneath a percentage.
const plainGround = `document.head.insertAdjacentHTML("beforeend", "<style>.scroll, .figures .share { background-image: none }</style>"); 1`

func TestReportIsAccessible(t *testing.T) {
	axe := browsertest.Axe(t)
	ctx, page := browsertest.Open(t), reportFile(t)
	for name, width := range browsertest.Widths {
		for _, scheme := range []string{"light", "dark"} {
			for state, script := range map[string]string{"closed": "1", "open": browsertest.OpenEverything} {
				t.Run(strings.Join([]string{name, scheme, state}, " "), func(t *testing.T) {
					require.NoError(t, chromedp.Do(ctx, browsertest.Seen("", scheme), chromedp.EmulateViewport(width, browsertest.Height), chromedp.Navigate(page)))
					browsertest.Number(t, ctx, script)
					assert.Zero(t, browsertest.Number(t, ctx, browsertest.Sideways), "the page scrolls sideways")
					browsertest.Number(t, ctx, plainGround)
					assert.Empty(t, browsertest.Audit(t, ctx, axe, 20))
				})
			}
		}
	}
}

func TestReportAsksForNothing(t *testing.T) {
	ctx, page := browsertest.Open(t), reportFile(t)
	var asked []string
	require.NoError(t, chromedp.Listen(ctx, func(event any) {
		if request, is := event.(*network.EventRequestWillBeSent); is && request.Request.URL != page && request.Request.URL != "data:," {
			asked = append(asked, request.Request.URL)
		}
	}))
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(page)))
	assert.Zero(t, browsertest.Number(t, ctx, `document.scripts.length`))
	assert.Empty(t, asked)
	assert.Equal(t, 2, browsertest.Number(t, ctx, `document.querySelectorAll(".gap").length`))
	assert.Equal(t, 2, browsertest.Number(t, ctx, `document.querySelectorAll(".stub").length`))
}
