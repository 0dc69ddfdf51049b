package report

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/browsertest"
	"tre-toolkit/internal/page/script"
)

// reader is a person in front of the report.
type reader struct {
	t    *testing.T
	ctx  context.Context
	page string
}

// reads opens a report in a browser, on a desktop by day.
func reads(t *testing.T, page string) reader {
	r := reader{t, browsertest.Open(t), browsertest.File(t, page)}
	require.NoError(t, chromedp.Do(r.ctx, browsertest.Command(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})))
	r.looks("", "light", "desktop")
	return r
}

// looks opens the page on a screen or on paper.
func (r reader) looks(medium, scheme, screen string) {
	r.t.Helper()
	require.NoError(r.t, chromedp.Do(r.ctx, browsertest.Seen(medium, scheme), chromedp.EmulateViewport(browsertest.Widths[screen], browsertest.Height)))
	r.goes("")
}

// goes opens the page anew at an address within it.
func (r reader) goes(hash string) {
	r.t.Helper()
	require.NoError(r.t, chromedp.Do(r.ctx, chromedp.Navigate("about:blank"), chromedp.Navigate(r.page+hash)))
	r.sees(painted)
}

// is returns what a script says of the page.
func (r reader) is(script string) string {
	r.t.Helper()
	text, err := chromedp.Run(r.ctx, chromedp.Evaluate[string](`Promise.resolve(`+script+`).then(String)`, chromedp.EvalAwaitPromise))
	require.NoError(r.t, err, script)
	return text
}

func (r reader) does(script string) {
	r.t.Helper()
	r.is(`(() => {` + script + `})()`)
}

// sees waits until a script says that the page shows something.
func (r reader) sees(script string) {
	r.t.Helper()
	for range 200 {
		if r.is(`Boolean(`+script+`)`) == "true" {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	require.Fail(r.t, "not seen: "+script, r.is(`location.href + "\n" + document.activeElement.outerHTML + "\n" + document.querySelector("main").innerText`))
}

// press presses keys one after the other. What is longer than a key is typed.
func (r reader) press(keys ...string) {
	r.t.Helper()
	browsertest.Press(r.t, r.ctx, keys...)
}

// tabsTo presses the tabulator until the focus is on what a selector matches. On
// the way, the focus is always on something that can be seen.
func (r reader) tabsTo(selector string) {
	r.t.Helper()
	for range 60 {
		r.press(kb.Tab)
		require.Equal(r.t, "true", r.is(focusInSight), "the focus was lost before "+selector)
		if r.is(`document.activeElement.matches(`+quoted(selector)+`)`) == "true" {
			return
		}
	}
	require.Fail(r.t, "not reached: "+selector)
}

const focusInSight = `document.activeElement !== document.body && document.activeElement.checkVisibility()`

func quoted(text string) string { return "`" + text + "`" }

// points moves the mouse to a place within an element, in hundredths of its size.
func (r reader) points(selector string, x, y int) {
	r.t.Helper()
	place := func(side, size string, share int) float64 {
		return float64(browsertest.Number(r.t, r.ctx, `(() => { const found = document.querySelector(`+quoted(selector)+`); found.scrollIntoView({block: "nearest"}); const box = found.getBoundingClientRect(); return Math.round(box.`+side+` + box.`+size+` * `+strconv.Itoa(share)+` / 100); })()`))
	}
	moved := input.DispatchMouseEventParams{Type: "mouseMoved", X: place("left", "width", x), Y: place("top", "height", y)}
	require.NoError(r.t, chromedp.Do(r.ctx, browsertest.Command(input.DispatchMouseEvent, moved)))
}

// noises are what a page that needs nothing never causes.
func (r reader) noises() *[]string {
	var lock sync.Mutex
	heard := []string{}
	add := func(text string) {
		lock.Lock()
		defer lock.Unlock()
		heard = append(heard, text)
	}
	require.NoError(r.t, chromedp.Listen(r.ctx, func(event any) {
		switch event := event.(type) {
		case *network.EventRequestWillBeSent:
			if url := event.Request.URL; !strings.HasPrefix(url, "file:") && url != "data:," && url != "about:blank" && !strings.HasPrefix(url, "blob:") {
				add("request: " + url)
			}
		case *runtime.EventConsoleAPICalled:
			add("console: " + string(event.Type))
		case *runtime.EventExceptionThrown:
			add("exception: " + event.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			add("log: " + event.Entry.Text)
		}
	}))
	return &heard
}

// shownTopic are what the reader has in front of them.
const (
	painted    = `!document.querySelector("main[aria-busy]")`
	shownTopic = `document.querySelector(".topic.open").id`
	firstChart = `document.querySelector(".topic.open .chart[data-form=line]")`
	atRest     = `new Promise(done => requestAnimationFrame(() => setTimeout(done)))`
)

// plainGround takes away the shadow at the edge of what scrolls: the checker
// measures no contrast on a gradient.
const plainGround = `document.querySelectorAll(".scroll").forEach(box => box.style.setProperty("background-image", "none"))`

func TestEveryTopicIsAccessible(t *testing.T) {
	axe := browsertest.Axe(t)
	n := newNation(t)
	n.drawMap()
	page := n.page(t)
	for screen := range browsertest.Widths {
		for _, scheme := range []string{"light", "dark"} {
			t.Run(screen+" "+scheme, func(t *testing.T) {
				r := reads(t, page)
				heard := r.noises()
				r.looks("", scheme, screen)
				for _, topic := range n.topics {
					r.audits(axe, topic.ID, strings.Join([]string{screen, scheme, topic.ID}, "_"))
				}
				assert.Empty(t, *heard)
			})
		}
	}
}

// audits looks at a topic as it opens, and with its tables open and a value told.
func (r reader) audits(axe, topic, name string) {
	r.t.Helper()
	r.goes("#topic=" + topic + "&level=ICB&org=QA1&kind=quarter")
	require.Equal(r.t, topic, r.is(shownTopic))
	r.does(plainGround)
	assert.Empty(r.t, browsertest.Audit(r.t, r.ctx, axe, 10), name)
	assert.Zero(r.t, browsertest.Number(r.t, r.ctx, browsertest.Sideways), name+" scrolls sideways")
	browsertest.SavePicture(r.t, r.ctx, name)

	r.does(`document.querySelectorAll(".topic.open .tools button[aria-expanded]").forEach(button => button.click())
		const stop = document.querySelector(".topic.open .stop"); if (stop) stop.focus({ focusVisible: true })`)
	charts := r.is(`document.querySelectorAll(".topic.open .drawing").length`)
	require.Equal(r.t, charts, r.is(`document.querySelectorAll(".topic.open .behind[open] tbody").length`), name)
	require.Equal(r.t, charts != "0", r.is(`document.querySelectorAll(".topic.open .tip:not([hidden])").length`) == "1", name)
	assert.Empty(r.t, browsertest.Audit(r.t, r.ctx, axe, 10), name+" with its tables open and a value told")
	assert.Zero(r.t, browsertest.Number(r.t, r.ctx, browsertest.Sideways), name+", open, scrolls sideways")
	browsertest.SavePicture(r.t, r.ctx, name+"_told")
}

func TestOrganisationsOpenAreAccessible(t *testing.T) {
	axe := browsertest.Axe(t)
	for _, scheme := range []string{"light", "dark"} {
		r := reads(t, newNation(t).page(t))
		r.looks("", scheme, "phone")
		r.goes("#level=ICB")
		r.does(`const field = document.querySelector("#pick-org"); field.focus(); field.value = "vale"; field.dispatchEvent(new Event("input"))`)
		r.press(kb.ArrowDown)
		assert.Empty(t, browsertest.Audit(t, r.ctx, axe, 10))
		browsertest.SavePicture(t, r.ctx, "options_"+scheme)
	}
}

func TestReaderWithAKeyboardAlone(t *testing.T) {
	r := reads(t, newNation(t).page(t))
	folder := r.downloads()
	r.tabsTo("#pick-level")
	r.press(kb.ArrowDown, kb.ArrowDown)
	r.sees(`document.querySelector("#said").textContent.includes("=Odd")`)
	r.press(kb.Tab)
	require.Equal(t, "pick-org", r.is(`document.activeElement.id`))
	r.press("brackenford vale", kb.ArrowDown, kb.Enter)
	r.sees(`document.querySelector("#said").textContent.includes("NHS Brackenford and Vale")`)
	require.Equal(t, "NHS Brackenford and Vale Integrated Care Board", r.is(`document.activeElement.value`), "the field keeps the focus and the whole name")

	r.tabsTo(".stop")
	assert.Contains(t, r.is(`document.activeElement.getAttribute("aria-label")`), "March 2024: Referrals received ", "the chosen period is where the walk begins")
	r.press(kb.ArrowLeft, kb.ArrowLeft)
	assert.Contains(t, r.is(`document.activeElement.getAttribute("aria-label")`), "January 2024: ")
	assert.Contains(t, r.is(firstChart+`.querySelector(".tip").innerText`), "January 2024")
	r.press(kb.Home)
	assert.Contains(t, r.is(`document.activeElement.getAttribute("aria-label")`), "April 2021: ")
	r.press(kb.Escape)
	assert.Equal(t, "true", r.is(firstChart+`.querySelector(".tip").hidden`))
	assert.Equal(t, "true", r.is(focusInSight))

	r.press("t")
	assert.Equal(t, "36", r.is(firstChart+`.querySelectorAll("tbody tr").length`))
	assert.Equal(t, "true", r.is(`document.activeElement.classList.contains("stop")`), "the focus stays in the chart")
	r.press("c")
	text := downloaded(t, filepath.Join(folder, "activity-trend_ICB_QA2_month.csv"))
	assert.Len(t, strings.Split(strings.TrimSpace(text), "\r\n"), 1+36*3)
	r.tabsTo("[data-key=activity-compare] select")
	r.press("t")
	assert.Equal(t, "false", r.is(`document.querySelector("[data-key=activity-compare] details").open`), "a letter in a picker picks")
	r.tabsTo("[data-key=activity-compare] .stop")
	r.press(kb.Home, kb.Enter)
	highest := r.is(`document.activeElement.dataset.key`)
	assert.Contains(t, r.is(`location.hash`), "org="+highest, "a bar chooses its organisation")
	assert.Equal(t, "true "+highest, r.is(`document.activeElement.getAttribute("aria-pressed") + " " + document.activeElement.dataset.key`), "and keeps the focus")

	r.tabsTo(".topic.open .pager [rel=next]")
	r.press(kb.Enter)
	r.sees(shownTopic + ` === "waits"`)
	assert.Equal(t, "Waiting times", r.is(`document.activeElement.textContent`), "the next page begins at its heading")
	assert.Contains(t, r.is(`location.hash`), "org="+highest, "and shows the same organisation")
}

// downloads lets the browser save files, and returns the folder that it saves in.
func (r reader) downloads() string {
	folder := r.t.TempDir()
	require.NoError(r.t, chromedp.Do(r.ctx, browsertest.Command(browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: "allow", DownloadPath: folder})))
	return folder
}

// downloaded waits for a file that has stopped to grow.
func downloaded(t *testing.T, path string) string {
	t.Helper()
	var before string
	for range 200 {
		content, err := os.ReadFile(path)
		if text := string(content); err == nil && text != "" && text == before {
			return text
		}
		before = string(content)
		time.Sleep(50 * time.Millisecond)
	}
	files, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	require.Fail(t, "not saved: "+path, files)
	return ""
}

func TestDownloadSaysWhatThePageShows(t *testing.T) {
	n := newNation(t)
	r := reads(t, n.page(t))
	folder := r.downloads()
	r.goes("#topic=activity&level=ICB&org=" + hiddenBoard + "&kind=year&measure=M031")
	r.does(`document.querySelector("[data-key=activity-compare] .tools button:nth-child(2)").click()`)
	lines := strings.Split(downloaded(t, filepath.Join(folder, "activity-compare_ICB_2023-24_M031.csv")), "\r\n")
	require.Len(t, lines, 1+boardCount+1)
	assert.Equal(t, "Period,Level,Organisation code,Organisation,Measure id,Measure name,Measure,Published value", lines[0])
	assert.Contains(t, lines, `2023-24,ICB,QZ2,"'=Odd ""Name"" & Sons <Board>",M031,Count_AccessingServices,Entered treatment,*`)
	assert.Regexp(t, `,\d+$`, lines[1], "the highest is first, as published")

	r.does(`document.querySelector("[data-key=activity-by] .tools button:nth-child(2)").click()`)
	text := downloaded(t, filepath.Join(folder, "activity-by_ICB_QZ2_2023-24_AgeBand_M031.csv"))
	assert.Contains(t, text, `Variable,Value of variable`)
	assert.Contains(t, text, `,Age band,All shown,`)

	r.goes("#quality")
	r.does(`document.querySelector("[data-key=agreement] .tools button").click()`)
	assert.Equal(t, "What,Number\r\nOne,25\r\nAnother,*\r\n", downloaded(t, filepath.Join(folder, "agreement.csv")), "a table that is no chart has its file too")
}

func TestAddressKeepsTheView(t *testing.T) {
	r := reads(t, newNation(t).page(t))
	const said, chosen = `document.querySelector("#said").textContent`, `[...document.querySelectorAll("#pickers select, #pickers input")].map(one => one.value).join(" | ")`
	r.goes("#topic=waits&kind=quarter&period=2023-24-q2&level=ICB&org=QA1&by=Gender&measure=M055")
	assert.Equal(t, "quarter | 2023-24-q2 | ICB | NHS Ashmere and Vale Integrated Care Board | Gender", r.is(chosen))
	assert.Equal(t, "Waiting times: NHS Ashmere and Vale Integrated Care Board, July to September 2023.", r.is(said))
	assert.Equal(t, "M055", r.is(`document.querySelector("[data-key=waits-compare] select").value`))

	r.does(`const kind = document.querySelector("#pick-kind"); kind.value = "month"; kind.dispatchEvent(new Event("change", { bubbles: true }))`)
	assert.Contains(t, r.is(`location.hash`), "kind=month&period=2023-09", "the newest month of the quarter")
	r.does(`const kind = document.querySelector("#pick-kind"); kind.value = "year"; kind.dispatchEvent(new Event("change", { bubbles: true }))`)
	assert.Contains(t, r.is(`location.hash`), "kind=year&period=2023-24")
	r.does(`history.back()`)
	r.sees(`document.querySelector("#pick-period").value === "2023-09"`)
	r.does(`history.forward()`)
	r.sees(`document.querySelector("#pick-period").value === "2023-24"`)

	r.goes("#topic=none&kind=week&period=2031-01&level=Galaxy&org=%3Cb%3E&by=Shoes&measure=M9")
	for _, wrong := range []string{"none", "week", "2031-01", "Galaxy", "<b>", "Shoes", "M9"} {
		assert.Contains(t, r.is(said), "“"+wrong+"”, which this report does not have.")
	}
	assert.Contains(t, r.is(said), "Activity: England, March 2024.")
	r.goes("#outcomes")
	assert.Equal(t, "outcomes", r.is(shownTopic), "an address of the page without its script is followed")
}

func TestLinkHoldsTheView(t *testing.T) {
	r := reads(t, newNation(t).page(t))
	assert.Empty(t, r.is(`location.hash`), "an address stays as it was opened")
	r.does(`document.querySelector("#pickers .link button").click()`)
	r.sees(`document.querySelector("#pickers .news").textContent`)
	assert.Equal(t, "#topic=activity&kind=month&period=2024-03&level=England&org=all&by=AgeBand", r.is(`location.hash`))
}

// TestReportOfStudies has one level, one period, no breakdown and another mark.
func TestReportOfStudies(t *testing.T) {
	r := reads(t, newNation(t).ofStudies().page(t))
	heard := r.noises()
	r.goes("")
	assert.Equal(t, "pick-period pick-org", r.is(`[...document.querySelectorAll("#pickers select, #pickers input")].filter(one => one.checkVisibility()).map(one => one.id).join(" ")`))
	assert.Equal(t, "0", r.is(`document.querySelectorAll("[data-form=by]").length`))
	assert.Contains(t, r.is(`document.querySelector("[data-key=activity-compare] .list [data-key='QZ2']").getAttribute("aria-label")`), "masked (<10)")
	assert.Contains(t, r.is(`document.querySelector("[data-key=activity-compare] .legend").textContent`), "<10 stands for a count of 1 to 9")
	r.does(`document.querySelector("#pick-org").focus()`)
	r.press("QA2", kb.Enter)
	assert.Contains(t, r.is(`document.querySelector("#said").textContent`), "NHS Brackenford and Vale Integrated Care Board, 1 April 2021 to 31 March 2024.")
	assert.Empty(t, *heard)
}

func TestWhatIsTypedIsFoundOrRefused(t *testing.T) {
	r := reads(t, newNation(t).page(t))
	const problem, invalid = `document.querySelector("#pick-org-problem").textContent`, `document.querySelector("#pick-org").getAttribute("aria-invalid")`
	r.goes("#level=ICB&org=QA1")
	r.does(`document.querySelector("#pick-org").focus()`)
	r.press("nowhere", kb.Tab)
	assert.Equal(t, "“nowhere” is in no name or code of these 42 organisations. NHS Ashmere and Vale Integrated Care Board is still shown.", r.is(problem))
	assert.Equal(t, "true", r.is(invalid))
	r.does(`document.querySelector("#pick-org").focus()`)
	r.press("dunmarsh", kb.Enter)
	assert.Contains(t, r.is(problem), "organisations: choose one.")
	r.press(kb.Escape)
	assert.Equal(t, "NHS Ashmere and Vale Integrated Care Board", r.is(`document.querySelector("#pick-org").value`))
	assert.Equal(t, "false", r.is(invalid))
	r.does(`document.querySelector("#pick-org").select()`)
	r.press("qb1", kb.Enter)
	assert.Contains(t, r.is(`location.hash`), "org=QB1", "a code will do")
}

func TestMaskedValuesAreGaps(t *testing.T) {
	r := reads(t, newNation(t).page(t))
	r.goes("#topic=activity&level=ICB&org=" + hiddenBoard)
	assert.Equal(t, "0 36", r.is(firstChart+`.querySelectorAll(".series[d^='M'], .plot .dot").length - `+firstChart+`.querySelectorAll(".swatch .series").length + " " + `+firstChart+`.querySelectorAll(".plot > .masked").length`))
	assert.Contains(t, r.is(firstChart+`.querySelector(".legend").textContent`), "* stands for a count of 0 to 4, or a percentage of as few")
	assert.NotEqual(t, "0", r.is(`document.querySelector("[data-key=activity-compare] .list").scrollTop`), "the chosen one is in sight")
	assert.Equal(t, "26", r.is(`document.querySelector("[data-key=activity-compare] [data-key='QZ2'] .masked").getAttribute("width")`), "as long as every other stub")
	assert.Contains(t, r.is(`document.querySelector("[data-key=activity-compare] [data-key='QZ2']").getAttribute("aria-label")`), "masked (*)")

	r.goes("#topic=activity&level=ICB&org=" + tinyBoard)
	apart := r.is(firstChart + `.querySelectorAll(".plot .dot").length`)
	assert.NotEqual(t, "0", apart, "a value with masked neighbours has a marker of its own")
}

func TestValuesAreToldAtThePointer(t *testing.T) {
	n := newNation(t)
	n.drawMap()
	r := reads(t, n.page(t))
	const tip = `document.querySelector("[data-key=activity-trend] .tip")`
	r.points("[data-key=activity-trend] [data-key='2023-05']", 50, 50)
	r.sees(`!` + tip + `.hidden && ` + tip + `.innerText.includes("May 2023")`)
	r.points("[data-key=activity-trend] .tip", 50, 50)
	time.Sleep(400 * time.Millisecond) // longer than a value stays when the pointer has left
	r.sees(`!` + tip + `.hidden && ` + tip + `.innerText.includes("May 2023")`)
	r.points("h1", 50, 50)
	r.sees(tip + `.hidden`)

	r.goes("#level=ICB&org=QA1")
	r.points("[data-key=activity-compare] .map [data-key='QC1']", 50, 50)
	r.sees(`document.querySelector("[data-key=activity-compare] .list [data-key='QC1']").classList.contains("on")`)
	r.does(`document.querySelector("[data-key=activity-compare] .map [data-key='QC1']").dispatchEvent(new MouseEvent("click", { bubbles: true }))`)
	assert.Contains(t, r.is(`location.hash`), "org=QC1", "a click on the map chooses")
}

func TestWholeScreen(t *testing.T) {
	r := reads(t, newNation(t).page(t))
	r.tabsTo(".stop")
	r.press("f")
	r.sees(`document.fullscreenElement === ` + firstChart)
	assert.Equal(t, "true", r.is(focusInSight))
	browsertest.SavePicture(t, r.ctx, "full")
	r.press("f")
	r.sees(`!document.fullscreenElement`)
	assert.Equal(t, "true", r.is(`document.activeElement.classList.contains("stop")`))
}

func TestPageWithoutItsScript(t *testing.T) {
	for screen := range browsertest.Widths {
		r := reads(t, newNation(t).page(t))
		require.NoError(t, chromedp.Do(r.ctx, browsertest.Command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})))
		r.looks("", "light", screen)
		assert.Equal(t, len(newNation(t).topics), browsertest.Number(t, r.ctx, `[...document.querySelectorAll(".topic")].filter(topic => topic.checkVisibility()).length`))
		assert.Equal(t, 1+7+boardCount, browsertest.Number(t, r.ctx, `document.querySelectorAll("#tables details").length`), "every figure is in a table")
		assert.Zero(t, browsertest.Number(t, r.ctx, browsertest.Sideways))
		browsertest.SavePicture(t, r.ctx, "plain_"+screen)
		browsertest.Number(t, r.ctx, browsertest.OpenEverything)
		assert.Zero(t, browsertest.Number(t, r.ctx, browsertest.Sideways))
	}
}

func TestPaper(t *testing.T) {
	n := newNation(t)
	n.drawMap()
	r := reads(t, n.page(t))
	for _, topic := range []string{"activity", "people"} {
		r.goes("#topic=" + topic + "&level=ICB")
		r.does(`dispatchEvent(new Event("beforeprint"))`)
		require.NoError(t, chromedp.Do(r.ctx, browsertest.Seen("print", "dark")))
		assert.Equal(t, "true", r.is(`[...document.querySelectorAll(".topic.open .behind tbody")].every(body => body.rows.length && body.checkVisibility())`))
		assert.Equal(t, "rgb(255, 255, 255)", r.is(`getComputedStyle(document.body).backgroundColor`))
		browsertest.SavePicture(t, r.ctx, "paper_"+topic)
		r.does(`dispatchEvent(new Event("afterprint"))`)
		assert.Equal(t, "0", r.is(`document.querySelectorAll(".behind[open]").length`))
	}
}

// TestTimeFromChoiceToPicture tells how long a reader waits; it asserts nothing of it.
func TestTimeFromChoiceToPicture(t *testing.T) {
	n := newNation(t)
	n.drawMap()
	page := n.page(t)
	r := reads(t, page)
	t.Logf("page: %d kB, script %d kB, style %d kB", len(page)/1000, len(script.Report)/1000, len(style)/1000)
	r.sees(`performance.getEntriesByName("first-contentful-paint").length`)
	t.Logf("first paint: %s ms", r.is(`Math.round(performance.getEntriesByName("first-contentful-paint")[0].startTime)`))
	const choose = `async (picker, values) => {
		const laid = [], seen = [], whole = [], select = document.querySelector(picker);
		for (let i = 0; i < 20; i++) {
			const from = performance.now();
			select.value = values[i % 2];
			select.dispatchEvent(new Event("change", { bubbles: true }));
			document.body.offsetHeight;
			laid.push(performance.now() - from);
			await ` + atRest + `;
			seen.push(performance.now() - from);
			while (!(` + painted + `)) await ` + atRest + `;
			whole.push(performance.now() - from);
		}
		const median = times => times.sort((a, b) => a - b)[10].toFixed(0);
		return "first " + laid[0].toFixed(0) + " ms; of twenty, half within " + median(laid) + " ms to layout, " + median(seen) + " ms to the next frame and " + median(whole) + " ms to the last chart out of sight; longest " + Math.max(...laid).toFixed(0);
	}`
	for _, step := range [][3]string{{"#pick-level", "ICB", "England"}, {"#pick-level", "Region", "ICB"}, {"#pick-kind", "quarter", "month"}, {"#pick-period", "2021-05", "2023-04"},
		{"#pick-by", "EthnicGroup", "AgeBand"}, {"[data-key=activity-compare] select", "M031", "M001"}, {"#pick-kind", "month", "year"}} {
		t.Logf("%s to %s and %s: %s", step[0], step[1], step[2], r.is(`(`+choose+`)("`+step[0]+`", ["`+step[1]+`", "`+step[2]+`"])`))
	}
	assert.Contains(t, r.is(`location.hash`), "level=ICB")
}
