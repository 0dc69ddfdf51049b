package desk

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/document"
	"tre-toolkit/internal/outputs/notation"
	"tre-toolkit/internal/review"
)

// sheet is a table of a file, or its lines, as rows that a page shows some of.
type sheet struct {
	ID     int // among the sheets of the file
	Part   string
	Name   string
	Lines  bool // it is lines of text, and no table
	Source bool // the lines are the file as it was written
	Header []string
	Roles  []string // of the columns, where they are known
	Widths []int    // of the columns, in characters
	rows   []document.Row
	refs   map[cellAt][]ref
	was    map[cellAt]string // what the last release showed, where it was another
	known  map[cellAt]string // what a reader can work out of a masked cell
}

// cellAt is a place in a sheet: row and column from 0; a row of -1 is the header,
// and a column of -1 stands for the row.
type cellAt struct{ row, column int }

// ref points from a cell to a finding.
type ref struct {
	Number   int // of the finding, from 1
	Severity outputs.Severity
	Anchor   bool // it is where links to the finding's place lead
}

// Sign tells severities apart where colours do not.
func (r ref) Sign() string {
	return map[outputs.Severity]string{outputs.Failed: "✕", outputs.ForReview: "?", outputs.Told: "i"}[r.Severity]
}

// Long reports whether a sheet has more rows than a page shows at once.
func (s *sheet) Long() bool { return len(s.rows) > mostRows }

// Len returns how many rows there are.
func (s *sheet) Len() int { return len(s.rows) }

const (
	mostRows   = 200 // of a sheet that is shown whole
	pageRows   = 100 // of a longer one on one page
	sliceRows  = 400 // that one request may ask for
	longestRow = 300 // characters of a cell that a row shows
	widest     = 48  // characters of a column
	narrowest  = 4
)

// row is one row as a page shows it.
type row struct {
	Index int // from 1, with the header
	At    int // from 0, without it
	Line  int
	Refs  []ref // of the row as a whole
	Cells []cell
}

type cell struct {
	Text string
	Cut  string // how long it is, when it is longer than is shown
	Refs []ref
	Was  string // what the last release showed
	New  bool   // the last release did not have it
	// Known is what a reader can work out of it, though it is masked.
	Known string
	Kind  string // what its column holds: count, label, ... or text
}

// Worst is the severity that a cell is marked with.
func (c cell) Worst() outputs.Severity { return worst(c.Refs) }

// Worst is the severity that a row is marked with.
func (r row) Worst() outputs.Severity { return worst(r.Refs) }

func worst(refs []ref) outputs.Severity {
	for _, severity := range []outputs.Severity{outputs.Failed, outputs.ForReview, outputs.Told} {
		if slices.ContainsFunc(refs, func(r ref) bool { return r.Severity == severity }) {
			return severity
		}
	}
	return ""
}

// slice returns some rows, as far as there are any.
func (s *sheet) slice(from, count int) []row {
	from = min(max(from, 0), len(s.rows))
	to := min(from+max(count, 0), len(s.rows))
	shown := make([]row, 0, to-from)
	for at := from; at < to; at++ {
		shown = append(shown, s.row(at))
	}
	return shown
}

func (s *sheet) row(at int) row {
	r := row{Index: at + 2, At: at, Line: s.rows[at].Line, Refs: s.refs[cellAt{at, -1}]}
	if s.Lines {
		r.Index = at + 1
	}
	for column := range s.Header {
		text := ""
		if column < len(s.rows[at].Cells) {
			text = s.rows[at].Cells[column]
		}
		c := cellOf(text)
		c.Refs = s.refs[cellAt{at, column}]
		if s.Roles != nil {
			c.Kind = s.Roles[column]
		}
		c.Known = s.known[cellAt{at, column}]
		was, changed := s.was[cellAt{at, column}]
		c.Was, c.New = notation.Printable(was), changed && was == ""
		r.Cells = append(r.Cells, c)
	}
	return r
}

// cellOf is a text as a cell shows it: what cannot be seen is written as its code.
func cellOf(text string) cell {
	if len(text) <= longestRow {
		return cell{Text: notation.Printable(text)}
	}
	end := longestRow
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return cell{Text: notation.Printable(text[:end]), Cut: plural(utf8.RuneCountInString(text), "character")}
}

// measure says how wide the columns must be.
func (s *sheet) measure() {
	s.Widths = make([]int, len(s.Header))
	for column, name := range s.Header {
		s.Widths[column] = min(max(utf8.RuneCountInString(name)+2, narrowest), widest/2)
	}
	for at := range s.rows {
		for column, text := range s.rows[at].Cells {
			if column < len(s.Widths) && len(text) > s.Widths[column] {
				s.Widths[column] = max(s.Widths[column], min(utf8.RuneCountInString(text[:min(len(text), 4*widest)]), widest))
			}
		}
	}
	s.widen()
}

// widen gives room to what stands beside the text of cells: what can be worked
// out, what there was before, and numbers of findings.
func (s *sheet) widen() {
	beside := map[int]int{} // characters, by column
	for at, known := range s.known {
		beside[at.column] = max(beside[at.column], utf8.RuneCountInString(known)+3)
	}
	for at, was := range s.was {
		beside[at.column] = max(beside[at.column], utf8.RuneCountInString(was)+6)
	}
	for at, refs := range s.refs {
		if at.column >= 0 {
			beside[at.column] = max(beside[at.column], 4*len(refs))
		}
	}
	for column, room := range beside {
		s.Widths[column] = min(s.Widths[column]+room, widest)
	}
}

// line returns the index of the row that stands on a line of the file, or -1.
func (s *sheet) line(number int) int {
	if number <= 0 {
		return -1
	}
	return slices.IndexFunc(s.rows, func(r document.Row) bool { return r.Line == number })
}

// tableSheet is a table of a file, with what was found in it.
func tableSheet(c *review.Content, part, table int) *sheet {
	from := c.Parts[part].Tables[table]
	s := &sheet{Name: from.Name, rows: from.Rows, refs: map[cellAt][]ref{}, was: map[cellAt]string{}, known: map[cellAt]string{}}
	if part > 0 {
		s.Part = c.Parts[part].Path
	}
	for _, name := range from.Header {
		cleaned, _ := notation.Clean(name)
		s.Header = append(s.Header, notation.Printable(cleaned))
	}
	for _, mark := range c.Marks {
		if mark.Part == part && mark.Table == table {
			at := cellAt{mark.Row, mark.Column}
			s.refs[at] = append(s.refs[at], ref{mark.Finding + 1, c.Findings[mark.Finding].Severity, true})
		}
	}
	s.tellKnown(c.Hidden, c.Parts[part].Path)
	for _, guess := range c.Guesses {
		if guess.File == c.Parts[part].Path && guess.Table == from.Name {
			s.Roles = rolesOf(guess, s.Header)
		}
	}
	return s
}

// rolesOf gives the roles of columns in the order of a header.
func rolesOf(guess outputs.Guess, header []string) []string {
	roles := make([]string, len(header))
	for i, name := range header {
		at := slices.IndexFunc(guess.Columns, func(column outputs.GuessedColumn) bool { return column.Name == name })
		if at >= 0 {
			roles[i] = guess.Columns[at].Role
		}
	}
	return roles
}

// tellKnown notes which masked cells of a sheet a reader can work out, or narrow
// down.
func (s *sheet) tellKnown(hidden []outputs.HiddenCell, file string) {
	for _, cell := range hidden {
		if cell.Certificate == "" || notation.Printable(cell.File) != file || cell.Table != s.Name {
			continue
		}
		at, column := s.line(cell.Line), slices.Index(s.Header, notation.Printable(cell.Column))
		if at >= 0 && column >= 0 {
			s.known[cellAt{at, column}] = interval(cell)
		}
	}
}

// compare notes which cells of a sheet the last release showed otherwise.
func (s *sheet) compare(earlier review.Earlier) {
	lines := map[int]int{}
	for at, r := range s.rows {
		if _, known := lines[r.Line]; !known && r.Line > 0 {
			lines[r.Line] = at
		}
	}
	for _, cell := range earlier.Cells {
		at, known := lines[cell.Line]
		column := slices.Index(s.Header, cell.Column)
		if cell.Changed && cell.Now != "" && cell.Table == s.Name && known && column >= 0 {
			s.was[cellAt{at, column}] = cell.Before
		}
	}
}

// textSheet is a file's lines, alone or beside what was read of them.
func textSheet(text string, c *review.Content, alone bool) *sheet {
	s := &sheet{Lines: true, Source: true, Header: []string{"text"}, refs: map[cellAt][]ref{}, was: map[cellAt]string{}}
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		s.rows = append(s.rows, document.Row{Line: i + 1, Cells: []string{strings.TrimSuffix(line, "\r")}})
	}
	for i, finding := range c.Findings {
		if at := finding.Line - 1; at >= 0 && at < len(s.rows) {
			place := cellAt{at, 0}
			s.refs[place] = append(s.refs[place], ref{i + 1, finding.Severity, alone})
		}
	}
	return s
}

// proseSheet is the lines of text between the tables of a file, as they were read.
func proseSheet(part string, prose []document.Prose, c *review.Content) *sheet {
	s := &sheet{Part: part, Lines: true, Header: []string{"text"}, refs: map[cellAt][]ref{}, was: map[cellAt]string{}}
	placed, onLine := map[int]bool{}, map[int][]ref{}
	for _, mark := range c.Marks {
		placed[mark.Finding] = true
	}
	for i, finding := range c.Findings {
		if !placed[i] && finding.Line > 0 {
			onLine[finding.Line] = append(onLine[finding.Line], ref{i + 1, finding.Severity, true})
		}
	}
	for at, line := range prose {
		s.rows = append(s.rows, document.Row{Line: line.Line, Cells: []string{line.Text}})
		if found := onLine[line.Line]; len(found) > 0 {
			s.refs[cellAt{at, 0}] = found
		}
	}
	return s
}

// place says in words where a finding is.
func place(f outputs.Finding) string {
	var parts []string
	if f.Table != "" {
		parts = append(parts, f.Table)
	}
	if f.Line > 0 {
		parts = append(parts, fmt.Sprintf("line %d", f.Line))
	}
	if f.Row != "" {
		parts = append(parts, "row "+f.Row)
	}
	if f.Column != "" {
		parts = append(parts, "column "+f.Column)
	}
	return notation.Printable(strings.Join(parts, ", "))
}
