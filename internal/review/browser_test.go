package review_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/browsertest"
	"tre-toolkit/internal/review"
	"tre-toolkit/internal/review/states"
)

// pages are a record and a letter, each where a browser can open it.
func pages(t *testing.T) map[string]string {
	files := map[string]string{"<img src=x onerror=alert(1)>\u202e.csv": "study,n\nA,4\n", strings.Repeat("a long name ", 15) + ".csv": "study,n\nA,40\n"}
	for name, content := range threeFiles {
		files[name] = content
	}
	k := newKeyed(t, files)
	ada, bob := k.opens("ada"), k.opens("bob")
	for _, r := range []*review.Review{ada, bob} {
		for _, file := range k.overview(r).Files {
			require.NoError(t, r.Decide(t.Context(), choices(states.RequestChanges, "please mend it\n<script>alert(1)</script>", file.Path)...))
		}
		k.finishes(r)
	}
	letter, err := ada.Letter(t.Context())
	require.NoError(t, err)
	var record, answer strings.Builder
	require.NoError(t, ada.Record(t.Context(), &record))
	require.NoError(t, letter.HTML(&answer))
	return map[string]string{"record": browsertest.File(t, record.String()), "letter": browsertest.File(t, answer.String())}
}

// Nothing in the record or the letter keeps anybody from reading it, at any width,
// in the light and in the dark; nothing in it runs.
func TestPagesCanBeReadByEverybody(t *testing.T) {
	axe := browsertest.Axe(t)
	ctx := browsertest.Open(t)
	for name, page := range pages(t) {
		for device, width := range browsertest.Widths {
			for _, scheme := range []string{"light", "dark"} {
				looks := strings.Join([]string{"review", name, device, scheme}, "_")
				require.NoError(t, chromedp.Do(ctx, browsertest.Seen("", scheme), chromedp.EmulateViewport(width, browsertest.Height), chromedp.Navigate(page)))
				assert.Zero(t, browsertest.Number(t, ctx, `document.querySelectorAll("script, img").length`), looks)
				assert.LessOrEqual(t, browsertest.Number(t, ctx, browsertest.Sideways), 0, looks)
				browsertest.SavePicture(t, ctx, looks)
				assert.Empty(t, browsertest.Audit(t, ctx, axe, 10), looks)
			}
		}
	}
}
