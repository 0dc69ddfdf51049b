package desk

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/document"
	"tre-toolkit/internal/outputs/notation"
	"tre-toolkit/internal/review"
)

// content is a file as the pages show it.
type content struct {
	review.Content
	stamp   string
	sheets  []*sheet // in the order in which they stand in the file
	source  *sheet   // the lines of a file that was read as something else
	earlier *review.Earlier
}

// contents keeps the files that were shown last, so that the rows that a reviewer
// scrolls to are not read from the disk again.
type contents struct {
	mutex sync.Mutex
	kept  []*content
}

// mostKept is how many files are kept: a reviewer goes back and forth between few.
const mostKept = 3

func (c *contents) find(path, stamp string) *content {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	at := slices.IndexFunc(c.kept, func(one *content) bool { return one.Path == path && one.stamp == stamp })
	if at < 0 {
		return nil
	}
	return c.kept[at]
}

func (c *contents) keep(one *content) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.kept = slices.DeleteFunc(c.kept, func(other *content) bool { return other.Path == one.Path })
	c.kept = append(c.kept, one)
	c.kept = c.kept[max(0, len(c.kept)-mostKept):]
}

// load reads a file as it was checked, and keeps it.
func (d *Desk) load(ctx context.Context, path string) (*content, error) {
	read, err := d.review.Content(ctx, path)
	if err != nil {
		return nil, err
	}
	c := &content{Content: read}
	c.stamp = digest([]any{read.CheckedFile, read.Findings, read.Guesses, read.Marks})
	if known := d.contents.find(path, c.stamp); known != nil {
		again := *known
		again.Item = read.Item
		c = &again
	} else if err := d.compose(c); err != nil {
		return nil, err
	}
	d.contents.keep(c)
	return c, nil
}

// plainKinds are shown as their lines, as they were written; of bookish ones the
// lines can be had besides.
var (
	plainKinds = []string{"code", "text", "log", "yaml", "toml", "citation", "latex", "org", "restructuredtext"}
	sourced    = []string{"html", "json", "json lines", "svg", "xml", "markdown", "notebook", "rtf"}
)

// mostSource is how much of a file is shown as lines.
const mostSource = 8 << 20

// compose makes the sheets of a file.
func (d *Desk) compose(c *content) error {
	if earlier, err := d.review.Earlier(c.Path); err == nil {
		c.earlier = &earlier
	}
	asLines := len(c.Parts) > 0 && slices.Contains(plainKinds, c.Kind)
	if asLines || slices.Contains(sourced, c.Kind) {
		text, err := d.read(c.CheckedFile, mostSource)
		if err != nil {
			return err
		}
		lines := textSheet(strings.ToValidUTF8(strings.TrimPrefix(string(text), "\ufeff"), "\ufffd"), &c.Content, asLines)
		if asLines {
			c.sheets = append(c.sheets, lines)
		} else {
			c.source = lines
		}
	}
	for part := range c.Parts {
		c.add(part, asLines && part == 0)
	}
	if c.source != nil {
		c.sheets = append(c.sheets, c.source)
	}
	for i, s := range c.sheets {
		s.ID = i
		if c.earlier != nil {
			s.compare(*c.earlier)
		}
		s.measure()
	}
	return nil
}

// add makes the sheets of one part: its tables and, between them, its text.
func (c *content) add(part int, tablesAlone bool) {
	from := c.Parts[part]
	prose := slices.Clone(from.Prose)
	slices.SortStableFunc(prose, func(a, b document.Prose) int { return cmp.Compare(a.Line, b.Line) })
	name := ""
	if part > 0 {
		name = from.Path
	}
	flush := func(before int) {
		end := len(prose)
		if before >= 0 {
			end = slices.IndexFunc(prose, func(p document.Prose) bool { return p.Line >= before })
		}
		if end < 0 {
			end = len(prose)
		}
		if end > 0 && !tablesAlone {
			c.sheets = append(c.sheets, proseSheet(name, prose[:end], &c.Content))
		}
		prose = prose[end:]
	}
	for table := range from.Tables {
		flush(firstLine(from.Tables[table]))
		c.sheets = append(c.sheets, tableSheet(&c.Content, part, table))
	}
	flush(-1)
}

// firstLine is the line on which a table begins; -1 where it has none.
func firstLine(t *document.Table) int {
	switch {
	case t.HeaderLine > 0:
		return t.HeaderLine
	case len(t.Rows) > 0 && t.Rows[0].Line > 0:
		return t.Rows[0].Line
	}
	return -1
}

// sheet returns a sheet by its number, or nothing.
func (c *content) sheet(id int) *sheet {
	if id < 0 || id >= len(c.sheets) {
		return nil
	}
	return c.sheets[id]
}

// find returns the sheet and the row in which a finding is marked.
func (c *content) find(finding int) (id, row int, found bool) {
	for _, s := range c.sheets {
		for at, refs := range s.refs {
			if slices.ContainsFunc(refs, func(r ref) bool { return r.Number == finding && r.Anchor }) {
				return s.ID, at.row, true
			}
		}
	}
	return 0, 0, false
}

// read reads the first bytes of a file and sees that the whole is what was
// checked.
func (d *Desk) read(file review.CheckedFile, most int64) ([]byte, error) {
	stream, err := d.review.Raw(file.Path)
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	hash := sha256.New()
	beginning, err := io.ReadAll(io.TeeReader(io.LimitReader(stream, most), hash))
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(hash, stream); err != nil {
		return nil, err
	}
	if hex.EncodeToString(hash.Sum(nil)) != file.SHA256 {
		return nil, fmt.Errorf("%s: %w", notation.Printable(file.Path), outputs.ErrChanged)
	}
	return beginning, nil
}
