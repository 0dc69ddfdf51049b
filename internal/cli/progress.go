package cli

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// Progress shows how far a piece of work has come: a bar on a terminal once the
// work has taken half a second, and nothing anywhere else.
type Progress struct {
	bar   *progressbar.ProgressBar
	start time.Time
	begun bool // a step is under way
}

const patience = 500 * time.Millisecond

// NewProgress returns the progress of work with a number of steps.
func NewProgress(streams Streams, steps int) *Progress {
	if !isTerminal(streams.Err) {
		return &Progress{}
	}
	bar := progressbar.NewOptions(steps,
		progressbar.OptionSetWriter(streams.Err),
		progressbar.OptionEnableColorCodes(os.Getenv("NO_COLOR") == ""),
		progressbar.OptionSetWidth(24),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetRenderBlankState(false),
	)
	return &Progress{bar: bar, start: time.Now()}
}

// Step says which step begins; the one before it is done then.
func (p *Progress) Step(name string) {
	if p.bar == nil {
		return
	}
	if time.Since(p.start) >= patience {
		p.bar.Describe(name)
	}
	if p.begun {
		_ = p.bar.Add(1) // a bar that cannot be drawn is no reason to stop
	}
	p.begun = true
}

// Done takes the bar away.
func (p *Progress) Done() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
