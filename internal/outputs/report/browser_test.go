package report_test

import (
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/browsertest"
	"tre-toolkit/internal/outputs"
)

// pages are reports worth looking at, each where a browser can open it.
func pages(t *testing.T) map[string]string {
	hostile, _ := hostileReport()
	leaks := checked(t, folder(t, leaky))
	addresses := map[string]string{}
	for name, found := range map[string]outputs.Report{
		"leaks": leaks.WithoutCertificates(), "proofs": leaks, "hostile": hostile,
		"safe": checked(t, folder(t, map[string]string{"fine.csv": "study,participants\nA,40\nB,50\n"})),
	} {
		addresses[name] = browsertest.File(t, written(t, "html", found))
	}
	return addresses
}

func TestThePageIsAccessible(t *testing.T) {
	axe := browsertest.Axe(t)
	ctx := browsertest.Open(t)
	for name, page := range pages(t) {
		for device, width := range browsertest.Widths {
			for _, scheme := range []string{"light", "dark"} {
				t.Run(name+" "+device+" "+scheme, func(t *testing.T) {
					require.NoError(t, chromedp.Do(ctx, browsertest.Seen("", scheme), chromedp.EmulateViewport(width, browsertest.Height), chromedp.Navigate(page)))
					assert.Equal(t, scheme == "dark", browsertest.Number(t, ctx, `+matchMedia("(prefers-color-scheme: dark)").matches`) == 1)
					browsertest.Number(t, ctx, browsertest.OpenEverything)
					assert.Empty(t, browsertest.Audit(t, ctx, axe, 5))
					browsertest.SavePicture(t, ctx, name+"_"+device+"_"+scheme)
				})
			}
		}
	}
}

func TestThePageInABrowser(t *testing.T) {
	ctx := browsertest.Open(t)
	var asked []string
	require.NoError(t, chromedp.Listen(ctx, func(event any) {
		if request, is := event.(*network.EventRequestWillBeSent); is {
			asked = append(asked, request.Request.URL)
		}
	}))
	addresses := pages(t)
	for name, page := range addresses {
		for _, width := range browsertest.Widths {
			require.NoError(t, chromedp.Do(ctx, browsertest.Seen("", "light"), chromedp.EmulateViewport(width, browsertest.Height), chromedp.Navigate(page)))
			assert.Zero(t, browsertest.Number(t, ctx, browsertest.Sideways), "%s scrolls sideways at %d", name, width)
		}
		require.NoError(t, chromedp.Do(ctx, browsertest.Seen("print", "dark"), chromedp.Navigate(page)))
		assert.Equal(t, 1, browsertest.Number(t, ctx, `+(getComputedStyle(document.body).backgroundColor == "rgb(255, 255, 255)")`), "paper is white")
		assert.Zero(t, browsertest.Number(t, ctx, `[...document.querySelectorAll("section li, section p")].filter(part => !part.checkVisibility({contentVisibilityAuto: true})).length`),
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
