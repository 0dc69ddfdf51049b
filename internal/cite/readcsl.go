package cite

import (
	"fmt"
	"regexp"
	"strings"
)

// cslRecord is what is read of an item of CSL-JSON, by its own schema and by
// DataCite's habits.
type cslRecord struct {
	Type       text
	ID         text
	Categories []text
	Keyword    text
	Language   text
	Author     []cslPerson
	Issued     *cslIssue
	Abstract   text
	DOI        text
	Publisher  text
	Title      text
	URL        text
	Copyright  text
	Version    text
	Custom     struct{ Copyright any }
}

type cslPerson struct {
	Literal, Family, Given, Suffix text
	Dropping                       text `json:"dropping-particle"`
	NonDropping                    text `json:"non-dropping-particle"`
}

type cslIssue struct {
	DateParts [][]text `json:"date-parts"`
	Raw       text
	Literal   text
}

func (r cslRecord) work(found *faults) Work {
	work := Work{
		Kind: r.kind(), Title: string(r.Title), Publisher: string(r.Publisher), Version: string(r.Version),
		DOI: r.doi(found), Language: string(r.Language), Abstract: string(r.Abstract), Rights: string(r.Copyright),
	}
	if address := found.address("URL", r.URL); !linkForm.MatchString(address) {
		work.URL = address
	}
	if rights, ok := r.Custom.Copyright.(string); ok && work.Rights == "" {
		work.Rights = rights
	}
	for _, person := range r.Author {
		work.Creators = append(work.Creators, person.creator())
	}
	for _, keyword := range append(r.Categories, cslKeywords(r.Keyword)...) {
		work.Keywords = append(work.Keywords, string(keyword))
	}
	work.Year, work.Issued = r.Issued.read(found)
	return work
}

// kind returns nothing of a dataset, or of an item that does not say.
func (r cslRecord) kind() string {
	if r.Type == "dataset" {
		return ""
	}
	return string(r.Type)
}

// doi returns the DOI of its own field, or else the one that the id is.
func (r cslRecord) doi(found *faults) DOI {
	if r.DOI == "" && linkForm.MatchString(fold(string(r.ID))) {
		return found.doi("id", r.ID)
	}
	return found.doi("DOI", r.DOI)
}

// creator returns a person of two parts, or else the name whole. A literal
// name is never taken apart.
func (p cslPerson) creator() Creator {
	family := fold(string(p.Dropping + " " + p.NonDropping + " " + p.Family))
	given := fold(string(p.Given))
	switch {
	case fold(string(p.Literal)) != "":
		return Creator{Name: string(p.Literal)}
	case family == "" || given == "":
		return Creator{Name: family + given, Personal: true}
	case fold(string(p.Suffix)) != "":
		return Creator{Name: family + ", " + fold(string(p.Suffix)) + ", " + given, Personal: true}
	}
	return Creator{Name: family + ", " + given, Personal: true}
}

// cslKeywords parts what CSL-JSON holds as one text.
func cslKeywords(list text) []text {
	var keywords []text
	for keyword := range strings.SplitSeq(string(list), ",") {
		keywords = append(keywords, text(keyword))
	}
	return keywords
}

// yearWithin finds the year in a date that people wrote.
var yearWithin = regexp.MustCompile(`\b[12][0-9]{3}\b`)

// read returns the year, and the date where the month or day is known too. Of
// a range it is the first date.
func (d *cslIssue) read(found *faults) (int, Date) {
	if d == nil {
		return 0, Date{}
	}
	if len(d.DateParts) > 0 && len(d.DateParts[0]) > 0 {
		return cslParts(d.DateParts[0], found)
	}
	for _, written := range []text{d.Raw, d.Literal} {
		if date, err := ParseDate(fold(string(written))); err == nil {
			return date.year, date
		}
		if year := yearWithin.FindString(string(written)); year != "" {
			return found.year("issued", text(year)), Date{}
		}
	}
	return 0, Date{}
}

// cslParts reads year, month and day, which some writers leave null or zero.
func cslParts(parts []text, found *faults) (int, Date) {
	known := []string{}
	for _, part := range parts {
		number := strings.TrimLeft(fold(string(part)), "0")
		if number == "" {
			break
		}
		known = append(known, fmt.Sprintf("%02s", number))
	}
	if len(known) == 0 {
		return 0, Date{}
	}
	known[0] = fmt.Sprintf("%04s", known[0])
	written := strings.Join(known, "-")
	date, err := ParseDate(written)
	if err != nil {
		found.add("issued.date-parts", err.Error(), "[[2024]], [[2024, 4]] or [[2024, 4, 26]]")
	}
	if date.month == 0 {
		return date.year, Date{}
	}
	return date.year, date
}
