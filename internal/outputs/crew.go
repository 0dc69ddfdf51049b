package outputs

import (
	"maps"
	"runtime"
	"sync"

	"tre-toolkit/internal/outputs/document"
	"tre-toolkit/internal/outputs/layout"
)

// crew reads and checks files side by side, as many as there are processors. What
// each file gave is put together in the order in which the files were met, so that
// the answer is the same however many work on it.
type crew struct {
	busy  chan struct{}
	done  sync.WaitGroup
	parts []*check // by file, in order
}

func newCrew() *crew { return &crew{busy: make(chan struct{}, runtime.GOMAXPROCS(0))} }

// add has one file's part made, and waits while everybody is busy, so that no
// more files are in memory than are worked on.
func (w *crew) add(part *check, work func(part *check)) {
	w.parts = append(w.parts, part)
	w.busy <- struct{}{}
	w.done.Add(1)
	go func() {
		defer func() { <-w.busy; w.done.Done() }()
		work(part)
	}()
}

// guard does what is done for one file, so that a fault in a reader or in a check
// costs that file and not the answer for all others. What was found before the
// fault stays; what the fault says is not told, since it may hold what was read.
func (c *check) guard(path string, content []byte, size int64, work func()) {
	defer func() {
		if recover() == nil {
			return
		}
		found := c.findings
		*c = *c.child()
		c.findings = found
		c.skipped(path, document.KindOf(path), "FIL002", ForReview, "the reader stopped at a fault of its own")
		c.files[0].sized(content, size)
	}()
	work()
}

// child is a check of one file under the same rules and the same declaration.
func (c *check) child() *check {
	part := &check{options: c.options, policy: c.policy, policies: c.policies}
	part.makeMaps()
	return part
}

func (c *check) makeMaps() {
	c.audited, c.said = map[*layout.Model]audited{}, map[*layout.Model]DeclaredFile{}
	c.units, c.harmless = map[string][]*document.Table{}, map[string]bool{}
}

// gather waits for every file and puts together what was found.
func (c *check) gather() {
	c.crew.done.Wait()
	for _, part := range c.crew.parts {
		c.take(part)
	}
	c.crew.parts = nil
}

// take adds what one file gave.
func (c *check) take(part *check) {
	c.findings.take(part.findings)
	c.hidden = append(c.hidden, part.hidden...)
	c.files = append(c.files, part.files...)
	c.models = append(c.models, part.models...)
	c.labels = append(c.labels, part.labels...)
	c.measured = append(c.measured, part.measured...)
	maps.Copy(c.audited, part.audited)
	maps.Copy(c.said, part.said)
	maps.Copy(c.units, part.units)
	c.context.take(part.context)
	c.sizes = append(c.sizes, part.sizes...)
	c.guesses = append(c.guesses, part.guesses[:min(len(part.guesses), mostGuessedTables-len(c.guesses))]...)
	c.noted = c.noted || part.noted
	c.unnoted = append(c.unnoted, part.unnoted...)
}

func (f *findings) take(part findings) {
	if f.count == nil {
		f.count = map[[2]string]int{}
	}
	f.list = append(f.list, part.list...)
	for key, n := range part.count {
		f.count[key] += n
	}
}

func (s *contextSeen) take(part contextSeen) {
	if s.words == nil {
		s.words = map[string]bool{}
	}
	for word := range part.words {
		if len(s.words) > mostWords {
			break
		}
		s.words[word] = true
	}
	s.people = s.people || part.people
	s.unexplained = append(s.unexplained, part.unexplained...)
	s.silent = append(s.silent, part.silent...)
}
