package cite

import (
	"fmt"
	"regexp"
	"strings"
)

const (
	livePrefix = "10.71760" // UK LLC's at DataCite
	testPrefix = "10.83126" // UK LLC's at DataCite's test service
)

// DOI is a digital object identifier: UK LLC's where [ParseDOI] made it, anyone's
// where [ParseAnyDOI] did. The zero DOI stands for a work that has none yet.
type DOI struct{ text string }

// suffixForm is what DataCite advises for a suffix. It leaves out every
// character that a citation format would have to escape.
var suffixForm = regexp.MustCompile(`^[A-Za-z0-9]([-._;()/:A-Za-z0-9]*[A-Za-z0-9])?$`)

// linkForm is the part of a DOI link before the DOI.
var linkForm = regexp.MustCompile(`(?i)^(doi:\s*|https?://(dx\.|www\.)?doi\.org/)`)

// prefixForm is a registrant's number.
var prefixForm = regexp.MustCompile(`^10\.[0-9]{4,9}(\.[0-9]+)?$`)

// ParseDOI reads a DOI of UK LLC written bare (10.71760/ukllc-dataset-00360-03),
// after "doi:", or as a doi.org link. Letter case is kept for display.
func ParseDOI(text string) (DOI, error) {
	doi, err := ParseAnyDOI(text)
	if err != nil {
		return DOI{}, err
	}
	if prefix := doi.prefix(); prefix != livePrefix && prefix != testPrefix {
		return DOI{}, fmt.Errorf("%q is not a DOI of UK LLC: its prefix is %s, not %s (or %s for tests)", text, prefix, livePrefix, testPrefix)
	}
	return doi, nil
}

// ParseAnyDOI reads a DOI of any registrant in the forms that [ParseDOI] reads.
// It refuses the rare ones with a character that some format has to escape.
func ParseAnyDOI(text string) (DOI, error) {
	trimmed := strings.TrimSpace(text)
	bare := linkForm.ReplaceAllString(trimmed, "")
	prefix, suffix, slash := strings.Cut(bare, "/")
	switch {
	case trimmed == "":
		return DOI{}, fmt.Errorf("a DOI is missing: write it as %s/ukllc-dataset-00360-03", livePrefix)
	case !strings.HasPrefix(bare, "10."):
		return DOI{}, fmt.Errorf("%q is not a DOI: one begins with 10. (after doi: or https://doi.org/)", text)
	case !slash:
		return DOI{}, fmt.Errorf("%q is not a DOI: it has no slash between prefix and suffix", text)
	case !prefixForm.MatchString(prefix):
		return DOI{}, fmt.Errorf("%q is not a DOI: its prefix is not 10. and the number of a registrant", text)
	case !suffixForm.MatchString(suffix):
		return DOI{}, fmt.Errorf("%q is not a DOI: its suffix must be letters, digits and -._;()/: with a letter or digit at either end", text)
	}
	return DOI{bare}, nil
}

// String returns the DOI bare, in the letter case that it was written in.
func (d DOI) String() string { return d.text }

// ID returns the DOI in small letters. Two DOIs with one ID are the same.
func (d DOI) ID() string { return strings.ToLower(d.text) }

// URL returns the https://doi.org link, or nothing for the zero DOI.
func (d DOI) URL() string {
	if d.IsZero() {
		return ""
	}
	return "https://doi.org/" + d.ID()
}

// IsZero says that the work has no DOI yet.
func (d DOI) IsZero() bool { return d.text == "" }

// IsTest says that the DOI was minted at DataCite's test service: it does not
// resolve, and nothing that is published may cite it.
func (d DOI) IsTest() bool { return strings.HasPrefix(d.text, testPrefix+"/") }

func (d DOI) prefix() string {
	prefix, _, _ := strings.Cut(d.text, "/")
	return prefix
}

func (d DOI) suffix() string {
	_, suffix, _ := strings.Cut(d.ID(), "/")
	return suffix
}
