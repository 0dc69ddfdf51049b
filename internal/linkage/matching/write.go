package matching

import (
	"fmt"
	"strconv"
	"strings"
)

// TOML writes the model as a file that [ParseModel] reads: the same model, the
// same bytes.
func (m Model) TOML() []byte {
	w := &tomlWriter{}
	w.comment("What the levels of a comparison are is said behind m, the chance of each in two", "records of one person; u is that in records of two people.")
	w.line("name = %s", quoted(m.Name))
	w.line("title = %s", quoted(m.Title))
	w.line("description = %s", quoted(m.Description))
	w.line("")
	w.line("id = %s", list(m.ID, quoted))
	for _, field := range m.Fields {
		w.field(field)
	}
	for _, comparison := range m.Comparisons {
		w.comparison(comparison)
	}
	w.line("\n[blocking]\nrules = [")
	for _, rule := range m.Rules {
		w.line("    %s,", list(rule, func(p Part) string { return quoted(p.String()) }))
	}
	w.line("]\nmost_pairs = %d", m.MostPairs)
	for _, pass := range m.Passes {
		w.pass(pass)
	}
	w.line("\n[decision]\nlink = %s\nreview = %s\nlead = %s", number(m.Decision.Link), number(m.Decision.Review), number(m.Decision.Lead))
	w.line("assignment = %s\nimplied_up_to = %d", quoted(string(m.Decision.Assignment)), m.Decision.ImpliedUpTo)
	if m.Trained() {
		w.line("\n[estimates]\nprior = %s\niterations = %d\nfiles = %s", number(m.Prior), m.Iterations, list(m.Files, quoted))
	}
	return []byte(w.text.String())
}

type tomlWriter struct{ text strings.Builder }

func (w *tomlWriter) line(format string, args ...any) { fmt.Fprintf(&w.text, format+"\n", args...) }

func (w *tomlWriter) comment(lines ...string) {
	for _, line := range lines {
		w.line("# %s", line)
	}
	w.line("")
}

func (w *tomlWriter) field(f Field) {
	w.line("\n[[fields]]\nname = %s\ncolumns = %s\nkind = %s", quoted(f.Name), list(f.Columns, quoted), quoted(string(f.Kind)))
	if len(f.Unknown) > 0 {
		w.line("unknown = %s", list(f.Unknown, quoted))
	}
}

func (w *tomlWriter) comparison(c Comparison) {
	w.line("\n[[comparisons]]\nfield = %s\nmethod = %s", quoted(c.Field), quoted(string(c.Method)))
	if len(c.AtLeast) > 0 {
		w.line("at_least = %s", list(c.AtLeast, number))
	}
	if len(c.AtMost) > 0 {
		w.line("at_most = %s", list(c.AtMost, strconv.Itoa))
	}
	if c.SwappedWith != "" {
		w.line("swapped_with = %s", quoted(c.SwappedWith))
	}
	if c.TermFrequency {
		w.line("term_frequency = true")
	}
	if len(c.M) == 0 {
		return
	}
	levels := c.Levels()
	w.line("m = [")
	for i, m := range c.M {
		w.line("    %s, # %s", number(m), levels[i])
	}
	w.line("]\nu = [")
	for _, u := range c.U {
		w.line("    %s,", number(u))
	}
	w.line("]")
}

func (w *tomlWriter) pass(p Pass) {
	w.line("\n[[passes]]\nstep = %s\nagree = %s", quoted(p.Step), list(p.Agree, quoted))
	if len(p.Partly) > 0 {
		w.line("partly = %s\nat_least = %d", list(p.Partly, quoted), p.AtLeast)
	}
}

func list[T any](values []T, write func(T) string) string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = write(value)
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

// number writes a number as TOML knows floats: with a point or an exponent.
func number(x float64) string {
	text := strconv.FormatFloat(x, 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return text
}

// quoted writes a TOML basic string.
func quoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
