// Package document reads finished files as a stranger would: their tables, the
// text around them, what stands behind a page's masked cells, and what a file
// carries that nobody sees when it is opened.
//
// It trusts nothing that the producer says and never fails: what it could not
// read is a gap, in words. Sizes and depths are bounded by Limits, nothing is
// run and nothing outside the given bytes is opened.
package document

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"

	"tre-toolkit/internal/outputs/document/packed"
	"tre-toolkit/internal/outputs/document/unseen"
)

// Limits bound what one check may read. What lies beyond is reported as not
// read. A field of zero means the default.
type Limits struct {
	FileBytes  int64 // of one file
	FirstBytes int64 // that are read of a larger file of text
	Files      int   // in all
	Cells      int   // table cells of one file
	Depth      int   // nesting of JSON, XML and HTML
	Members    int   // files, streams and parts that are packed in one file
	Unpacked   int64 // bytes that one file may unpack to
	Nesting    int   // archives inside archives
}

// DefaultLimits are generous for tables that people read.
var DefaultLimits = Limits{
	FileBytes: 64 << 20, FirstBytes: 8 << 20, Files: 20_000, Cells: 1_000_000, Depth: 200,
	Members: 20_000, Unpacked: 128 << 20, Nesting: 3,
}

// OrDefault gives the default to every limit that is not set.
func (l Limits) OrDefault() Limits {
	fill(&l.FileBytes, DefaultLimits.FileBytes)
	fill(&l.FirstBytes, min(DefaultLimits.FirstBytes, l.FileBytes))
	fill(&l.Files, DefaultLimits.Files)
	fill(&l.Cells, DefaultLimits.Cells)
	fill(&l.Depth, DefaultLimits.Depth)
	fill(&l.Members, DefaultLimits.Members)
	fill(&l.Unpacked, DefaultLimits.Unpacked)
	fill(&l.Nesting, DefaultLimits.Nesting)
	return l
}

func fill[T int | int64](value *T, otherwise T) {
	if *value == 0 {
		*value = otherwise
	}
}

// Document is what was read of one file.
type Document struct {
	Kind    string // what it is, in lower-case words: csv, html, xlsx, r data, ...
	Family  Family
	Claimed string // the kind that its name claims, where its content is of another
	Unread  string // why nothing of it was read; empty when something was
	Tables  []*Table
	Prose   []Prose
	Gaps    []string // what could not be read, in words
	Behind  []Behind
	Hidden  []Hidden
	Members []Member
}

// Behind is a number that stands behind a masked cell, where readers of the
// page's source find it.
type Behind struct {
	Cell, Attribute, Number string
}

// Hidden is something that a file carries and that is not seen when the file is
// opened as it is meant to be.
type Hidden struct {
	Where string // in the file
	What  string // never its value
	Class unseen.Class
}

// Member is a file that is packed in another.
type Member struct {
	Name string // as the other file has it; it may try to lead out of its folder
	Document
}

// Prose is a line of text outside tables.
type Prose struct {
	Line int
	Text string
}

// Table is a grid as it stands in the file.
type Table struct {
	File, Name string
	Header     []string
	HeaderLine int
	Rows       []Row
}

// Row is one row and the line it stands on; 0 where the format has none.
type Row struct {
	Line  int
	Cells []string // as written
}

// TableName names a table of a file that has several, counted from 0.
func TableName(index int) string { return fmt.Sprintf("table %d", index+1) }

// mostGaps bounds what is told of one file; a file with more is broken all over.
const mostGaps = 100

func (d *Document) gap(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if len(d.Gaps) < mostGaps && !slices.Contains(d.Gaps, text) {
		d.Gaps = append(d.Gaps, text)
	}
}

// mostHidden bounds the hidden things that are told of one file.
const mostHidden = 200

func (d *Document) hide(class unseen.Class, where, what string) {
	one := Hidden{where, what, class}
	if len(d.Hidden) < mostHidden && !slices.Contains(d.Hidden, one) {
		d.Hidden = append(d.Hidden, one)
	}
}

// Read reads a file's content. Its name says of what kind it should be, its
// first bytes of what kind it is.
func Read(name string, content []byte, limits Limits) Document {
	limits = limits.OrDefault()
	r := &reader{
		Document: &Document{}, limits: limits, nesting: limits.Nesting,
		budget: &packed.Budget{Members: limits.Members, Bytes: limits.Unpacked},
	}
	r.read(name, content)
	return *r.Document
}

// ReadPart reads the beginning of a file that is larger than is read whole. Text
// is read as far as its last whole line; of other kinds only the kind is told.
func ReadPart(name string, beginning []byte, size int64, limits Limits) Document {
	kind := KindOf(name)
	if sniff(beginning) != "" || !isText(beginning) || families[kind] != Output {
		doc := Read(name, beginning[:min(len(beginning), 1<<10)], limits)
		return Document{Kind: doc.Kind, Family: doc.Family, Claimed: doc.Claimed, Unread: fmt.Sprintf("it is larger than %d MB", limits.OrDefault().FileBytes>>20)}
	}
	if end := bytes.LastIndexByte(beginning, '\n'); end > 0 {
		beginning = beginning[:end+1]
	}
	doc := Read(name, beginning, limits)
	doc.Gaps = append(doc.Gaps, fmt.Sprintf("only its first %d of %d MB were read", len(beginning)>>20, size>>20))
	return doc
}

// reader reads one file and, within the same budget, what is packed in it.
type reader struct {
	*Document
	limits  Limits
	budget  *packed.Budget
	nesting int
}

func (r *reader) read(name string, content []byte) {
	named, found := KindOf(name), sniff(content)
	if named == "binary" && found == "" && isText(content) {
		named = ""
	}
	r.Kind, r.Family = named, families[named]
	switch {
	case found != "" && !agree(named, found):
		r.Claimed = named
		r.Kind, r.Family = found, families[found]
	case r.Kind == "" && found == "":
		r.unknown(name, content)
		return
	case r.Kind == "":
		r.Kind, r.Family = found, families[found]
	case found == "" && hasMagic[named]:
		r.Unread = "it is broken, or not of the kind that its name says"
		return
	}
	switch {
	case r.readKind(name, content):
	case r.Family == Archive:
		r.Unread = "archives of this kind are not opened"
	case r.Family != Output:
		r.Unread = sayFamily[r.Family]
	default:
		r.Unread = "this kind of file is not read"
	}
}

// readKind reads content of a kind that there is a reader for.
func (r *reader) readKind(name string, content []byte) bool {
	switch r.Kind {
	case "xlsx":
		r.readWorkbook(content, false)
	case "ods":
		r.readWorkbook(content, true)
	case "pdf":
		r.readPDF(content)
	case "png", "jpeg", "gif", "webp", "tiff":
		r.readPicture(content)
	case "zip":
		r.readZip(content)
	case "tar":
		r.readTar(content)
	case "word", "slides":
		r.readOffice(content)
	case "gzip", "bzip2", "zstandard":
		r.readCompressed(name, content)
	default:
		return r.readTextKind(content)
	}
	return true
}

// readTextKind reads the kinds of files that are text.
func (r *reader) readTextKind(content []byte) bool {
	read := map[string]func(string){
		"csv": r.readCSV, "tsv": r.readTSV, "markdown": r.readMarkdown, "json": r.readJSON, "json lines": r.readJSONLines,
		"html": r.readHTML, "text": r.readText, "log": r.readText, "org": r.readText, "restructuredtext": r.readText,
		"code": r.readCode, "notebook": r.readNotebook, "latex": r.readLaTeX, "rtf": r.readRTF,
		"xml": r.readXML, "svg": r.readSVG, "yaml": r.readSettings, "toml": r.readSettings, "citation": r.readCitation,
	}[r.Kind]
	if read == nil {
		return false
	}
	if !isText(content) {
		r.Claimed, r.Kind = r.Kind, "binary"
		r.Family = Data
		r.Unread = "its bytes are not text"
		return true
	}
	read(r.decode(content))
	return true
}

// unknown reads a file whose name and first bytes tell nothing: as text, if it
// is text.
func (r *reader) unknown(name string, content []byte) {
	if !isText(content) {
		r.Kind, r.Unread = strings.TrimPrefix(strings.ToLower(path.Ext(name)), "."), "this kind of file is not read"
		return
	}
	r.Kind = "text"
	r.gap("its name does not say what it is; it was read as text")
	r.readText(r.decode(content))
}

// attach reads a file that is packed in this one.
func (r *reader) attach(name string, content []byte, err error) {
	inner := &reader{Document: &Document{}, limits: r.limits, budget: r.budget, nesting: r.nesting - 1}
	switch {
	case err != nil:
		inner.Kind, inner.Unread = KindOf(name), err.Error()
	case r.nesting <= 0:
		inner.Kind, inner.Unread = KindOf(name), "it is packed more deeply than is read"
	default:
		inner.read(name, content)
	}
	r.Members = append(r.Members, Member{name, *inner.Document})
}
