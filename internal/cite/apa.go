package cite

import (
	"html/template"
	"slices"
	"strings"
)

// APALine returns the line that UK LLC's dataset page prints, as text: the
// first creator, year, title, publisher and DOI link, each closed by a full
// stop even where the value ends in one. It has no version and no "[Dataset]":
// it is the page's form, not the manual's.
func (w Work) APALine() string { return w.tidy().apaPageLine(plainMarks) }

// APALineHTML returns APALine as HTML: title and its stop in italics, the link
// to follow, all else escaped. A link that is no web address stays text.
func (w Work) APALineHTML() template.HTML { return template.HTML(w.tidy().apaPageLine(htmlMarks)) }

// apaPageLine returns the page's line of a tidied work.
func (w Work) apaPageLine(m marks) string {
	var parts []string
	if len(w.Creators) > 0 {
		parts = append(parts, m.text(w.Creators[0].Name)+".")
	}
	if w.yearText() != "" {
		parts = append(parts, "("+w.yearText()+").")
	}
	if w.Title != "" {
		parts = append(parts, m.title(w.Title+"."))
	}
	if w.Publisher != "" {
		parts = append(parts, m.text(w.Publisher)+".")
	}
	return m.line(append(parts, m.link(w.Link())))
}

// apaLine returns a tidied work's reference as the APA's manual has it:
// Author. (Year). Title (Version 3) [Dataset]. Publisher. Link. The title stands
// first where there is no author; a publisher who is the author is not named
// again; what ends in a stop gets no second one.
func (w Work) apaLine(m marks) string {
	author := w.apaAuthors()
	year := "(" + w.yearText() + ")."
	if w.yearText() == "" {
		year = "(n.d.)."
	}
	parts := []string{m.text(author) + stopAfter(author), year, w.apaTitle(m)}
	if author == "" {
		parts = []string{w.apaTitle(m), year}
	}
	if w.Publisher != "" && !w.publisherIsAuthor() {
		parts = append(parts, m.text(w.Publisher)+stopAfter(w.Publisher))
	}
	return m.line(append(parts, m.link(w.Link())))
}

func (w Work) apaTitle(m marks) string {
	bare := w.Title
	marked := m.title(w.Title)
	if w.Version != "" {
		bare = " (Version " + bareVersion(w.Version) + ")"
		marked += m.text(bare)
	}
	if w.isDataset() {
		bare = " [Dataset]"
		marked += m.text(bare)
	}
	return marked + stopAfter(bare)
}

// apaAuthors names up to twenty authors, or the first nineteen and the last. A
// comma parts initials from the "&"; two organisations have none.
func (w Work) apaAuthors() string {
	names := make([]string, len(w.Creators))
	for i, creator := range w.Creators {
		names[i] = creator.apaName()
	}
	switch last := len(names) - 1; {
	case last < 1:
		return strings.Join(names, "")
	case last == 1 && !slices.ContainsFunc(w.Creators, Creator.hasInitials):
		return names[0] + " & " + names[1]
	case last < 20:
		return strings.Join(names[:last], ", ") + ", & " + names[last]
	default:
		return strings.Join(names[:19], ", ") + ", . . . " + names[last]
	}
}

// apaName returns a person's family name and initials, or an organisation's
// name whole.
func (c Creator) apaName() string {
	family, given, ok := c.familyAndGiven()
	if !ok {
		return c.Name
	}
	return family + ", " + initials(given)
}

func (c Creator) hasInitials() bool {
	_, _, ok := c.familyAndGiven()
	return ok
}

// initials returns "J.-P. A." of "Jean-Paul Alain".
func initials(given string) string {
	words := strings.Fields(given)
	for i, word := range words {
		parts := strings.Split(word, "-")
		for j, part := range parts {
			for _, letter := range part {
				parts[j] = string(letter) + "."
				break
			}
		}
		words[i] = strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), "-")
	}
	return strings.Join(slices.DeleteFunc(words, func(word string) bool { return word == "" }), " ")
}

// stopAfter returns the full stop that a text still needs.
func stopAfter(text string) string {
	inner := strings.TrimRight(text, `"'”’`)
	if text == "" || strings.HasSuffix(inner, ".") || strings.HasSuffix(inner, "?") || strings.HasSuffix(inner, "!") {
		return ""
	}
	return "."
}

// publisherIsAuthor says that the one author and the publisher are one body,
// which may show its short name in one of the two places only, as in "UK
// Longitudinal Linkage Collaboration (UK LLC)".
func (w Work) publisherIsAuthor() bool {
	return len(w.Creators) == 1 && body(w.Creators[0].Name) == body(w.Publisher)
}

func body(name string) string {
	name = strings.TrimRight(strings.ToLower(name), ". ")
	if at := strings.LastIndex(name, " ("); at > 0 && strings.HasSuffix(name, ")") {
		name = name[:at]
	}
	return name
}

// bareVersion returns the number of "v0003" or "Version 3", and any other
// version as it is.
func bareVersion(version string) string {
	if parts := markedVersion.FindStringSubmatch(version); parts != nil {
		return parts[1]
	}
	return version
}
