package cite

import "strings"

// field is a tag and its value; an empty value is not printed.
type field struct{ tag, value string }

func writeBibTeX(works []Work) []byte {
	return writeEntries(works, func(key string, work Work) string {
		return entry("misc", key, work.bibTeXFields())
	})
}

// writeEntries writes an entry of each work under a key of its own.
func writeEntries(works []Work, write func(key string, work Work) string) []byte {
	keys := make([]string, len(works))
	for i, work := range works {
		keys[i] = work.key()
	}
	entries := make([]string, len(works))
	for i, key := range distinct(keys, "-") {
		entries[i] = write(key, works[i])
	}
	return []byte(strings.Join(entries, "\n"))
}

func entry(kind, key string, fields []field) string {
	lines := []string{"@" + kind + "{" + key}
	for _, f := range fields {
		if f.value != "" {
			lines = append(lines, "  "+f.tag+" = {"+f.value+"}")
		}
	}
	return strings.Join(lines, ",\n") + "\n}\n"
}

// bibTeXFields says who publishes and which version twice: classic styles
// print the note of a @misc, reference managers read publisher and version. The
// field howpublished would be printed too, but pandoc takes it for a second
// publisher. Names and title stand in a second pair of braces, which keeps
// them whole and keeps their capitals. The doi and url are verbatim fields, in
// which nothing may be escaped.
func (w Work) bibTeXFields() []field {
	return []field{
		{"author", w.bibTeXAuthors()},
		{"title", protected(w.Title)},
		{"publisher", protected(w.Publisher)},
		{"note", w.bibTeXNote()},
		{"version", escapeTeX(w.Version)},
		{"year", w.yearText()},
		{"doi", w.DOI.String()},
		{"url", w.Link()},
		{"keywords", w.bibTeXKeywords()},
		{"language", escapeTeX(w.Language)},
		{"abstract", escapeTeX(w.Abstract)},
	}
}

func (w Work) bibTeXAuthors() string {
	names := make([]string, len(w.Creators))
	for i, creator := range w.Creators {
		names[i] = protected(creator.Name)
		if _, _, ok := creator.familyAndGiven(); ok {
			names[i] = escapeTeX(creator.Name)
		}
	}
	return strings.Join(names, " and ")
}

func (w Work) bibTeXNote() string {
	var parts []string
	if w.Version != "" {
		parts = append(parts, "Version "+w.Version)
	}
	if w.Publisher != "" {
		parts = append(parts, w.Publisher)
	}
	return escapeTeX(strings.Join(parts, ". "))
}

// bibTeXKeywords puts a keyword that holds the separator in braces.
func (w Work) bibTeXKeywords() string {
	words := make([]string, len(w.Keywords))
	for i, keyword := range w.Keywords {
		words[i] = escapeTeX(keyword)
		if strings.Contains(keyword, ",") {
			words[i] = protected(keyword)
		}
	}
	return strings.Join(words, ", ")
}

// protected puts a text in a pair of braces of its own.
func protected(text string) string {
	if text == "" {
		return ""
	}
	return "{" + escapeTeX(text) + "}"
}

var (
	texEscapes = []string{
		`\`, `\textbackslash{}`, `~`, `\textasciitilde{}`, `^`, `\textasciicircum{}`,
		`<`, `\textless{}`, `>`, `\textgreater{}`,
		`&`, `\&`, `%`, `\%`, `$`, `\$`, `#`, `\#`, `_`, `\_`,
	}
	texPaired   = strings.NewReplacer(append([]string{`{`, `\{`, `}`, `\}`}, texEscapes...)...)
	texUnpaired = strings.NewReplacer(append([]string{`{`, `\textbraceleft{}`, `}`, `\textbraceright{}`}, texEscapes...)...)
)

// escapeTeX makes a text stand for itself in TeX. BibTeX counts braces without
// regard to a backslash before them, so braces that do not pair up are named.
func escapeTeX(text string) string {
	if bracesPair(text) {
		return texPaired.Replace(text)
	}
	return texUnpaired.Replace(text)
}

// bracesPair holds when every brace has its partner, in order.
func bracesPair(text string) bool {
	depth := 0
	for _, r := range text {
		switch r {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth < 0 {
			return false
		}
	}
	return depth == 0
}
