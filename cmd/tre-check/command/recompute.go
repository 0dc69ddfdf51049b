package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/recompute"
	"tre-toolkit/internal/warehouse"
)

type recomputeOptions struct {
	workspace, specs string
	json             bool
}

func (s *session) recomputeCommand() *cobra.Command {
	var opts recomputeOptions
	command := &cobra.Command{
		Use:   "recompute PATH -w WORKSPACE",
		Short: "Hold metrics tables against the data that they were made from",
		Long: `Recomputes metrics tables, and proves that each printed cell is what the rules
make of the truth. What to recompute is read from each table's stamp: dataset
version, freeze and rules, in the metadata beside a CSV file and inside JSON and
Markdown. A cell that differs is named, and neither number is repeated.

The workspace is opened for reading; others may read it meanwhile.

` + cli.ExitCodeHelp,
		Example: "  tre-check recompute metrics/ -w workspace/",
		Args:    cli.Arguments(cobra.ExactArgs(1)),
		RunE: func(command *cobra.Command, args []string) error {
			return s.recompute(command.Context(), args[0], opts)
		},
	}
	flags := command.Flags()
	flags.StringVarP(&opts.workspace, "workspace", "w", os.Getenv("TRE_WORKSPACE"), "the workspace folder (or TRE_WORKSPACE)")
	flags.StringVar(&opts.specs, "specs", "", "a folder of specifications in place of the built-in ones")
	flags.BoolVar(&opts.json, "json", false, "answer as JSON")
	return command
}

// recomputed is the answer of recompute; docs/json.md has its shape.
type recomputed struct {
	Verdict  outputs.Verdict      `json:"verdict"`
	Tables   []recompute.Outcome  `json:"tables"`
	Unproven []recompute.Unproven `json:"unproven"`
}

func (s *session) recompute(ctx context.Context, path string, opts recomputeOptions) error {
	if opts.workspace == "" {
		return cli.Fail(cli.Usage, errors.New("no workspace is named"), "add -w DIR or set TRE_WORKSPACE")
	}
	tables, unproven, err := recompute.Find(path)
	if errors.Is(err, fs.ErrNotExist) {
		return cli.Fail(cli.Usage, err, "name a metrics table or a folder of them")
	}
	if err != nil {
		return err
	}
	answer := recomputed{Tables: []recompute.Outcome{}, Unproven: append([]recompute.Unproven{}, unproven...)}
	if answer.Tables, err = recomputeAll(ctx, tables, opts); err != nil {
		return explainWorkspace(err)
	}
	answer.judge()
	if opts.json {
		err = cli.WriteJSON(s.streams.Out, answer)
	} else {
		err = answer.write(s.streams.Out)
	}
	return errors.Join(err, verdict(outputs.Report{Verdict: answer.Verdict}))
}

func recomputeAll(ctx context.Context, tables []recompute.Table, opts recomputeOptions) (outcomes []recompute.Outcome, err error) {
	outcomes = []recompute.Outcome{}
	specs, err := cli.Specs(opts.specs)
	if err != nil {
		return outcomes, err
	}
	workspace, err := warehouse.OpenForReading(ctx, opts.workspace, warehouse.Settings{Memory: warehouse.DefaultMemory})
	if err != nil {
		return outcomes, err
	}
	defer func() { err = errors.Join(err, workspace.Close()) }()
	if workspace.Role != warehouse.TRE {
		return outcomes, &diagnostic.Refusal{
			Rule:    "role",
			Message: "this workspace is the trusted third party's: attributes have no place in it",
			Hint:    "name the workspace that the table was made in",
		}
	}
	recomputer := recompute.Recomputer{Warehouse: workspace.Warehouse, Specs: specs}
	for _, table := range tables {
		outcome, err := recomputer.Check(ctx, table)
		if err != nil {
			return outcomes, err
		}
		outcomes = append(outcomes, outcome)
	}
	return outcomes, nil
}

// judge answers: a cell that differs breaks a rule, and a file that nothing
// proves is for a person.
func (r *recomputed) judge() {
	r.Verdict = outputs.Safe
	if len(r.Unproven) > 0 || len(r.Tables) == 0 {
		r.Verdict = outputs.Review
	}
	for _, table := range r.Tables {
		if len(table.Differs) > 0 {
			r.Verdict = outputs.Fail
		}
	}
}

// mostDiffering is how many cells of one table are printed.
const mostDiffering = 25

func (r recomputed) write(w io.Writer) error {
	headline := map[outputs.Verdict]string{
		outputs.Safe:   "SAFE: every printed cell is what the rules make of the data",
		outputs.Review: "REVIEW: not every file could be recomputed",
		outputs.Fail:   "FAIL: a table is not what the rules make of the data",
	}
	fmt.Fprintln(w, headline[r.Verdict])
	for _, table := range r.Tables {
		stamp := table.Stamp
		fmt.Fprintf(w, "\n%s: %s, %s@%d of %s, freeze %d of %s, rules %s\n", table.File, table.Kind,
			stamp.Dataset, stamp.Version, stamp.VersionDate, stamp.Freeze, stamp.FreezeDate, stamp.Rules)
		if len(table.Differs) == 0 {
			fmt.Fprintf(w, "  all %d cells are proven\n", table.Cells)
		}
		for i, difference := range table.Differs {
			if i == mostDiffering {
				fmt.Fprintf(w, "  and %d more\n", len(table.Differs)-i)
				break
			}
			fmt.Fprintf(w, "  %s\n", difference)
		}
	}
	for _, file := range r.Unproven {
		fmt.Fprintf(w, "\n%s: not recomputed: %s\n", file.File, file.Reason)
	}
	return nil
}

// explainWorkspace gives the errors of a workspace their exit codes and hints.
func explainWorkspace(err error) error {
	switch {
	case errors.Is(err, warehouse.ErrNoWorkspace):
		return cli.Fail(cli.Usage, err, "-w names the workspace that the table was made in")
	case errors.Is(err, warehouse.ErrHeld):
		return cli.Fail(cli.Fault, err, "wait until the writer has finished, then try again")
	case errors.Is(err, warehouse.ErrDamaged):
		return cli.Fail(cli.Fault, err, "restore the workspace from a backup")
	}
	return err
}
