// Package cite reads and writes citations of published datasets: one [Work],
// one writer per [Format], and a reader each for CSL-JSON and DataCite JSON.
//
// It promises that the same works give the same bytes, that no value of a work
// can break out of its place in any format, that an organisation's name is
// never taken apart, and that nothing is invented: a work without a DOI, a
// year or a version is cited without one. It is pure: no files, no network.
package cite

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// Work is one published version of a dataset, as its citation metadata stood
// when they were taken. Texts may be as untidy as the registry keeps them:
// every writer folds white space and drops control characters.
type Work struct {
	Kind        string    // what it is when it is no dataset, such as freeze; empty for a dataset
	Name        string    // name in the TRE, such as NHSE_IAPT; the key while there is no DOI
	Creators    []Creator // in the order of the record
	Title       string    // the one field that a work must have
	Publisher   string
	PublisherID string   // an address that identifies the publisher, such as its ROR; mostly empty
	Year        int      // of publication; 0 when not known
	Issued      Date     // the day, where the record has one
	Version     string   // the bare number, such as 3
	DOI         DOI      // the zero DOI when none is minted
	URL         string   // landing page; cited only while there is no DOI
	Language    string   // such as en
	Keywords    []string // one subject each
	Abstract    string   // the record's description of the data
	Rights      string   // the copyright statement
}

// Creator is who made the dataset: an organisation unless it says otherwise.
type Creator struct {
	Name     string // a person's is "Family, Given", as DataCite keeps it
	Personal bool
}

// Organisations returns the named organisations as creators.
func Organisations(names ...string) []Creator {
	creators := make([]Creator, len(names))
	for i, name := range names {
		creators[i] = Creator{Name: name}
	}
	return creators
}

// Link returns the address that a reader should follow: the DOI's, or else the
// landing page, or else nothing.
func (w Work) Link() string {
	if w.DOI.IsZero() {
		return w.URL
	}
	return w.DOI.URL()
}

// year returns the year of publication, or else of issue, or else 0.
func (w Work) year() int {
	if w.Year == 0 {
		return w.Issued.year
	}
	return w.Year
}

// yearText returns the year, or nothing when it is not known.
func (w Work) yearText() string {
	if w.year() == 0 {
		return ""
	}
	return strconv.Itoa(w.year())
}

// issued returns the day, or else the year, or else nothing.
func (w Work) issued() Date {
	if w.Issued.IsZero() {
		return Date{year: w.Year}
	}
	return w.Issued
}

// isDataset says that the work is what this project cites most.
func (w Work) isDataset() bool { return w.Kind == "" }

// check says why a tidied work cannot be cited.
func (w Work) check() error {
	if w.Title == "" {
		return errors.New("a work needs a title to be cited")
	}
	if w.Year < 0 || w.Year > 9999 {
		return fmt.Errorf("%d is not a year", w.Year)
	}
	for _, address := range []string{w.URL, w.PublisherID} {
		if address != "" && !isWebAddress(address) {
			return fmt.Errorf("%q is not a web address", address)
		}
	}
	return nil
}

// isWebAddress holds for http and https addresses that can stand unescaped in
// every format.
func isWebAddress(address string) bool {
	unsafe := func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("\"<>\\^`{|}", r) }
	if strings.ContainsFunc(address, unsafe) {
		return false
	}
	parsed, err := url.Parse(address)
	return err == nil && (parsed.Scheme == "https" || parsed.Scheme == "http") && parsed.Host != ""
}

// tidy returns the work with each text folded to one clean line and empty
// creators and keywords left out.
func (w Work) tidy() Work { return w.cleaned(fold) }

// cleaned returns the work with each text cleaned and what is empty left out.
func (w Work) cleaned(clean func(string) string) Work {
	w.Kind, w.Name, w.Title, w.Abstract, w.Rights = clean(w.Kind), clean(w.Name), clean(w.Title), clean(w.Abstract), clean(w.Rights)
	w.Publisher, w.Version, w.Language = clean(w.Publisher), clean(w.Version), clean(w.Language)
	w.PublisherID, w.URL = fold(w.PublisherID), fold(w.URL)
	w.Creators = cleanedCreators(w.Creators, clean)
	w.Keywords = cleanedKeywords(w.Keywords, clean)
	return w
}

func cleanedCreators(creators []Creator, clean func(string) string) []Creator {
	var kept []Creator
	for _, creator := range creators {
		creator.Name = clean(creator.Name)
		if creator.Name != "" {
			kept = append(kept, creator)
		}
	}
	return kept
}

func cleanedKeywords(keywords []string, clean func(string) string) []string {
	var kept []string
	for _, keyword := range keywords {
		if keyword = clean(keyword); keyword != "" {
			kept = append(kept, keyword)
		}
	}
	return kept
}

// fold makes one line of a text: a run of white space or control characters
// becomes one blank, the ends are trimmed, bytes that are not UTF-8 are marked.
func fold(text string) string {
	blank := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "\uFFFD"), blank), " ")
}

// familyAndGiven returns the two parts of a person's name. A name in any other
// form is printed whole, as an organisation's is.
func (c Creator) familyAndGiven() (family, given string, ok bool) {
	family, given, ok = strings.Cut(c.Name, ", ")
	ok = ok && c.Personal && family != "" && !strings.HasSuffix(family, " ") && !strings.Contains(given, ",") && !strings.Contains(c.Name, " and ")
	return family, given, ok
}

// key names the work in a bibliography: the DOI's suffix, or else the name in
// the TRE and the version, in small letters, digits and hyphens.
func (w Work) key() string {
	switch {
	case !w.DOI.IsZero():
		return slug(w.DOI.suffix())
	case slug(w.Name) != "":
		return slug(w.Name + " " + w.Version)
	case slug(w.Title) != "":
		return slug(w.Title + " " + w.Version)
	}
	return "dataset"
}

// slug keeps letters and digits of ASCII and puts one hyphen for anything else.
func slug(text string) string {
	other := func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }
	return strings.Join(strings.FieldsFunc(strings.ToLower(text), other), "-")
}

// distinct returns the ids with a number put after each that was taken before.
func distinct(ids []string, separator string) []string {
	taken := map[string]bool{}
	unique := make([]string, len(ids))
	for i, id := range ids {
		candidate := id
		for n := 2; taken[candidate]; n++ {
			candidate = fmt.Sprint(id, separator, n)
		}
		taken[candidate] = true
		unique[i] = candidate
	}
	return unique
}
