package cite

import (
	"fmt"
	"strings"
)

// writeCFF writes the first work as the one to cite and the others as its
// references: a CITATION.cff speaks of one work. Its schema has a publisher
// only within a reference, so the first work stands in preferred-citation too.
func writeCFF(works []Work) []byte {
	var out strings.Builder
	first := works[0]
	y := yaml{&out, ""}
	y.put("cff-version", "1.2.0")
	y.put("message", cffMessage(len(works)))
	y.put("type", "dataset")
	first.putCFF(y)
	first.describeCFF(y)
	out.WriteString("preferred-citation:\n")
	first.putCFFReference(y.in("  "))
	for i, work := range works[1:] {
		if i == 0 {
			out.WriteString("references:\n")
		}
		out.WriteString("  -\n")
		work.putCFFReference(y.in("    "))
		work.describeCFF(y.in("    "))
	}
	return []byte(out.String())
}

func cffMessage(works int) string {
	if works == 1 {
		return "If you use this dataset, please cite it as below."
	}
	return "If you use this dataset, please cite it and the references as below."
}

// putCFF writes the fields that a CITATION.cff and its references share. Both
// must have an author, so DataCite's word for an unknown one may stand there.
func (w Work) putCFF(y yaml) {
	y.put("title", w.Title)
	y.line("authors:")
	for _, creator := range w.Creators {
		creator.putCFF(y)
	}
	if len(w.Creators) == 0 {
		Creator{Name: unavailable}.putCFF(y)
	}
	y.put("version", w.Version)
	y.put("doi", w.DOI.String())
	y.put("url", w.Link())
	if w.Issued.isDay() {
		y.put("date-released", w.Issued.String())
	}
}

// describeCFF writes what a catalogue wants to know besides.
func (w Work) describeCFF(y yaml) {
	y.put("abstract", w.Abstract)
	y.putAll("keywords", unique(w.Keywords))
}

func (w Work) putCFFReference(y yaml) {
	kind := "data"
	if !w.isDataset() {
		kind = "generic"
	}
	y.put("type", kind)
	w.putCFF(y)
	if w.year() != 0 {
		y.line(fmt.Sprintf("year: %d", w.year()))
	}
	if w.Publisher != "" {
		y.line("publisher:")
		y.in("  ").put("name", w.Publisher)
	}
	if cffLanguage.MatchString(w.Language) {
		y.putAll("languages", []string{w.Language})
	}
	y.put("copyright", w.Rights)
}

func (c Creator) putCFF(y yaml) {
	if family, given, ok := c.familyAndGiven(); ok {
		y.line("  - family-names: " + yamlText(family))
		y.in("    ").put("given-names", given)
		return
	}
	y.line("  - name: " + yamlText(c.Name))
}
