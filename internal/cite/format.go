package cite

import (
	"errors"
	"fmt"
	"strings"
)

// Format is a way to write a citation, by the name that the command line uses.
type Format string

const (
	// APAPage is the line that UK LLC's dataset pages print.
	APAPage Format = "apa-page"
	// CSLJSON is Citation Style Language JSON: an array, valid by its schema.
	CSLJSON Format = "csl-json"
	// BibTeX is for LaTeX with classic BibTeX styles.
	BibTeX Format = "bibtex"
	// RIS is for reference managers. Many split a name at its comma, so the
	// other formats keep an organisation's name better.
	RIS Format = "ris"
)

// Formats returns the formats in the order that help texts list them.
func Formats() []Format { return []Format{APAPage, CSLJSON, BibTeX, RIS} }

// ParseFormat reads the name of a format.
func ParseFormat(name string) (Format, error) {
	names := make([]string, 0, len(Formats()))
	for _, format := range Formats() {
		if string(format) == name {
			return format, nil
		}
		names = append(names, string(format))
	}
	return "", fmt.Errorf("%q is not a citation format: choose one of %s", name, strings.Join(names, ", "))
}

// Extension returns the ending of file names in the format, such as .bib.
func (f Format) Extension() string {
	switch f {
	case CSLJSON:
		return ".json"
	case BibTeX:
		return ".bib"
	case RIS:
		return ".ris"
	}
	return ".txt"
}

// Write returns a file with a citation of each work, in the order given. It
// refuses a work that cannot be cited (no title, a year or an address that is
// none) and an empty list. Every line ends, also the last.
func Write(format Format, works ...Work) ([]byte, error) {
	if len(works) == 0 {
		return nil, errors.New("there is no work to cite")
	}
	tidied := make([]Work, len(works))
	for i, work := range works {
		tidied[i] = work.tidy()
		if err := tidied[i].check(); err != nil {
			return nil, fmt.Errorf("work %d (%s): %w", i+1, work.key(), err)
		}
	}
	switch format {
	case APAPage:
		return writeAPAPage(tidied), nil
	case CSLJSON:
		return writeCSLJSON(tidied)
	case BibTeX:
		return writeBibTeX(tidied), nil
	case RIS:
		return writeRIS(tidied), nil
	}
	return nil, fmt.Errorf("%q is not a citation format", format)
}
