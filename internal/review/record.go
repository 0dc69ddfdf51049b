package review

import (
	"context"
	_ "embed"
	"html/template"
	"io"
	"slices"

	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/review/states"
)

// record is a whole review as its page shows it.
type record struct {
	Overview
	Items   []recordItem
	History []Told
	Head    string // the hash of the journal's newest entry
	Colour  string
}

type recordItem struct {
	Item
	Votes    []Cast
	Findings []outputs.Finding // without certificates
}

var (
	//go:embed record.html.tmpl
	recordText string
	recordPage = template.Must(template.New("record").Funcs(pageFunctions).Parse(recordText))
)

// colours are the classes of the page's banner.
var colours = map[states.State]string{
	states.Approved: "safe", states.Released: "safe", states.Rejected: "fail", states.Withdrawn: "fail",
}

// Record writes the whole review as one page that needs nothing else, for the
// file: every file with its verdict and findings, every decision with its comment,
// everything that was done. It has no certificates, and tells the person of others'
// decisions what Overview does.
func (r *Review) Record(ctx context.Context, w io.Writer) error {
	o, err := r.Overview(ctx)
	if err != nil {
		return err
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	s, err := r.standing()
	if err != nil {
		return err
	}
	safe := r.found
	safe.report = safe.report.WithoutCertificates()
	r.assign(&safe)
	o.General = safe.general
	page := record{Overview: o, History: s.told, Head: s.head, Colour: colours[o.State]}
	if page.Colour == "" {
		page.Colour = "review"
	}
	for _, item := range o.Files {
		one := recordItem{Item: item, Findings: safe.of[item.Path]}
		if item.Mine != nil {
			one.Votes = append(one.Votes, Cast{o.Me, item.Mine.Decision, item.Mine.Comment})
		}
		one.Votes = slices.Concat(one.Votes, item.Others)
		page.Items = append(page.Items, one)
	}
	return recordPage.Execute(w, page)
}
