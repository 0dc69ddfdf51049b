package cite

// writeBibLaTeX writes an entry of each work, as biber's data model has it: a
// publisher belongs to a @dataset, an organization to a @misc.
func writeBibLaTeX(works []Work) []byte {
	return writeEntries(works, func(key string, work Work) string {
		if work.isDataset() {
			return entry("dataset", key, work.bibLaTeXFields("publisher"))
		}
		return entry("misc", key, work.bibLaTeXFields("organization"))
	})
}

func (w Work) bibLaTeXFields(publisher string) []field {
	return []field{
		{"author", w.bibTeXAuthors()},
		{"title", protected(w.Title)},
		{publisher, protected(w.Publisher)},
		{"version", escapeTeX(w.Version)},
		{"date", w.issued().String()},
		{"doi", w.DOI.String()},
		{"url", w.Link()},
		{"keywords", w.bibTeXKeywords()},
		{"language", escapeTeX(w.Language)},
		{"abstract", escapeTeX(w.Abstract)},
	}
}
