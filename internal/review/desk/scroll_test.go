package desk

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/browsertest"
)

const (
	// watch collects how long the browser was busy at a stretch, for as long as a page lives.
	watch       = `window.busy = []; new PerformanceObserver(list => list.getEntries().forEach(task => busy.push(task.duration))).observe({type: "longtask", buffered: true}); 1`
	longestTask = `Math.round(Math.max(0, ...window.busy))`
	// roll scrolls through a table, a good deal each frame, to its end and back.
	roll = `new Promise(done => {
		const box = document.querySelector(".scroll[data-rows]"), end = box.scrollHeight - box.clientHeight;
		let frame = 0;
		const next = () => {
			frame++;
			box.scrollTop = frame < 60 ? frame * 137 : frame < 120 ? end * (frame - 60) / 60 : end * (180 - frame) / 60;
			if (frame < 180) requestAnimationFrame(next); else done(frame);
		};
		next();
	})`
)

// A table of 100,000 rows has a few hundred of them in the page at any time, and
// those that are looked at are the right ones. How long it takes is told and not
// judged: machines differ.
func TestALongTableScrolls(t *testing.T) {
	seat := newOffice(t, map[string]string{"long.csv": longTable(100_000)}).sit(t, "ada")
	ada := tab(t, browsertest.Open(t))
	ada.goTo(seat.Address())
	ada.goTo(seat.base + address("/file", "long.csv"))
	t.Logf("opened in %s ms, of which the program took %s ms", ada.is(`Math.round(performance.getEntriesByType("navigation")[0].loadEventEnd)`), ada.is(`Math.round(performance.getEntriesByType("navigation")[0].responseEnd)`))
	browsertest.Number(t, ada.ctx, watch)
	t.Logf("the longest task of opening took %s ms", ada.is(`new Promise(done => setTimeout(() => done(`+longestTask+`), 200))`))
	browsertest.Number(t, ada.ctx, `busy.length = 0; 1`)
	began := time.Now()
	_, err := chromedp.Run(ada.ctx, chromedp.Evaluate[int](roll, chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	t.Logf("180 frames of scrolling in %d ms; the longest task took %s ms", time.Since(began).Milliseconds(), ada.is(longestTask))

	const firstInSight = `[...document.querySelectorAll(".sheet tbody tr:not(.gap)")].find(row => row.getBoundingClientRect().bottom > document.querySelector(".scroll[data-rows] thead").getBoundingClientRect().bottom + 1)`
	for _, row := range []string{"1", "51234", "100000", "777", "99950"} {
		require.NoError(t, chromedp.Do(ada.ctx, chromedp.SetValue("[name=row]", row), chromedp.Click(".pager button")))
		ada.sees("row "+row, `[...document.querySelectorAll(".sheet tbody th")].some(cell => cell.textContent == String(`+row+` + 1) && cell.getBoundingClientRect().top < innerHeight)`)
		assert.Less(t, browsertest.Number(t, ada.ctx, `document.querySelectorAll(".sheet tbody tr").length`), 500)
		index := browsertest.Number(t, ada.ctx, `Number(`+firstInSight+`.getAttribute("aria-rowindex"))`)
		line := browsertest.Number(t, ada.ctx, `Number(`+firstInSight+`.querySelector("th").textContent)`)
		assert.Equal(t, index, line, "the header is row 1 and line 1")
	}
	assert.Equal(t, "100001", ada.is(`document.querySelector(".sheet table").getAttribute("aria-rowcount")`))
}

// From a finding far down a long table its cell is one key away.
func TestAFindingFarDownIsFound(t *testing.T) {
	table := longTable(2000) + "area 99999,2020,F,0 to 9,3,1000,500,30.1\n" + "area 99999,2020,M,0 to 9,140,1000,500,30.1\n"
	seat := newOffice(t, map[string]string{"long.csv": table}).sit(t, "ada")
	ada := tab(t, browsertest.Open(t))
	ada.goTo(seat.Address())
	ada.goTo(seat.base + address("/file", "long.csv"))
	ada.press("n", "g")
	ada.sees("the cell", `document.activeElement.id == "at-1" && document.activeElement.closest("td").textContent.startsWith("3")`)
	assert.Equal(t, "true", ada.is(`(box => box.top >= 0 && box.bottom <= innerHeight)(document.activeElement.getBoundingClientRect())`))
}

func TestAThousandFilesAreOnePage(t *testing.T) {
	seat := newOffice(t, manyFiles(1000)).sit(t, "ada")
	ada := tab(t, browsertest.Open(t))
	ada.goTo(seat.Address())
	ada.goTo(seat.base + "/")
	t.Logf("opened in %s ms, of which the program took %s ms; painted after %s ms", ada.is(`Math.round(performance.getEntriesByType("navigation")[0].loadEventEnd)`),
		ada.is(`Math.round(performance.getEntriesByType("navigation")[0].responseEnd)`), ada.is(`Math.round(performance.getEntriesByType("paint")[0].startTime)`))
	ada.reads("1000 of 1,000 files")
	ada.press("/", "table777.")
	ada.reads("1 of 1000 files")
	ada.press(kb.Escape, "j", "x", "c", "say whose they are")
	ada.save()
	ada.reads("Saved: request changes, on folder17/table777.csv.")
}
