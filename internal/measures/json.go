package measures

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
)

// document is the results as JSON.
type document struct {
	Source     Source         `json:"source"`
	Rules      string         `json:"rules"`
	Marks      []Mark         `json:"marks"`
	Choices    Choices        `json:"choices"`
	Notes      []string       `json:"notes"`
	Unverified []string       `json:"unverified"`
	Periods    []jsonPeriod   `json:"periods"`
	Measures   []jsonMeasure  `json:"measures"`
	Agreement  []Agreement    `json:"agreement"`
	Faults     []Fault        `json:"faults"`
	Variables  []jsonVariable `json:"variables"`
}

type jsonPeriod struct {
	Start string `json:"start"`
	End   string `json:"end"`
}

type jsonMeasure struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Also        string `json:"also,omitempty"`
	Kind        string `json:"kind"`
	Date        string `json:"date,omitempty"`
	Class       string `json:"class,omitempty"`
	Numerator   string `json:"numerator,omitempty"`
	Denominator string `json:"denominator,omitempty"`
	Less        string `json:"less,omitempty"` // taken off the denominator
	Source      string `json:"source"`
	Unverified  string `json:"unverified,omitempty"`
}

type jsonVariable struct {
	Name   string `json:"name"`
	Source string `json:"source"`
}

// jsonFigure is one figure, as a line of the CSV file has it. Counts, and
// percentages and averages, are objects of two lists, so that a checker judges
// counts as counts.
type jsonFigure struct {
	Start    string          `json:"start"`
	End      string          `json:"end"`
	Level    Level           `json:"level"`
	Code1    string          `json:"code1"`
	Name1    string          `json:"name1"`
	Code2    string          `json:"code2"`
	Name2    string          `json:"name2"`
	Variable string          `json:"variable"`
	Value    string          `json:"variable_value"`
	ID       string          `json:"id"`
	Name     string          `json:"name"`
	Figure   disclosure.Cell `json:"figure"` // a number, or the mark as text
}

func (r Results) document(source Source) document {
	made := document{
		Source: source, Rules: r.rules.Name(), Marks: r.Marks(), Choices: r.counted.request.Choices, Notes: r.Notes(),
		Unverified: r.Unverified(), Agreement: r.Agreement(), Faults: r.Faults(), Variables: []jsonVariable{},
	}
	for _, period := range r.Periods() {
		made.Periods = append(made.Periods, jsonPeriod{period.First.String(), period.Last.String()})
	}
	for _, measure := range r.Measures() {
		family, _ := r.counted.request.Measures.Family(measure.Of)
		one := jsonMeasure{
			ID: measure.ID, Name: measure.Name, Also: measure.Also, Kind: measure.Kind, Date: family.Date, Class: family.Class,
			Numerator: measure.Numerator, Denominator: measure.Denominator, Less: measure.Less,
			Source: measure.Source, Unverified: measure.Unverified,
		}
		made.Measures = append(made.Measures, one)
	}
	for _, name := range r.counted.request.Variables {
		variable, _ := r.counted.request.Measures.Variable(name)
		made.Variables = append(made.Variables, jsonVariable{variable.Name, variable.Source})
	}
	return made
}

// WriteJSON writes all of the results as one object, the figures last, a line each:
// counts, then percentages and averages.
func (r Results) WriteJSON(w io.Writer, source Source) error {
	head, err := encoded(r.document(source), "  ")
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	fmt.Fprint(out, strings.TrimSuffix(head, "\n}"))
	for _, counts := range []bool{true, false} {
		if err := r.writeFigures(out, counts); err != nil {
			return err
		}
	}
	fmt.Fprint(out, "\n}\n")
	return out.Flush()
}

func (r Results) writeFigures(out *bufio.Writer, counts bool) error {
	fmt.Fprintf(out, ",\n  %q: [", map[bool]string{true: "counts", false: "rates"}[counts])
	before := "\n    "
	for group := range r.Groups() {
		for i, measure := range r.Measures() {
			if !r.Has(group, i) || counts != (measure.Kind == spec.CountMeasure) {
				continue
			}
			line, err := encoded(r.figure(group, i), "")
			if err != nil {
				return err
			}
			fmt.Fprint(out, before, line)
			before = ",\n    "
		}
	}
	fmt.Fprint(out, "\n  ]")
	return nil
}

func (r Results) figure(group Group, at int) jsonFigure {
	period, measure := r.Periods()[group.Period], r.Measures()[at]
	return jsonFigure{
		period.First.String(), period.Last.String(), group.Level, group.Code1, group.Name1, group.Code2, group.Name2,
		group.Variable, group.Value, measure.ID, measure.Name, group.Cells[at],
	}
}

// encoded returns a value as JSON in which "<10" reads as it is.
func encoded(value any, indent string) (string, error) {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	err := encoder.Encode(value)
	return strings.TrimSpace(text.String()), err
}
