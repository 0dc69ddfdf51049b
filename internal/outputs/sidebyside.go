package outputs

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// sideBySide does work for every number below n, as much at once as there are
// processors. Each piece of work has a place of its own for what it finds, so that
// the answer does not depend on who was first.
func sideBySide(n int, work func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	if workers < 2 {
		for i := range n {
			work(i)
		}
		return
	}
	var next atomic.Int64
	var done sync.WaitGroup
	for range workers {
		done.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				work(i)
			}
		})
	}
	done.Wait()
}
