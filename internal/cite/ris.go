package cite

import "strings"

// writeRIS writes each tag on a line that ends in CR LF, also after the end of
// the last record. A tidied value is one line, so none can open or close a
// record.
func writeRIS(works []Work) []byte {
	var out strings.Builder
	for _, work := range works {
		for _, f := range work.risFields() {
			if f.value != "" {
				out.WriteString(f.tag + "  - " + f.value + "\r\n")
			}
		}
		out.WriteString("ER  - \r\n")
	}
	return []byte(out.String())
}

// risFields follows DataCite's order of tags, with ET for the version, which
// DataCite leaves out.
func (w Work) risFields() []field {
	fields := []field{{"TY", w.risType()}, {"T1", w.Title}}
	for _, creator := range w.Creators {
		fields = append(fields, field{"AU", creator.Name})
	}
	fields = append(fields, field{"DO", w.DOI.String()}, field{"UR", w.Link()}, field{"AB", w.Abstract})
	for _, keyword := range w.Keywords {
		fields = append(fields, field{"KW", keyword})
	}
	return append(fields,
		field{"PY", w.yearText()},
		field{"PB", w.Publisher},
		field{"LA", w.Language},
		field{"ET", w.Version},
	)
}

func (w Work) risType() string {
	if w.isDataset() {
		return "DATA"
	}
	return "GEN"
}
