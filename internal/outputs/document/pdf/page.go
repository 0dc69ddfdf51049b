package pdf

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"tre-toolkit/internal/outputs/document/unseen"
)

// run is a piece of text and where it stands on its page.
type run struct {
	x, y, size, width float64
	text              string
	unseen            bool
}

const (
	mostRuns  = 200_000
	mostForms = 12 // forms inside forms
)

// pages reads the text of every page, in the order of the file.
func (r *reader) pages() {
	for _, number := range r.order {
		page, ok := r.objects[number].value.(dictionary)
		if !ok || page["Type"] != name("Page") {
			continue
		}
		if len(r.Pages) == mostPages {
			r.Gap("it has more pages than are read")
			return
		}
		p := &painter{reader: r}
		resources := r.inherited(page, "Resources")
		for _, part := range r.contents(page["Contents"]) {
			p.paint(part, resources, 0)
		}
		r.Pages = append(r.Pages, lay(p.runs))
		if slices.ContainsFunc(p.runs, func(one run) bool { return one.unseen }) {
			r.Note(unseen.Words, "a page", "text that is drawn invisibly", "")
		}
	}
}

// contents returns the streams of a page: one, or several that follow each other.
func (r *reader) contents(value any) []object {
	var parts []object
	if ref, ok := value.(reference); ok {
		if o := r.objects[int(ref)]; o.stream != nil {
			return []object{o}
		}
	}
	for _, part := range r.list(value) {
		if ref, ok := part.(reference); ok {
			parts = append(parts, r.objects[int(ref)])
		}
	}
	return parts
}

// inherited looks a page's property up in the folders of pages above it.
func (r *reader) inherited(page dictionary, key string) dictionary {
	for range mostNesting {
		if found := r.dict(page[key]); found != nil {
			return found
		}
		if page = r.dict(page["Parent"]); page == nil {
			return nil
		}
	}
	return nil
}

// painter follows the text operators of page content. ISO 32000-2, 9.4.
type painter struct {
	*reader
	runs          []run
	font          *font
	known         map[name]*font // by the names that the current content uses
	size, leading float64
	matrix, line  [6]float64
	current       [6]float64
	stack         [][6]float64
	unseen        bool
}

var identity = [6]float64{1, 0, 0, 1, 0, 0}

func multiply(a, b [6]float64) [6]float64 {
	return [6]float64{
		a[0]*b[0] + a[1]*b[2], a[0]*b[1] + a[1]*b[3],
		a[2]*b[0] + a[3]*b[2], a[2]*b[1] + a[3]*b[3],
		a[4]*b[0] + a[5]*b[2] + b[4], a[4]*b[1] + a[5]*b[3] + b[5],
	}
}

func (p *painter) paint(o object, resources dictionary, depth int) {
	content, ok := p.unpack(o)
	if !ok || depth > mostForms {
		if o.stream != nil {
			p.Gap("a page's content is packed in a way that is not read")
		}
		return
	}
	if !p.spend(len(content)) {
		return
	}
	p.known = map[name]*font{}
	if depth == 0 && len(p.stack) == 0 {
		p.current = identity
	}
	parse := &parser{content: content}
	var operands []any
	for !parse.end() && len(p.runs) < mostRuns {
		value := parse.value(0)
		op, ok := value.(operator)
		if !ok {
			if operands = append(operands, value); len(operands) > 64 {
				operands = operands[1:]
			}
			continue
		}
		switch op {
		case "Do":
			p.form(operands, resources, depth)
		case "BI":
			p.Gap("its pictures were not read")
			skipImage(parse)
		default:
			p.operate(op, operands, resources)
		}
		operands = operands[:0]
	}
}

// skipImage passes over the bytes of a picture inside page content.
func skipImage(p *parser) {
	if end := strings.Index(string(p.content[p.at:min(len(p.content), p.at+1<<20)]), "EI"); end >= 0 {
		p.at += end + 2
	}
}

func (p *painter) form(operands []any, resources dictionary, depth int) {
	if len(operands) != 1 {
		return
	}
	key, _ := operands[0].(name)
	ref, ok := p.dict(resources["XObject"])[string(key)].(reference)
	if !ok {
		return
	}
	o := p.objects[int(ref)]
	dict, _ := o.value.(dictionary)
	switch dict["Subtype"] {
	case name("Image"):
		p.Gap("its pictures were not read")
	case name("Form"):
		if p.budget.Members--; p.budget.Members < 0 {
			p.Gap("it draws more forms than are read")
			return
		}
		own := p.dict(dict["Resources"])
		if own == nil {
			own = resources
		}
		before, fonts := p.current, p.known
		if m, ok := matrixOf(p.list(dict["Matrix"])); ok {
			p.current = multiply(m, p.current)
		}
		p.paint(o, own, depth+1)
		p.current, p.known = before, fonts
	}
}

func matrixOf(values []any) ([6]float64, bool) {
	var m [6]float64
	if len(values) < 6 {
		return m, false
	}
	for i := range m {
		n, ok := values[len(values)-6+i].(float64)
		if !ok {
			return m, false
		}
		m[i] = n
	}
	return m, true
}

func number(operands []any, fromEnd int) float64 {
	if fromEnd > len(operands) {
		return 0
	}
	n, _ := operands[len(operands)-fromEnd].(float64)
	return n
}

func (p *painter) operate(op operator, operands []any, resources dictionary) {
	switch op {
	case "q":
		if len(p.stack) < 1000 {
			p.stack = append(p.stack, p.current)
		}
	case "Q":
		if n := len(p.stack); n > 0 {
			p.current, p.stack = p.stack[n-1], p.stack[:n-1]
		}
	case "cm":
		if m, ok := matrixOf(operands); ok {
			p.current = multiply(m, p.current)
		}
	case "BT":
		p.matrix, p.line = identity, identity
	case "Tf":
		if len(operands) >= 2 {
			key, _ := operands[len(operands)-2].(name)
			if p.known[key] == nil {
				p.known[key] = p.fontOf(p.dict(resources["Font"])[string(key)])
			}
			p.font = p.known[key]
			p.size = number(operands, 1)
		}
	case "TL":
		p.leading = number(operands, 1)
	case "Tr":
		p.unseen = number(operands, 1) == 3
	case "Tm":
		if m, ok := matrixOf(operands); ok {
			p.matrix, p.line = m, m
		}
	case "Td":
		p.move(number(operands, 2), number(operands, 1))
	case "TD":
		p.leading = -number(operands, 1)
		p.move(number(operands, 2), number(operands, 1))
	case "T*":
		p.move(0, -p.leading)
	case "'", `"`:
		p.move(0, -p.leading)
		p.showAll(operands)
	case "Tj", "TJ":
		p.showAll(operands)
	}
}

func (p *painter) move(x, y float64) {
	p.line = multiply([6]float64{1, 0, 0, 1, x, y}, p.line)
	p.matrix = p.line
}

// showAll draws texts; numbers between them push the next one to the left by
// thousandths of the size.
func (p *painter) showAll(operands []any) {
	if len(operands) == 0 {
		return
	}
	parts, ok := operands[len(operands)-1].([]any)
	if !ok {
		parts = operands[len(operands)-1:]
	}
	for _, part := range parts {
		switch part := part.(type) {
		case text:
			p.show(part)
		case float64:
			p.matrix = multiply([6]float64{1, 0, 0, 1, -part / 1000 * p.size, 0}, p.matrix)
		}
	}
}

func (p *painter) show(t text) {
	decoded, width := p.font.decode(t)
	at := multiply(p.matrix, p.current)
	size := p.size * math.Hypot(at[0], at[1])
	if decoded != "" && size > 0 && !math.IsInf(size, 0) && !math.IsNaN(at[4]+at[5]+size) {
		p.runs = append(p.runs, run{at[4], at[5], size, width * size, decoded, p.unseen})
	}
	p.matrix = multiply([6]float64{1, 0, 0, 1, width * p.size, 0}, p.matrix)
}

// mostColumns is how far to the right a text may be laid.
const mostColumns = 400

// lay puts the runs of a page into lines, from the top down and from left to
// right, with blanks where the page has gaps.
func lay(runs []run) string {
	slices.SortStableFunc(runs, func(a, b run) int { return cmp.Compare(b.y, a.y) })
	var b strings.Builder
	for start := 0; start < len(runs); {
		end := start + 1
		for end < len(runs) && runs[start].y-runs[end].y <= 0.4*runs[start].size {
			end++
		}
		line := runs[start:end]
		if start > 0 && runs[start-1].y-line[0].y > 2.2*line[0].size {
			b.WriteByte('\n')
		}
		slices.SortStableFunc(line, func(a, b run) int { return cmp.Compare(a.x, b.x) })
		layLine(&b, line)
		start = end
	}
	return b.String()
}

// layLine writes one line; each text begins near the column that its place is,
// counted in letters of half its size.
func layLine(b *strings.Builder, line []run) {
	length, end := 0, 0.0
	blanks := func(n int) {
		b.WriteString(strings.Repeat(" ", n))
		length += n
	}
	for i, one := range line {
		letter := one.size * 0.5
		column := int(min(max(one.x/letter, 0), mostColumns))
		switch gap := one.x - end; {
		case i == 0:
			blanks(column)
		case gap > 1.5*letter:
			blanks(max(column-length, 2))
		case gap > 0.25*letter:
			blanks(1)
		}
		b.WriteString(one.text)
		length += utf8.RuneCountInString(one.text)
		end = one.x + one.width
	}
	b.WriteByte('\n')
}
