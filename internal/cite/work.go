// Package cite writes citations of published datasets: one [Work], one writer
// per [Format].
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
	Name      string    // name in the TRE, such as NHSE_IAPT; the key while there is no DOI
	Creators  []Creator // in the order of the record
	Title     string    // the one field that a work must have
	Publisher string
	Year      int      // of publication; 0 when not known
	Version   string   // the bare number, such as 3
	DOI       DOI      // the zero DOI when none is minted
	URL       string   // landing page; cited only while there is no DOI
	Language  string   // such as en
	Keywords  []string // one subject each
	Rights    string   // the copyright statement
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

// yearText returns the year, or nothing when it is not known.
func (w Work) yearText() string {
	if w.Year == 0 {
		return ""
	}
	return strconv.Itoa(w.Year)
}

// check says why a tidied work cannot be cited.
func (w Work) check() error {
	if w.Title == "" {
		return errors.New("a work needs a title to be cited")
	}
	if w.Year < 0 || w.Year > 9999 {
		return fmt.Errorf("%d is not a year", w.Year)
	}
	if w.URL != "" && !isWebAddress(w.URL) {
		return fmt.Errorf("%q is not a web address", w.URL)
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
func (w Work) tidy() Work {
	texts := []*string{&w.Name, &w.Title, &w.Publisher, &w.Version, &w.URL, &w.Language, &w.Rights}
	for _, text := range texts {
		*text = fold(*text)
	}
	w.Creators = tidyCreators(w.Creators)
	w.Keywords = tidyKeywords(w.Keywords)
	return w
}

func tidyCreators(creators []Creator) []Creator {
	var tidied []Creator
	for _, creator := range creators {
		creator.Name = fold(creator.Name)
		if creator.Name != "" {
			tidied = append(tidied, creator)
		}
	}
	return tidied
}

func tidyKeywords(keywords []string) []string {
	var tidied []string
	for _, keyword := range keywords {
		if keyword = fold(keyword); keyword != "" {
			tidied = append(tidied, keyword)
		}
	}
	return tidied
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
	ok = ok && c.Personal && !strings.Contains(given, ",") && !strings.Contains(c.Name, " and ")
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
