package desk

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/browsertest"
	"tre-toolkit/internal/review"
	"tre-toolkit/internal/review/people"
)

// serveAs, in the environment, makes this test's program serve a desk until it is
// killed.
const serveAs = "DESK_SERVES"

// served is what a program that serves a desk is told.
type served struct {
	Files, Register, Private string
	Roster                   people.Roster
	Port                     int
}

func TestMain(m *testing.M) {
	if told := os.Getenv(serveAs); told != "" {
		if err := serveUntilKilled(told); err != nil {
			fmt.Println(err)
		}
		return
	}
	os.Exit(m.Run())
}

func serveUntilKilled(told string) error {
	var s served
	if err := json.Unmarshal([]byte(told), &s); err != nil {
		return err
	}
	me, err := people.Signing(s.Private)
	if err != nil {
		return err
	}
	o := &office{files: s.Files, register: s.Register, roster: s.Roster, authors: []string{"carol"}, me: map[string]people.Me{"ada": me}}
	r, err := review.Open(context.Background(), o.options("ada"))
	if err != nil {
		return err
	}
	return Serve(context.Background(), r, Options{Port: s.Port, Ready: func(address string) { fmt.Println(address) }})
}

// program is a desk in a process of its own.
type program struct {
	*exec.Cmd
	address string
	port    int
}

func (o *office) start(t *testing.T, port int) *program {
	t.Helper()
	told, err := json.Marshal(served{o.files, o.register, o.private["ada"], o.roster, port})
	require.NoError(t, err)
	p := &program{Cmd: exec.Command(os.Args[0])}
	p.Env = append(os.Environ(), serveAs+"="+string(told))
	out, err := p.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.Start())
	t.Cleanup(func() { p.kill() })
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan(), "the program serves")
	p.address = lines.Text()
	at, err := url.Parse(p.address)
	require.NoError(t, err, p.address)
	p.port, err = strconv.Atoi(at.Port())
	require.NoError(t, err, p.address)
	return p
}

// kill ends the program as a failing machine does, and waits until it is gone.
func (p *program) kill() {
	_ = p.Process.Kill() // it may be gone
	_ = p.Wait()         // it was killed
}

// decided is what stands in the review of the reviewer's decision on a file.
func (o *office) decided(t *testing.T, path string) *review.Vote {
	t.Helper()
	r, err := review.Look(t.Context(), o.options("ada"))
	require.NoError(t, err)
	overview, err := r.Overview(t.Context())
	require.NoError(t, err)
	for _, item := range overview.Files {
		if item.Path == path {
			return item.Mine
		}
	}
	return nil
}

func TestAKillBetweenClickAndSaveLosesNothing(t *testing.T) {
	o := newOffice(t, usual())
	browser := browsertest.Open(t)
	p := o.start(t, 0)
	ada := tab(t, browser)
	ada.goTo(p.address)
	page := "http://127.0.0.1:" + strconv.Itoa(p.port) + address("/file", "tables/leak.csv")
	ada.goTo(page)
	ada.press("a", "a comment of some length")

	writing := flock.New(filepath.Join(review.DefaultDir(o.files), "journal.lock"))
	held, err := writing.TryLock()
	require.NoError(t, err)
	require.True(t, held)
	ada.save()
	ada.reads("Saving…")
	time.Sleep(200 * time.Millisecond)
	assert.Equal(t, "-1", ada.is(`document.querySelector("#decide").innerText.indexOf("Saved")`), "not before it is on the disk")
	p.kill()
	require.NoError(t, writing.Unlock())
	ada.reads("The program does not answer")
	ada.reads("Not saved.")
	assert.Equal(t, "a comment of some length", ada.is(`document.querySelector("#comment").value`))
	assert.Nil(t, o.decided(t, "tables/leak.csv"))

	again := o.start(t, p.port)
	other := tab(t, browser)
	other.goTo(again.address)
	ada.save()
	ada.reads("Saved: approve, on tables/leak.csv.")
	assert.Equal(t, "a comment of some length", o.decided(t, "tables/leak.csv").Comment)
}

// Whatever moment the program dies at: what the page called saved is there.
func TestWhatAPageCalledSavedOutlivesAnyKill(t *testing.T) {
	o := newOffice(t, usual())
	browser := browsertest.Open(t)
	ada := tab(t, browser)
	saved := 0
	for round := range 8 {
		p := o.start(t, 0)
		ada.goTo(p.address)
		ada.goTo("http://127.0.0.1:" + strconv.Itoa(p.port) + address("/file", "tables/leak.csv"))
		comment := "round " + strconv.Itoa(round)
		require.NotEmpty(t, ada.is(`(document.querySelector("#comment").value = "", "cleared")`))
		ada.press("a", comment)
		ada.save()
		time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond)
		p.kill()
		ada.sees("an answer", `/Saved: |Not saved\./.test(document.querySelector("#decide .status").textContent)`)
		says := ada.is(`document.querySelector("#decide .status").textContent`)
		vote := o.decided(t, "tables/leak.csv")
		if says == "Saved: approve, on tables/leak.csv." {
			saved++
			require.NotNil(t, vote)
			assert.Equal(t, comment, vote.Comment)
		}
	}
	t.Logf("%d of 8 were called saved", saved)
}
