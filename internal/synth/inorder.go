package synth

import (
	"context"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"
)

// inOrder makes the pages of all chunks on all processors and writes them one
// after the other, in the order of the chunks. newMaker is called once for each
// processor; pages are used again.
func inOrder[Page any](ctx context.Context, chunks int, newMaker func() func(chunk int, to *Page), write func(*Page) error) error {
	group, ctx := errgroup.WithContext(ctx)
	lanes := make([]chan *Page, runtime.GOMAXPROCS(0))
	pages := sync.Pool{New: func() any { return new(Page) }}
	for n := range lanes {
		lane := make(chan *Page, 2)
		lanes[n] = lane
		group.Go(func() error {
			fill := newMaker()
			for chunk := n; chunk < chunks; chunk += len(lanes) {
				made := pages.Get().(*Page)
				fill(chunk, made)
				select {
				case lane <- made:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return nil
		})
	}
	group.Go(func() error {
		for chunk := range chunks {
			select {
			case made := <-lanes[chunk%len(lanes)]:
				if err := write(made); err != nil {
					return err
				}
				pages.Put(made)
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	return group.Wait()
}
