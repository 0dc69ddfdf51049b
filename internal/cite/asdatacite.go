package cite

import (
	"fmt"
	"strings"
	"unicode"
)

// writeAsDataCite writes what DataCite's content negotiation answers for the
// works: the landing page as the address, links as BibTeX keys, no version and
// next to no escaping in BibTeX and RIS, no line end after RIS and JSON. Blanks
// stay as the record has them. It differs in one thing: a value that could end
// its record is tamed, as in every profile.
func writeAsDataCite(format Format, works []Work) ([]byte, error) {
	kept := make([]Work, len(works))
	for i, work := range works {
		kept[i] = work.cleaned(oneLine)
	}
	switch format {
	case CSLJSON:
		return writeCSLAsDataCite(kept)
	case BibTeX:
		return joined(kept, "\n", Work.bibTeXAsDataCite), nil
	case RIS:
		return joined(kept, "\n\n", Work.risAsDataCite), nil
	}
	return nil, fmt.Errorf("DataCite does not answer in %s: its profile has csl-json, bibtex and ris", format)
}

// oneLine keeps the blanks of a text, and puts one in place of what may end a
// line, as of any control character.
func oneLine(text string) string {
	if fold(text) == "" {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}

func joined(works []Work, separator string, write func(Work) string) []byte {
	records := make([]string, len(works))
	for i, work := range works {
		records[i] = write(work)
	}
	return []byte(strings.Join(records, separator))
}

// writeCSLAsDataCite writes one object, or a list in which each stands at the
// margin.
func writeCSLAsDataCite(works []Work) ([]byte, error) {
	items := make([]string, len(works))
	for i, work := range works {
		item, err := writeJSON(work.cslAsDataCite())
		if err != nil {
			return nil, err
		}
		items[i] = strings.TrimSuffix(string(item), "\n")
	}
	if len(items) == 1 {
		return []byte(items[0]), nil
	}
	return []byte("[\n" + strings.Join(items, ",\n") + "\n]"), nil
}

func (w Work) cslAsDataCite() cslItem {
	item := w.cslItem(w.DOI.URL())
	item.Type, item.DOI, item.URL, item.Copyright, item.Custom = "dataset", w.DOI.ID(), w.URL, w.Rights, nil
	if !w.isDataset() {
		item.Type = "article"
	}
	return item
}

func (w Work) bibTeXAsDataCite() string {
	authors := make([]string, len(w.Creators))
	for i, creator := range w.Creators {
		authors[i] = "{" + contained(creator.Name) + "}"
		if _, _, ok := creator.familyAndGiven(); ok {
			authors[i] = contained(creator.Name)
		}
	}
	key := w.DOI.URL()
	if key == "" {
		key = w.key()
	}
	return entry("misc", key, []field{
		{"doi", w.DOI.ID()},
		{"url", w.URL},
		{"author", strings.Join(authors, " and ")},
		{"keywords", contained(strings.Join(w.Keywords, ", "))},
		{"language", contained(w.Language)},
		{"title", contained(w.Title)},
		{"publisher", contained(w.Publisher)},
		{"year", w.yearText()},
		{"copyright", contained(w.Rights)},
	})
}

// contained returns a value as it is while its braces pair for readers that
// mind a backslash and for those that do not, and escaped if not.
func contained(value string) string {
	risky := strings.Contains(value, `\{`) || strings.Contains(value, `\}`) || strings.HasSuffix(value, `\`)
	if risky || !bracesPair(value) {
		return escapeTeX(value)
	}
	return value
}

func (w Work) risAsDataCite() string {
	fields := []field{{"TY", w.risType()}, {"T1", w.Title}}
	for _, creator := range w.Creators {
		fields = append(fields, field{"AU", creator.Name})
	}
	fields = append(fields, field{"DO", w.DOI.ID()}, field{"UR", w.URL}, field{"AB", w.Abstract})
	for _, keyword := range w.Keywords {
		fields = append(fields, field{"KW", keyword})
	}
	fields = append(fields, field{"PY", w.yearText()}, field{"PB", w.Publisher}, field{"LA", w.Language})
	lines := make([]string, 0, len(fields)+1)
	for _, f := range fields {
		if f.value != "" {
			lines = append(lines, f.tag+"  - "+f.value)
		}
	}
	return strings.Join(append(lines, "ER  - "), "\r\n")
}
