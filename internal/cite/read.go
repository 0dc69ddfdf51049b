package cite

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// Fault is one thing that keeps a record from being read.
type Fault struct {
	Line   int    // in the file, where the record begins or the JSON breaks
	Record int    // counted from 1; 0 when it concerns the file as a whole
	Field  string // such as doi or titles[0].title; may be empty
	Reason string
	Hint   string // how to mend it; may be empty
}

// String returns the fault with its place.
func (f Fault) String() string {
	place := fmt.Sprintf("line %d", f.Line)
	if f.Record > 0 {
		place += fmt.Sprintf(": record %d", f.Record)
	}
	if f.Field != "" {
		place += ": " + f.Field
	}
	return place + ": " + f.Reason
}

// Unreadable is the error of a file of which no work was taken, because at
// least one of its records has a fault. All faults are in it.
type Unreadable struct{ Faults []Fault }

// Error returns a line a fault.
func (e *Unreadable) Error() string {
	lines := make([]string, len(e.Faults))
	for i, fault := range e.Faults {
		lines[i] = fault.String()
	}
	return strings.Join(lines, "\n")
}

// Read reads works from CSL-JSON or DataCite JSON, whichever the file is.
func Read(data []byte) ([]Work, error) {
	records, err := split(data)
	if err != nil {
		return nil, err
	}
	if records[0].isDataCite() {
		return readAll(records, dataCiteRecord.work)
	}
	return readAll(records, cslRecord.work)
}

// ReadCSL reads works from CSL-JSON: an array of items, an object with an
// array items, or one item. The error is an [Unreadable].
func ReadCSL(data []byte) ([]Work, error) {
	records, err := split(data)
	if err != nil {
		return nil, err
	}
	return readAll(records, cslRecord.work)
}

// ReadDataCite reads works from DataCite JSON: what its REST API answers for
// one record or for a list, what is sent to it as a deposit, or the bare
// attributes of one or several records. The error is an [Unreadable].
func ReadDataCite(data []byte) ([]Work, error) {
	records, err := split(data)
	if err != nil {
		return nil, err
	}
	return readAll(records, dataCiteRecord.work)
}

// readAll decodes each record into its type and makes a work of it, or collects
// what is wrong.
func readAll[Record any](records []rawRecord, work func(Record, *faults) Work) ([]Work, error) {
	var found faults
	works := make([]Work, len(records))
	for i, raw := range records {
		var record Record
		found.line, found.record = raw.line, i+1
		if err := json.Unmarshal(raw.json, &record); err != nil {
			field, reason := unfit(err)
			found.add(field, reason, "see the format's documentation for what the field holds")
			continue
		}
		works[i] = work(record, &found).tidy()
		if works[i].Title == "" {
			found.add("title", "a work needs a title to be cited", "")
		}
	}
	if len(found.all) > 0 {
		return nil, &Unreadable{found.all}
	}
	return works, nil
}

// unfit returns which field of a record has the wrong type, and how.
func unfit(err error) (field, reason string) {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return keyPath(wrong.Field), "a JSON " + wrong.Value + " cannot stand here"
	}
	return "", err.Error()
}

// keyPath returns a path of fields as the keys of the file.
func keyPath(fields string) string {
	keys := strings.Split(fields, ".")
	for i, key := range keys {
		if key != "" && strings.ToUpper(key) != key {
			keys[i] = strings.ToLower(key[:1]) + key[1:]
		}
	}
	return strings.Join(keys, ".")
}

// faults collects what is wrong, at the record that is being read.
type faults struct {
	line, record int
	all          []Fault
}

// add keeps a reason that quotes a value within a few lines.
func (f *faults) add(field, reason, hint string) {
	if runes := []rune(reason); len(runes) > 300 {
		reason = string(runes[:300]) + "…"
	}
	f.all = append(f.all, Fault{f.line, f.record, field, reason, hint})
}

// rawRecord is a record's JSON and the line on which it begins.
type rawRecord struct {
	json json.RawMessage
	line int
}

// isDataCite tells DataCite's records by keys that CSL-JSON has not.
func (r rawRecord) isDataCite() bool {
	var keys map[string]json.RawMessage
	if json.Unmarshal(r.json, &keys) != nil {
		return false
	}
	for _, key := range []string{"attributes", "titles", "creators", "types"} {
		if _, has := keys[key]; has {
			return true
		}
	}
	return false
}

// emptyHint says what a file of works looks like.
const emptyHint = "it holds CSL-JSON, or DataCite JSON: a record, or a list of records"

// split finds the records of a file: in a list, in the list that data or items
// is, or the one that the file is.
func split(data []byte) ([]rawRecord, error) {
	all := bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if err := wellFormed(all); err != nil {
		return nil, err
	}
	records := unwrap(all)
	if len(records) == 0 {
		return nil, &Unreadable{[]Fault{{Line: 1, Reason: "there is no record in it", Hint: emptyHint}}}
	}
	return records, nil
}

// wellFormed says where a file stops being JSON.
func wellFormed(all []byte) error {
	var whole json.RawMessage
	err := json.Unmarshal(all, &whole)
	if err == nil {
		return nil
	}
	fault := Fault{Line: 1, Reason: "it is not JSON: " + err.Error(), Hint: emptyHint}
	var broken *json.SyntaxError
	if errors.As(err, &broken) {
		fault.Line = lineAt(all, broken.Offset)
	}
	return &Unreadable{[]Fault{fault}}
}

// lineAt returns the line of a byte, counted from 1.
func lineAt(all []byte, offset int64) int {
	return 1 + bytes.Count(all[:min(offset, int64(len(all)))], []byte("\n"))
}

// unwrap returns the records of a text that is known to be well formed.
func unwrap(all []byte) []rawRecord {
	piece := all
	var wrapper struct{ Data, Items json.RawMessage }
	if json.Unmarshal(all, &wrapper) == nil {
		for _, inner := range []json.RawMessage{wrapper.Data, wrapper.Items} {
			if !isNull(inner) {
				piece = inner
				break
			}
		}
	}
	offset := int64(bytes.Index(all, piece))
	if bytes.HasPrefix(bytes.TrimSpace(piece), []byte("[")) {
		return elements(all, piece, offset)
	}
	return []rawRecord{{piece, lineAt(all, offset+leadingBlanks(piece))}}
}

// elements returns the elements of a list that is known to be well formed.
func elements(all, list []byte, offset int64) []rawRecord {
	decoder := json.NewDecoder(bytes.NewReader(list))
	_, _ = decoder.Token()
	var records []rawRecord
	for decoder.More() {
		var element json.RawMessage
		if decoder.Decode(&element) != nil {
			break
		}
		start := offset + decoder.InputOffset() - int64(len(element))
		records = append(records, rawRecord{element, lineAt(all, start)})
	}
	return records
}

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

func leadingBlanks(piece []byte) int64 {
	return int64(len(piece) - len(bytes.TrimLeft(piece, " \t\r\n")))
}

// text is a JSON text, or a number taken as one, or nothing for null.
type text string

// UnmarshalJSON keeps a number's digits as they are written.
func (t *text) UnmarshalJSON(data []byte) error {
	switch kind := data[0]; {
	case kind == '"':
		return json.Unmarshal(data, (*string)(t))
	case kind == 'n':
		*t = ""
		return nil
	case kind == '-' || kind >= '0' && kind <= '9':
		*t = text(data)
		return nil
	default:
		return &json.UnmarshalTypeError{Value: kindOf(kind), Type: reflect.TypeFor[string]()}
	}
}

// kindOf names a JSON value that is neither text, number nor null by its first
// byte.
func kindOf(first byte) string {
	switch first {
	case '[':
		return "list"
	case '{':
		return "object"
	}
	return "truth value"
}

// notYet is how UK LLC writes that a DOI is not minted.
var notYet = map[string]bool{"": true, "tbc": true, "doi tbc": true, "doi and citation tbc": true}

// doi reads a DOI, or none where none is minted.
func (f *faults) doi(field string, written text) DOI {
	if notYet[strings.ToLower(fold(string(written)))] {
		return DOI{}
	}
	doi, err := ParseAnyDOI(fold(string(written)))
	if err != nil {
		f.add(field, err.Error(), "write TBC, or leave it out, while there is none")
	}
	return doi
}

// address reads a landing page.
func (f *faults) address(field string, written text) string {
	address := fold(string(written))
	if address != "" && !isWebAddress(address) {
		f.add(field, fmt.Sprintf("%q is not a web address", address), "it begins with https:// and has no blank in it")
		return ""
	}
	return address
}

// year reads a year of publication.
func (f *faults) year(field string, written text) int {
	trimmed := fold(string(written))
	if trimmed == "" {
		return 0
	}
	date, err := ParseDate(trimmed)
	if err != nil {
		f.add(field, fmt.Sprintf("%q is not a year", trimmed), "write it in four digits")
	}
	return date.year
}
