// Package desk is the reviewer's desk: the pages on which one reviewer looks at
// the files of a review, decides, signs off and releases, in a browser on the same
// machine.
//
// What it promises: it listens on the loopback interface alone and answers nobody
// who was not given the address that Serve tells once. A page asks for nothing but
// what this package serves, and works without scripts. Nothing of a file is ever
// given to the browser to run: names and cells are escaped, pictures are drawn
// anew, bytes are shown as digits. A page says "saved" after the review's store
// has said so, and never before; what was typed stays in the form until then.
//
// What the pages show holds certificates, and so hidden values. It is kept in no
// file and no cache.
package desk

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"tre-toolkit/internal/review"
)

// Options say how a desk is served.
type Options struct {
	// Port is the port to listen on; 0 takes a free one.
	Port int
	// Ready is told once where the desk is: an address that works once, for one
	// browser.
	Ready func(address string)
	// Bundles is the folder in which the page makes release bundles. Empty means
	// that it makes none, and tells the command that does.
	Bundles string
	// Ledger is the folder of the ledger that a release is written to, or empty.
	Ledger string
	// Now is the clock; time.Now when nil.
	Now func() time.Time
}

// Desk is the pages of one review for one person.
type Desk struct {
	review   *review.Review
	options  Options
	gate     *gate
	contents contents
	said     notices
}

// New returns the desk of somebody's review, which listens under host, such as
// "127.0.0.1:8080".
func New(r *review.Review, host string, options Options) *Desk {
	if options.Now == nil {
		options.Now = time.Now
	}
	return &Desk{review: r, options: options, gate: newGate(host)}
}

// Address is where a browser opens the desk. It works once.
func (d *Desk) Address() string { return d.gate.address() }

// Handler answers requests for the desk's pages.
func (d *Desk) Handler() http.Handler {
	mux := http.NewServeMux()
	for pattern, page := range map[string]func(http.ResponseWriter, *http.Request){
		"GET /{$}": d.overview, "GET /file": d.file, "GET /rows": d.rows, "GET /picture": d.picture,
		"GET /bytes": d.bytes, "GET /download": d.download, "GET /letter": d.letter, "GET /letter/{form}": d.letterFile, "GET /record": d.record,
		"POST /decide": d.decide, "POST /finish": d.finish, "POST /leave": d.leave, "POST /withdraw": d.withdraw,
		"POST /recheck": d.recheck, "POST /roles": d.roles, "POST /seal": d.seal, "POST /pulse": d.pulse,
	} {
		mux.HandleFunc(pattern, page)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		d.refuse(w, http.StatusNotFound, "There is no such page.")
	})
	return d.gate.guard(mux)
}

// Serve serves the desk on the loopback interface until the context ends, and lets
// go of what the reviewer has open. The error is nil then.
func Serve(ctx context.Context, r *review.Review, options Options) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(options.Port)))
	if err != nil {
		return err
	}
	desk := New(r, listener.Addr().String(), options)
	server := &http.Server{
		Handler: desk.Handler(), ReadHeaderTimeout: patience, IdleTimeout: 10 * patience, MaxHeaderBytes: 1 << 16,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), // it would quote what it was sent
	}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		stopped <- server.Shutdown(grace)
	}()
	if options.Ready != nil {
		options.Ready(desk.Address())
	}
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return errors.Join(err, r.Close())
	}
	if err := <-stopped; err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return errors.Join(err, r.Close())
	}
	return r.Close()
}

// patience is how long a browser may take to ask, and an answer to be finished
// when the program is to end.
const patience = 10 * time.Second
