package command

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/disclosure/audit"
	"tre-toolkit/internal/disclosure/audit/jj"
	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/notation"
)

type auditOptions struct {
	checking
	json bool
}

func (s *session) auditCommand() *cobra.Command {
	var opts auditOptions
	command := &cobra.Command{
		Use:   "audit FILE...",
		Short: "Tell what a reader can know of each hidden cell",
		Long: `Works out, for every masked cell of the files, between which numbers it must lie,
with the sum of published numbers that proves it. It is the attacker's tool: what
it prints must not leave. Files that end in .jj are tables of tau-ARGUS, sdcTable
and others, whose cells have numbers in place of labels.

It answers and does not judge: the exit code is 0 whatever can be worked out.

` + cli.ExitCodeHelp,
		Example: "  tre-check audit table.csv --rules ukllc-metrics --json",
		Args:    cli.Arguments(cobra.MinimumNArgs(1)),
		RunE: func(command *cobra.Command, args []string) error {
			return s.audit(command.Context(), args, opts)
		},
	}
	opts.checking.flags(command)
	command.Flags().BoolVar(&opts.json, "json", false, "answer as JSON")
	return command
}

func (s *session) audit(ctx context.Context, paths []string, opts auditOptions) error {
	tables, instances := partJJ(paths)
	var found outputs.Report
	var published outputs.Publication
	if len(tables) > 0 {
		var err error
		if _, found, published, err = opts.examine(ctx, tables); err != nil {
			return err
		}
	}
	var numbered []auditedCell
	for _, path := range instances {
		more, err := auditJJ(ctx, path)
		if err != nil {
			return err
		}
		numbered = append(numbered, more...)
	}
	cells := func(yield func(auditedCell) bool) {
		for cell := range labelledCells(found.Hidden, published) {
			if !yield(audited(cell)) {
				return
			}
		}
		for _, cell := range numbered {
			if !yield(cell) {
				return
			}
		}
	}
	fmt.Fprintln(s.streams.Err, "note: this answer gives hidden values away: it must not leave")
	out := bufio.NewWriter(s.streams.Out)
	write := writeIntervals
	if opts.json {
		write = writeJSONList
	}
	return errors.Join(write(out, cells), out.Flush())
}

// auditedCell is a hidden cell as the answer has it; docs/json.md has its shape.
type auditedCell struct {
	File        string          `json:"file"`
	Table       string          `json:"table,omitempty"`
	Line        int             `json:"line,omitempty"`
	Row         string          `json:"row"`
	Column      string          `json:"column"`
	Index       *int            `json:"index,omitempty"`  // in a JJ file, whose cells have no labels
	Status      string          `json:"status,omitempty"` // in a JJ file: u for primary, x for secondary
	Lower       json.Number     `json:"lower"`
	Upper       *json.Number    `json:"upper"` // null when nothing limits it
	Proven      bool            `json:"proven"`
	Certificate string          `json:"certificate"`
	IfSecondary *outputs.Bounds `json:"if_secondary,omitempty"`
}

func audited(cell outputs.HiddenCell) auditedCell {
	one := auditedCell{
		File: cell.File, Table: cell.Table, Line: cell.Line, Row: cell.Row, Column: cell.Column,
		Lower: json.Number(strconv.FormatInt(cell.Lower, 10)), Proven: cell.Proven, Certificate: cell.Certificate, IfSecondary: cell.IfSecondary,
	}
	if cell.Upper != nil {
		upper := json.Number(strconv.FormatInt(*cell.Upper, 10))
		one.Upper = &upper
	}
	return one
}

// partJJ parts JJ files from tables.
func partJJ(paths []string) (tables, instances []string) {
	for _, path := range paths {
		if strings.EqualFold(filepath.Ext(path), ".jj") {
			instances = append(instances, path)
		} else {
			tables = append(tables, path)
		}
	}
	return tables, instances
}

// auditJJ audits a table of tau-ARGUS, whose cells have numbers in place of
// labels.
func auditJJ(ctx context.Context, path string) ([]auditedCell, error) {
	stream, err := os.Open(path)
	if err != nil {
		return nil, cli.Fail(cli.Usage, err, "name the files or folders to audit")
	}
	defer stream.Close()
	file, err := jj.Read(stream)
	if err != nil {
		return nil, cli.Fail(cli.BadInput, fmt.Errorf("%s: %w", notation.Printable(path), err), "a JJ file is what tau-ARGUS and sdcTable write")
	}
	report, err := file.Audit(ctx)
	if err != nil {
		return nil, err
	}
	var cells []auditedCell
	for _, answer := range report.Answers {
		upper := json.Number(answer.Upper.String())
		cells = append(cells, auditedCell{
			File: notation.Printable(filepath.Base(path)), Row: strconv.Itoa(answer.Index), Index: &answer.Index, Status: string(rune(answer.Status)),
			Lower: json.Number(answer.Lower.String()), Upper: &upper, Proven: answer.Proven, Certificate: answer.Certificate,
		})
	}
	return cells, nil
}

// labelledCells gives the masked cells of tables: those of which something is told,
// and those that no total and no percentage bears on, of which all that is known is
// what their mark says. These are many, and never all in memory.
func labelledCells(told []outputs.HiddenCell, published outputs.Publication) iter.Seq[outputs.HiddenCell] {
	type cellAt struct {
		file, table, row, column string
		line                     int
	}
	return func(yield func(outputs.HiddenCell) bool) {
		known := map[cellAt]bool{}
		for _, cell := range told {
			if !yield(cell) {
				return
			}
			known[cellAt{cell.File, cell.Table, cell.Row, cell.Column, cell.Line}] = true
		}
		for table := range published.Tables() {
			for _, cell := range table.Cells {
				if !cell.Masked || known[cellAt{table.File, table.Table, cell.Row, cell.Column, cell.Line}] {
					continue
				}
				hidden := outputs.HiddenCell{
					File: table.File, Table: table.Table, Line: cell.Line, Row: cell.Row, Column: cell.Column,
					Lower: cell.Lower, Proven: true,
				}
				if cell.Upper < audit.Unbounded/2 {
					hidden.Upper = &cell.Upper
				}
				if !yield(hidden) {
					return
				}
			}
		}
	}
}

// writeIntervals prints a line a cell, and its proof below.
func writeIntervals(w io.Writer, cells iter.Seq[auditedCell]) error {
	none := true
	for cell := range cells {
		none = false
		fmt.Fprintf(w, "%s, %s: %s\n", notation.Printable(cell.File), cell.name(), cell.interval())
		if cell.Certificate == "" {
			continue
		}
		if _, err := fmt.Fprintf(w, "  proof: %s\n", notation.Printable(cell.Certificate)); err != nil {
			return err
		}
	}
	if none {
		fmt.Fprintln(w, "There is no masked cell.")
	}
	return nil
}

// writeJSONList prints a list as [cli.WriteJSON] does, one cell at a time.
func writeJSONList(w io.Writer, cells iter.Seq[auditedCell]) error {
	before := "[\n  "
	for cell := range cells {
		var one bytes.Buffer
		encoder := json.NewEncoder(&one)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("  ", "  ")
		if err := encoder.Encode(cell); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s%s", before, bytes.TrimSpace(one.Bytes())); err != nil {
			return err
		}
		before = ",\n  "
	}
	after := "\n]\n"
	if before == "[\n  " {
		after = "[]\n"
	}
	_, err := io.WriteString(w, after)
	return err
}

func (c auditedCell) name() string {
	if c.Index != nil {
		return "cell " + c.Row
	}
	name := "row " + notation.Printable(c.Row) + ", column " + notation.Printable(c.Column)
	if c.Table != "" {
		name = notation.Printable(c.Table) + ", " + name
	}
	return name
}

// interval says between which numbers the cell lies.
func (c auditedCell) interval() string {
	value := c.Lower.String() + " or more"
	switch {
	case c.Upper != nil && *c.Upper == c.Lower:
		value = c.Lower.String()
	case c.Upper != nil:
		value = c.Lower.String() + " to " + c.Upper.String()
	}
	if !c.Proven {
		value += " (not proven: perhaps less)"
	}
	return value
}
