package desk

import (
	"bytes"
	"fmt"
	"net/http"
	"path/filepath"

	"tre-toolkit/internal/outputs/notation"
	"tre-toolkit/internal/release"
	"tre-toolkit/internal/review"
	"tre-toolkit/internal/review/states"
	"tre-toolkit/internal/spec"
)

// sealing is the form of a release.
type sealing struct {
	Folder  string // in which the bundle is made; empty when the page makes none
	Release string
	Date    string
}

func (d *Desk) sealing(r *http.Request) sealing {
	form := sealing{Folder: notation.Printable(d.options.Bundles), Release: r.PostForm.Get("release"), Date: r.PostForm.Get("date")}
	if form.Date == "" {
		form.Date = d.options.Now().Format("2006-01-02")
	}
	return form
}

// seal makes the release bundle.
func (d *Desk) seal(w http.ResponseWriter, r *http.Request) {
	sealed, err := d.trySeal(r)
	d.act(w, r, err, kept{}, fmt.Sprintf("Released as %s, on %s.", sealed.Release, sealed.Date))
}

func (d *Desk) trySeal(r *http.Request) (review.Sealed, error) {
	name, err := release.ParseName(r.PostForm.Get("release"))
	if err != nil {
		return review.Sealed{}, refusal("release", err.Error(), "Name the release, such as 2026-spring.")
	}
	date, err := spec.ParseDate(r.PostForm.Get("date"))
	if err != nil {
		return review.Sealed{}, refusal("date", err.Error(), "")
	}
	if d.options.Bundles == "" {
		return review.Sealed{}, refusal("out", "No folder for bundles is named.", "tre-check seal makes the bundle.")
	}
	return d.review.Seal(r.Context(), review.SealOptions{Out: filepath.Join(d.options.Bundles, string(name)), Release: name, Date: date, Ledger: d.options.Ledger})
}

// hasLetter reports whether there is something to tell the researcher.
func hasLetter(o review.Overview) bool {
	switch o.State {
	case states.Returned, states.Approved, states.Rejected, states.Released:
		return true
	}
	return false
}

// letterPage shows the letter to the researcher.
type letterPage struct {
	frame
	Letter review.Letter
}

func (d *Desk) letter(w http.ResponseWriter, r *http.Request) {
	letter, err := d.review.Letter(r.Context())
	if err != nil {
		d.fault(w, err)
		return
	}
	o, err := d.review.Overview(r.Context())
	if err != nil {
		d.fault(w, err)
		return
	}
	render(w, http.StatusOK, "letter", letterPage{d.frame(r, o, "Letter to the researcher"), letter})
}

// letterFile gives the letter as a file.
func (d *Desk) letterFile(w http.ResponseWriter, r *http.Request) {
	letter, err := d.review.Letter(r.Context())
	if err != nil {
		d.fault(w, err)
		return
	}
	var text bytes.Buffer
	form := r.PathValue("form")
	switch form {
	case "letter.md":
		err = letter.Markdown(&text)
	case "letter.html":
		err = letter.HTML(&text)
	default:
		d.refuse(w, http.StatusNotFound, "The letter is letter.md or letter.html.")
		return
	}
	if err != nil {
		d.fault(w, err)
		return
	}
	attach(w, form, "application/octet-stream")
	_, _ = w.Write(text.Bytes()) // a browser that went away is told nothing
}

// record gives the record of the review as a file.
func (d *Desk) record(w http.ResponseWriter, r *http.Request) {
	var text bytes.Buffer
	if err := d.review.Record(r.Context(), &text); err != nil {
		d.fault(w, err)
		return
	}
	attach(w, "review.html", "application/octet-stream")
	_, _ = w.Write(text.Bytes())
}
