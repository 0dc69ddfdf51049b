package desk

import (
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/document"
	"tre-toolkit/internal/outputs/notation"
	"tre-toolkit/internal/review"
	"tre-toolkit/internal/review/states"
)

// filePage shows one file: what is in it, what was found, what is decided.
type filePage struct {
	frame
	Item       review.Item
	Name       string
	ItemStamp  string
	Decisions  []choice
	Kept       kept
	Position   int
	Total      int
	Previous   string
	Next       string
	Undecided  string // the next file that the reviewer has not decided on
	Loaded     bool   // it is as it was checked, and shown
	Picture    bool
	Blocks     []block
	Source     *block
	Companions []companion
	Findings   []foundHere
	Hidden     []hiddenCell
	Unseen     []unseen
	Gaps       []string
	Tables     []guessed
	Earlier    *beside
	Decides    bool
	Reasons    []reason
}

// reason says why some decisions on the file need a comment.
type reason struct {
	Decisions []states.Decision
	Because   string
}

// Keys lists the decisions, for a script that shows what is needed for one.
func (r reason) Keys() string {
	var names []string
	for _, decision := range r.Decisions {
		names = append(names, string(decision))
	}
	return strings.Join(names, " ")
}

// Doing lists the decisions in words.
func (r reason) Doing() string {
	var words []string
	for _, decision := range r.Decisions {
		words = append(words, strings.ToLower(decisionWord(decision)))
	}
	return strings.Join(words, " or to ")
}

// block is a sheet as far as a page shows it.
type block struct {
	*sheet
	Path    string
	Stamp   string // of the content
	Rows    []row
	Wanted  int // the row that was asked for, from 1
	From    int // the first row shown, from 1
	To      int
	Before  string // the page of the rows before
	After   string
	HeadRef []headCell
}

// headCell is a column's name with what was found of it.
type headCell struct {
	Name, Role string
	Width      int
	Refs       []ref
}

// companion is another file of the review that may hold the counts behind a
// picture.
type companion struct {
	Name, URL string
	Blocks    []block
}

// foundHere is a finding as a page tells it.
type foundHere struct {
	outputs.Finding
	Number int
	Place  string
	Ref    ref
	Sheet  int
	Row    int
	URL    string // where it is marked, or empty
}

// hiddenCell is what a reader can know of a masked cell.
type hiddenCell struct {
	Place, Range, Certificate string
}

// unseen is something that a file carries and does not show.
type unseen struct{ Part, Where, What string }

func (d *Desk) file(w http.ResponseWriter, r *http.Request) {
	d.showFile(w, r, r.URL.Query().Get("path"), http.StatusOK, kept{}, nil)
}

func (d *Desk) showFile(w http.ResponseWriter, r *http.Request, name string, status int, typed kept, trouble *problem) {
	o, err := d.review.Overview(r.Context())
	if err != nil {
		d.fault(w, err)
		return
	}
	at := slices.IndexFunc(o.Files, func(item review.Item) bool { return item.Path == name })
	if at < 0 {
		d.refuse(w, http.StatusNotFound, "There is no such file under review.")
		return
	}
	page := filePage{frame: d.frame(r, o, notation.Printable(name)), Item: o.Files[at], Name: notation.Printable(name), ItemStamp: stampOfItem(o.Files[at]), Kept: typed}
	page.Problem, page.Decides = trouble, slices.Contains(o.May, states.Decide)
	page.neighbours(o.Files, at)
	page.offer()
	if c, err := d.load(r.Context(), name); err != nil {
		if page.Problem == nil {
			page.Problem = problemOf(err)
		}
	} else {
		page.show(c, r.URL.Query())
		page.Companions = d.companions(r, o, c)
	}
	render(w, status, "file", page)
}

// neighbours says which files come before and after.
func (p *filePage) neighbours(files []review.Item, at int) {
	p.Position, p.Total = at+1, len(files)
	if at > 0 {
		p.Previous = address("/file", files[at-1].Path)
	}
	if at+1 < len(files) {
		p.Next = address("/file", files[at+1].Path)
	}
	for i := range files {
		if other := files[(at+1+i)%len(files)]; other.Mine == nil && other.Path != files[at].Path {
			p.Undecided = address("/file", other.Path)
			return
		}
	}
}

// offer fills the form of the decision: with what was typed, or else with what the
// reviewer decided.
func (p *filePage) offer() {
	if p.Kept.Decision == "" && p.Kept.Comment == "" && p.Item.Mine != nil {
		p.Kept.Decision, p.Kept.Comment = p.Item.Mine.Decision, p.Item.Mine.Comment
	}
	p.Decisions = choices(p.Kept.Decision)
	for i := range p.Decisions {
		because, needed := p.Item.NeedsComment(p.Decisions[i].Decision)
		p.Decisions[i].Needs = needed
		if needed {
			p.explain(p.Decisions[i].Decision, because)
		}
		if p.Decisions[i].Decision == states.Approve {
			p.Decisions[i].Barred = p.Item.Stays
		}
	}
}

func (p *filePage) explain(decision states.Decision, because string) {
	at := slices.IndexFunc(p.Reasons, func(r reason) bool { return r.Because == because })
	if at < 0 {
		at = len(p.Reasons)
		p.Reasons = append(p.Reasons, reason{Because: because})
	}
	p.Reasons[at].Decisions = append(p.Reasons[at].Decisions, decision)
}

// pictureKinds are shown as pictures.
var pictureKinds = []string{"png", "jpeg", "gif", "svg"}

// show fills in what is in the file.
func (p *filePage) show(c *content, query url.Values) {
	p.Loaded = true
	p.Picture = c.SHA256 != "" && slices.Contains(pictureKinds, c.Kind)
	wanted, row := number(query.Get("sheet"), -1), number(query.Get("row"), 1)
	for _, s := range c.sheets {
		from := 0
		if s.ID == wanted {
			from = (row - 1) / pageRows * pageRows
		}
		one := c.block(s, from)
		if s.ID == wanted {
			one.Wanted = row
		}
		if s == c.source {
			p.Source = &one
			continue
		}
		p.Blocks = append(p.Blocks, one)
	}
	for i, finding := range c.Findings {
		p.Findings = append(p.Findings, p.found(c, i, finding))
	}
	for _, cell := range c.Content.Hidden {
		p.Hidden = append(p.Hidden, hiddenCell{
			Place:       place(outputs.Finding{Table: cell.Table, Line: cell.Line, Row: cell.Row, Column: cell.Column}),
			Range:       interval(cell),
			Certificate: notation.Printable(cell.Certificate),
		})
	}
	for i, part := range c.Parts {
		p.unseen(i, part)
	}
	for i, guess := range c.Guesses {
		p.Tables = append(p.Tables, guessedOf(i, guess))
	}
	if c.earlier != nil {
		p.Earlier = besideOf(*c.earlier)
	}
}

// unseen lists what a part carries beside what it shows, and what was not read.
func (p *filePage) unseen(at int, part review.Part) {
	name := ""
	if at > 0 {
		name = part.Path
	}
	for _, hidden := range part.Hidden {
		p.Unseen = append(p.Unseen, unseen{name, notation.Printable(hidden.Where), notation.Printable(hidden.What)})
	}
	for _, behind := range part.Behind {
		p.Unseen = append(p.Unseen, unseen{name, notation.Printable(behind.Attribute), "the number " + notation.Printable(behind.Number) + " behind a cell that shows " + notation.Printable(behind.Cell)})
	}
	prefix := ""
	if name != "" {
		prefix = name + ": "
	}
	if part.Unread != "" {
		p.Gaps = append(p.Gaps, prefix+"not read: "+notation.Printable(part.Unread))
	}
	for _, gap := range part.Gaps {
		p.Gaps = append(p.Gaps, prefix+notation.Printable(gap))
	}
}

func (p *filePage) found(c *content, i int, finding outputs.Finding) foundHere {
	finding.Message, finding.Certificate = notation.Printable(finding.Message), notation.Printable(finding.Certificate)
	f := foundHere{Finding: finding, Number: i + 1, Place: place(finding), Ref: ref{i + 1, finding.Severity, false}}
	id, row, marked := c.find(i + 1)
	if !marked {
		return f
	}
	f.Sheet, f.Row, f.URL = id, row, "#at-"+strconv.Itoa(i+1)
	if c.sheets[id].Long() {
		f.URL = address("/file", c.Path, "sheet", id, "row", row+1) + f.URL
	}
	return f
}

// block is a sheet from one of its rows on.
func (c *content) block(s *sheet, from int) block {
	b := block{sheet: s, Path: c.Path, Stamp: c.stamp}
	from = min(max(from, 0), max(s.Len()-1, 0))
	b.Rows = s.slice(from, mostRows)
	if s.Long() {
		b.Rows = s.slice(from, pageRows)
	}
	b.From, b.To = from+1, from+len(b.Rows)
	if from > 0 {
		b.Before = address("/file", c.Path, "sheet", s.ID, "row", max(from-pageRows, 0)+1) + "#sheet-" + strconv.Itoa(s.ID)
	}
	if b.To < s.Len() {
		b.After = address("/file", c.Path, "sheet", s.ID, "row", b.To+1) + "#sheet-" + strconv.Itoa(s.ID)
	}
	for column, name := range s.Header {
		head := headCell{Name: name, Width: s.Widths[column], Refs: s.refs[cellAt{-1, column}]}
		if s.Roles != nil {
			head.Role = s.Roles[column]
		}
		if column == 0 {
			head.Refs = append(slices.Clone(s.refs[cellAt{-1, -1}]), head.Refs...)
		}
		b.HeadRef = append(b.HeadRef, head)
	}
	return b
}

// rows answers with some rows of a sheet, for a page that scrolls.
func (d *Desk) rows(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	name, stamp := query.Get("path"), query.Get("stamp")
	c := d.contents.find(name, stamp)
	if c == nil {
		var err error
		if c, err = d.load(r.Context(), name); err != nil {
			d.answer(w, problemOf(err))
			return
		}
	}
	s := c.sheet(number(query.Get("sheet"), -1))
	if c.stamp != stamp || s == nil {
		d.answer(w, &problem{"The file was checked again meanwhile.", "Open the page anew.", "stale", http.StatusConflict})
		return
	}
	shown := s.slice(number(query.Get("from"), 0), min(number(query.Get("count"), 0), sliceRows))
	render(w, http.StatusOK, "rows", block{sheet: s, Path: c.Path, Rows: shown})
}

// companions finds the counts behind a picture: the tables of the files that bear
// its name but for the ending.
func (d *Desk) companions(r *http.Request, o review.Overview, c *content) []companion {
	if !slices.Contains(pictureKinds, c.Kind) && c.Kind != "pdf" {
		return nil
	}
	var list []companion
	for _, item := range o.Files {
		if item.Path == c.Path || stem(item.Path) != stem(c.Path) || item.Tables == 0 {
			continue
		}
		other, err := d.load(r.Context(), item.Path)
		if err != nil {
			continue // its own page says why
		}
		one := companion{Name: notation.Printable(item.Path), URL: address("/file", item.Path)}
		for _, s := range other.sheets {
			if !s.Lines {
				one.Blocks = append(one.Blocks, other.block(s, 0))
			}
		}
		list = append(list, one)
	}
	return list
}

// stem is a file's name without its ending, in lower case.
func stem(name string) string { return strings.ToLower(strings.TrimSuffix(name, path.Ext(name))) }

// number reads a number of an address; what is none is the other one.
func number(text string, otherwise int) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return otherwise
	}
	return n
}

// interval says between which numbers a hidden one lies.
func interval(cell outputs.HiddenCell) string {
	text := "at least " + strconv.FormatInt(cell.Lower, 10)
	if cell.Upper != nil {
		text = strconv.FormatInt(cell.Lower, 10)
		if *cell.Upper != cell.Lower {
			text += " to " + strconv.FormatInt(*cell.Upper, 10)
		}
	}
	if !cell.Proven {
		text += ", perhaps less"
	}
	return text
}

// mostProse is how many lines of text are shown as paragraphs; more are numbered.
const mostProse = 40

// IsProse reports whether a block is a few lines of text, to be shown as such.
func (b block) IsProse() bool {
	return b.Lines && !b.sheet.Source && b.Part == "" && b.Len() <= mostProse && !b.hasLongLines()
}

func (b block) hasLongLines() bool {
	return slices.ContainsFunc(b.rows, func(r document.Row) bool { return len(r.Cells[0]) > longestRow })
}
