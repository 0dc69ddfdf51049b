package desk

import (
	"crypto/rand"
	"sync"
)

// notices are what was done and is to be told on the next page, once.
type notices struct {
	mutex sync.Mutex
	kept  map[string]string
}

// mostNotices bounds those that no page asked for.
const mostNotices = 100

// keep keeps a notice and returns the name under which a page takes it.
func (n *notices) keep(text string) string {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	if n.kept == nil || len(n.kept) >= mostNotices {
		n.kept = map[string]string{}
	}
	name := rand.Text()
	n.kept[name] = text
	return name
}

func (n *notices) take(name string) string {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	text := n.kept[name]
	delete(n.kept, name)
	return text
}
