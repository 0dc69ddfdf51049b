package measures

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
)

// Organisation is one that figures may be for. A successor is the code it goes by
// since it merged: figures before the merger are added to its successor's.
type Organisation struct{ Code, Name, Successor string }

// Organisations are those that are known. Codes that are not among them are
// counted under the code for unknown ones; of an empty list any code is known.
type Organisations []Organisation

// longestName bounds an organisation's code and name together, in bytes.
const longestName = 300

// mostOrganisations bounds a list that somebody wrote.
const mostOrganisations = 100_000

// ReadOrganisations reads a CSV file with the columns code and name, and
// successor where organisations merged. A successor must be on the list, and
// must not have one itself.
func ReadOrganisations(r io.Reader) (Organisations, error) {
	reader := csv.NewReader(r)
	header, err := reader.Read()
	if err != nil {
		return nil, errors.New("the list of organisations has no header: code, name and successor")
	}
	place := func(name string) int {
		return slices.IndexFunc(header, func(h string) bool {
			return strings.EqualFold(strings.TrimSpace(strings.TrimPrefix(h, "\ufeff")), name)
		})
	}
	code, name, successor := place("code"), place("name"), place("successor")
	if code < 0 || name < 0 {
		return nil, errors.New("the list of organisations needs the columns code and name")
	}
	var list Organisations
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return list, list.check()
		}
		if err != nil {
			return nil, fmt.Errorf("the list of organisations: %w", err)
		}
		one := Organisation{Code: strings.TrimSpace(record[code]), Name: strings.TrimSpace(record[name])}
		if successor >= 0 {
			one.Successor = strings.TrimSpace(record[successor])
		}
		if list = append(list, one); len(list) > mostOrganisations {
			return nil, fmt.Errorf("the list of organisations has more than %d", mostOrganisations)
		}
	}
}

func (o Organisations) check() error {
	merged := map[string]string{}
	for i, one := range o {
		if one.Code == "" || len(one.Code)+len(one.Name) > longestName || strings.ContainsFunc(one.Code+one.Name+one.Successor, func(r rune) bool { return !unicode.IsPrint(r) }) {
			return fmt.Errorf("organisation %d of the list has no code, or one or a name that is too long or holds a character that cannot be printed", i+1)
		}
		if _, twice := merged[one.Code]; twice {
			return fmt.Errorf("organisation %d of the list has the code of another", i+1)
		}
		merged[one.Code] = one.Successor
	}
	for i, one := range o {
		after, known := merged[one.Successor]
		if one.Successor != "" && (!known || after != "") {
			return fmt.Errorf("the successor of organisation %d is not on the list, or has a successor itself", i+1)
		}
	}
	return nil
}
