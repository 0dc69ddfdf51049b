package matching

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"os"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/identifier"
	"tre-toolkit/internal/intake"
)

// Superseded maps an NHS number to the one that has taken its place.
type Superseded map[identifier.NHSNumber]identifier.NHSNumber

// supersededColumns are the columns of the file of superseded numbers.
var supersededColumns = []string{"nhs_number", "replaced_by"}

// LoadSuperseded reads a file of superseded numbers: nhs_number, replaced_by.
// Chains are followed to their ends, and a chain that has none is an error.
func LoadSuperseded(ctx context.Context, path string) (Superseded, error) {
	source, findings, err := intake.InspectFile(ctx, path)
	if err != nil {
		return nil, err
	}
	if len(findings) == 0 {
		findings = intake.CheckColumns(source, supersededColumns)
	}
	if len(findings) > 0 {
		return nil, refused(findings)
	}
	replaced, findings, err := readSuperseded(source)
	if err != nil {
		return nil, err
	}
	findings = append(findings, replaced.followChains(source.Name())...)
	if len(findings) > 0 {
		return nil, refused(findings)
	}
	return replaced, nil
}

func readSuperseded(source intake.Source) (Superseded, []diagnostic.Finding, error) {
	file, err := os.Open(source.Path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	reader := csv.NewReader(file)
	reader.LazyQuotes, reader.FieldsPerRecord, reader.ReuseRecord = true, -1, true
	if _, err := reader.Read(); err != nil {
		return nil, nil, err
	}
	replaced := Superseded{}
	var findings []diagnostic.Finding
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return replaced, findings, nil
		}
		if err != nil {
			return nil, nil, err
		}
		line, _ := reader.FieldPos(0)
		cells := cellsOf(source, record, supersededColumns)
		old, junkOld := identifier.ParseNHSNumber(cells[0], identifier.Synthetic)
		current, junkCurrent := identifier.ParseNHSNumber(cells[1], identifier.Synthetic)
		_, twice := replaced[old]
		switch {
		case junkOld != nil || junkCurrent != nil:
			findings = append(findings, diagnostic.Finding{File: source.Name(), Line: int64(line), Code: "LNK004", Message: "both cells must be NHS numbers; one is none"})
		case twice:
			findings = append(findings, diagnostic.Finding{File: source.Name(), Line: int64(line), Code: "LNK005", Message: "this number was replaced before, further up"})
		default:
			replaced[old] = current
		}
	}
}

// cellsOf returns the cells of named columns, empty where a row is too short.
func cellsOf(source intake.Source, record, columns []string) []string {
	cells := make([]string, len(columns))
	for i, column := range columns {
		for at, name := range source.Header {
			if name == column && at < len(record) {
				cells[i] = record[at]
			}
		}
	}
	return cells
}

// followChains makes each number point to the last of its chain.
func (s Superseded) followChains(file string) []diagnostic.Finding {
	for old := range s {
		current := s[old]
		for range len(s) {
			next, more := s[current]
			if !more {
				break
			}
			current = next
		}
		if _, endless := s[current]; endless {
			return []diagnostic.Finding{{File: file, Code: "LNK006", Message: "numbers replace each other in a circle"}}
		}
		s[old] = current
	}
	return nil
}

// numbers is what the database asks of NHS numbers.
type numbers struct {
	superseded Superseded
	people     identifier.People
}

// canonical returns the ten digits of a number, and nothing of what is none.
func (n *numbers) canonical(text string) string {
	number, err := identifier.ParseNHSNumber(text, n.people)
	if err != nil {
		return ""
	}
	return number.Digits()
}

// current returns the ten digits of the number that is in force.
func (n *numbers) current(text string) string {
	number, err := identifier.ParseNHSNumber(text, n.people)
	if err != nil {
		return ""
	}
	if current, replaced := n.superseded[number]; replaced {
		return current.Digits()
	}
	return number.Digits()
}
