package measures

import (
	"encoding/csv"
	"io"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
)

// Header returns the columns of the publication's long CSV, in its order, with
// those of variables where the figures have any.
func (r Results) Header() []string {
	header := []string{"REPORTING_PERIOD_START", "REPORTING_PERIOD_END", "GROUP_TYPE", "ORG_CODE1", "ORG_NAME1", "ORG_CODE2", "ORG_NAME2"}
	if r.hasVariables() {
		header = append(header, "VARIABLE_TYPE", "VARIABLE_A")
	}
	return append(header, "MEASURE_ID", "MEASURE_NAME", "MEASURE_VALUE_SUPPRESSED")
}

func (r Results) hasVariables() bool { return len(r.counted.request.Variables) > 0 }

// lines gives every figure as the publication writes it, in order.
func (r Results) lines(yield func([]string) error) error {
	for group := range r.Groups() {
		for i, measure := range r.Measures() {
			if !r.Has(group, i) {
				continue
			}
			if err := yield(r.line(group, measure, group.Cells[i])); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r Results) line(group Group, measure spec.Measure, cell disclosure.Cell) []string {
	period := r.Periods()[group.Period]
	line := []string{
		published(period.First), published(period.Last), string(group.Level),
		inert(group.Code1), inert(group.Name1), inert(group.Code2), inert(group.Name2),
	}
	if r.hasVariables() {
		line = append(line, group.Variable, inert(group.Value))
	}
	return append(line, measure.ID, measure.Name, cell.String())
}

// inert returns a text of the data such that a spreadsheet takes it for text: it
// may come from a provider, and a formula would run.
func inert(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\x00", rune(text[0])) {
		return "'" + text
	}
	return text
}

// WriteCSV writes the figures in the columns and the order of the publication, one
// measure a line. Means and percentages stand in the same column as counts.
func (r Results) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(r.Header()); err != nil {
		return err
	}
	if err := r.lines(out.Write); err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// WriteAgreementCSV writes the comparison of flags and scores.
func (r Results) WriteAgreementCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"outcome", "by_flag", "by_scores", "reason", "pathways"}}
	for _, one := range r.Agreement() {
		rows = append(rows, []string{one.Outcome, yesNo(one.Flagged), yesNo(one.Scored), one.Reason, one.Pathways.String()})
	}
	return out.WriteAll(rows)
}

func yesNo(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// WriteFaultsCSV writes what is wrong with the data.
func (r Results) WriteFaultsCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"fault", "pathways"}}
	for _, one := range r.Faults() {
		rows = append(rows, []string{one.Fault, one.Pathways.String()})
	}
	return out.WriteAll(rows)
}
