package review

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/document"
	"tre-toolkit/internal/outputs/notation"
	"tre-toolkit/internal/release"
)

// Content is one file as the check read it, with what was found in it.
// Certificates and intervals of hidden cells give hidden values away.
type Content struct {
	Item
	Check    int                  `json:"check"`    // the journal's entry of the check that all of this is of
	Parts    []Part               `json:"parts"`    // the file, then what is packed in it; none of what cannot be read
	Findings []outputs.Finding    `json:"findings"` // worst first, with certificates
	Hidden   []outputs.HiddenCell `json:"hidden"`   // what a reader can know of masked cells
	Guesses  []outputs.Guess      `json:"guesses"`  // what its tables were taken to mean
	Marks    []Mark               `json:"marks"`    // where in the tables the findings are
}

// Part is the file itself, or a file that is packed in it. The tables of a part
// that has several are named as findings name them.
type Part struct {
	Path string `json:"path"` // as findings name it
	document.Document
}

// Mark says where a finding is: by the indexes of the part, of the table in it, of
// the row among the table's rows and of the column. A row of -1 is the header, and
// a column of -1 the whole row.
type Mark struct {
	Finding int `json:"finding"` // index into Content.Findings
	Part    int `json:"part"`
	Table   int `json:"table"`
	Row     int `json:"row"`
	Column  int `json:"column"`
}

// Content reads one file under review. A file that is no longer the one that was
// checked is outputs.ErrChanged (INT001).
func (r *Review) Content(ctx context.Context, name string) (Content, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	s, err := r.current(ctx)
	if err != nil {
		return Content{}, err
	}
	file, known := s.file(name)
	if !known {
		return Content{}, errNotReviewed(name)
	}
	c := Content{Item: s.item(file, r.options.Me.Name), Check: s.checks, Findings: r.found.of[name], Hidden: r.found.hidden[name]}
	r.describe(&c.Item)
	for _, guess := range r.found.report.Guesses {
		if guess.File == notation.Printable(r.rawName(name)) || strings.HasPrefix(guess.File, notation.Printable(r.rawName(name))+"/") {
			c.Guesses = append(c.Guesses, guess)
		}
	}
	if file.SHA256 == "" {
		return c, nil
	}
	if err := r.read(&c); err != nil {
		return Content{}, err
	}
	for i, finding := range c.Findings {
		if mark, placed := c.markOf(finding); placed {
			mark.Finding = i
			c.Marks = append(c.Marks, mark)
		}
	}
	return c, nil
}

// read reads the file again, as the check did, and sees that it is the same.
func (r *Review) read(c *Content) error {
	limits := r.options.Limits.OrDefault()
	stream, err := outputs.Open([]string{r.options.Path}, r.rawName(c.Path))
	if err != nil {
		return err
	}
	defer stream.Close()
	most := limits.FileBytes
	if c.Bytes > most {
		most = limits.FirstBytes
	}
	var content bytes.Buffer
	sum, err := hashOf(io.MultiReader(io.TeeReader(io.LimitReader(stream, most), &content), stream))
	if err != nil {
		return err
	}
	if sum != c.SHA256 {
		return fmt.Errorf("%s: %w", notation.Printable(c.Path), outputs.ErrChanged)
	}
	raw := r.rawName(c.Path)
	doc := document.ReadPart(raw, content.Bytes(), c.Bytes, limits)
	if int64(content.Len()) == c.Bytes {
		doc = document.Read(raw, content.Bytes(), limits)
	}
	c.addPart(raw, doc)
	return nil
}

func (c *Content) addPart(name string, doc document.Document) {
	if len(doc.Tables) > 1 {
		for i, table := range doc.Tables {
			table.Name = document.TableName(i)
		}
	}
	members := doc.Members
	doc.Members = nil
	c.Parts = append(c.Parts, Part{notation.Printable(name), doc})
	for _, member := range members {
		c.addPart(name+"/"+member.Name, member.Document)
	}
}

// markOf finds the place of a finding: by its file, table, line and column.
func (c *Content) markOf(finding outputs.Finding) (Mark, bool) {
	for i, part := range c.Parts {
		if part.Path != finding.File {
			continue
		}
		for j, table := range part.Tables {
			if finding.Table != "" && finding.Table != table.Name {
				continue
			}
			if row, column, found := placeIn(table, finding); found {
				return Mark{Part: i, Table: j, Row: row, Column: column}, true
			}
		}
	}
	return Mark{}, false
}

func placeIn(table *document.Table, finding outputs.Finding) (row, column int, found bool) {
	column = slices.IndexFunc(table.Header, func(name string) bool { return finding.Column != "" && cleaned(name) == finding.Column })
	switch {
	case finding.Line > 0 && finding.Line == table.HeaderLine:
		return -1, column, true
	case finding.Line > 0:
		row = slices.IndexFunc(table.Rows, func(r document.Row) bool { return r.Line == finding.Line })
	case finding.Row != "":
		row = slices.IndexFunc(table.Rows, func(r document.Row) bool { return len(r.Cells) > 0 && cleaned(r.Cells[0]) == finding.Row })
	default:
		return -1, column, column >= 0
	}
	return row, column, row >= 0
}

func cleaned(name string) string {
	text, _ := notation.Clean(name)
	return notation.Printable(text)
}

// Raw opens the bytes of a file under review, as they are now.
func (r *Review) Raw(name string) (io.ReadCloser, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	s, err := r.standing()
	if err != nil {
		return nil, err
	}
	if _, known := s.file(name); !known {
		return nil, errNotReviewed(name)
	}
	return outputs.Open([]string{r.options.Path}, r.rawName(name))
}

// describe fills in what is not in the journal.
func (r *Review) describe(item *Item) {
	for _, part := range r.found.parts[item.Path] {
		if item.Read == "" || part.Read == outputs.NotAll || part.Read == outputs.Partly && item.Read == outputs.Fully {
			item.Read, item.Reason = part.Read, part.Reason
		}
		item.Tables, item.Rows = item.Tables+part.Tables, item.Rows+part.Rows
	}
	for _, finding := range r.found.of[item.Path] {
		switch finding.Severity {
		case outputs.Failed:
			item.Mend++
		case outputs.ForReview:
			item.Decide++
		default:
			item.Know++
		}
	}
}

// addFindings fills in what is not in the journal.
func (r *Review) addFindings(o *Overview) {
	o.Verdict, o.General = r.found.report.Verdict, r.found.general
	for i := range o.Files {
		r.describe(&o.Files[i])
	}
	if r.found.checks > 0 {
		return
	}
	o.Verdict = outputs.Safe
	for _, file := range o.Files {
		if file.Verdict == outputs.Fail || file.Verdict == outputs.Review && o.Verdict == outputs.Safe {
			o.Verdict = file.Verdict
		}
	}
}

// ErrNoEarlier is returned for a file of which nothing left before.
var ErrNoEarlier = errors.New("nothing of this file left before")

// Earlier is what the newest release before this one showed of the same file.
type Earlier struct {
	Release string        `json:"release"`
	Date    string        `json:"date"`
	File    string        `json:"file"`
	Same    bool          `json:"same"` // byte for byte
	Cells   []EarlierCell `json:"cells"`
}

// EarlierCell is one count as it was printed then and is now: a number or a mark.
// One of the two is empty where the cell is in one of them only.
type EarlierCell struct {
	Table   string `json:"table,omitempty"`
	Line    int    `json:"line,omitempty"` // of the file now
	Row     string `json:"row"`
	Column  string `json:"column"`
	Before  string `json:"before"`
	Now     string `json:"now"`
	Changed bool   `json:"changed"`
}

// Earlier finds a file in the release register, by its path, or else by its name
// in another folder, and lays its counts beside those of now. The error is
// ErrNoEarlier when there is none, or no register.
func (r *Review) Earlier(name string) (Earlier, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	printable := notation.Printable(r.rawName(name))
	for i := len(r.found.register.Releases) - 1; i >= 0; i-- {
		left := r.found.register.Releases[i]
		for _, same := range []func(string) bool{
			func(file string) bool { return file == printable },
			func(file string) bool { return path.Base(file) == path.Base(printable) },
		} {
			if at := slices.IndexFunc(left.Files, func(f release.File) bool { return same(f.Path) }); at >= 0 {
				return r.beside(left, left.Files[at], printable, name), nil
			}
		}
	}
	return Earlier{}, ErrNoEarlier
}

// beside lays the counts of a file then and now beside each other, in the order of
// now; what is gone follows.
func (r *Review) beside(left release.Release, then release.File, printable, name string) Earlier {
	e := Earlier{Release: string(left.Name), Date: left.Date, File: then.Path, Same: then.SHA256 == r.hashed[name].sha256, Cells: []EarlierCell{}}
	before := map[string]outputs.PublishedCell{}
	var order []string
	for _, held := range left.Tables {
		table := held.Open()
		for _, cell := range table.Cells {
			if key := keyOf(table.Table, cell); table.File == then.Path {
				before[key] = cell
				order = append(order, key)
			}
		}
	}
	for table := range r.found.published.Tables() {
		if table.File != printable {
			continue
		}
		for _, cell := range table.Cells {
			key := keyOf(table.Table, cell)
			e.Cells = append(e.Cells, beside(table.Table, cell, before[key]))
			delete(before, key)
		}
	}
	for _, key := range order {
		if cell, gone := before[key]; gone {
			e.Cells = append(e.Cells, EarlierCell{Row: cell.Row, Column: cell.Column, Before: printed(cell), Changed: true})
		}
	}
	return e
}

func beside(table string, now, then outputs.PublishedCell) EarlierCell {
	cell := EarlierCell{Table: table, Line: now.Line, Row: now.Row, Column: now.Column, Now: printed(now)}
	if then.Name != "" {
		cell.Before = printed(then)
	}
	cell.Changed = cell.Before != cell.Now
	return cell
}

func keyOf(table string, cell outputs.PublishedCell) string {
	return strings.Join([]string{table, cell.Row, cell.Column}, "\x1f")
}

// printed is a cell as it stands in its file: a number, or a mark.
func printed(cell outputs.PublishedCell) string {
	if cell.Masked {
		return cell.Mark
	}
	return fmt.Sprint(cell.Value)
}
