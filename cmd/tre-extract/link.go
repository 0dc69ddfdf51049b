package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/linkage/matching"
	"tre-toolkit/internal/warehouse"
)

func (s *session) linkCommand() *cobra.Command {
	command := newCommand("link", "Match records of one person, on the trusted side", `Links two files of people, or finds the duplicates of one, by a model. Files of
people belong to the trusted third party: name no workspace, or one of role ttp.`,
		cobra.NoArgs, func(context.Context, []string) error {
			return cli.Fail(cli.Usage, errors.New("link needs a subcommand"), "tre-extract link match --model person A.csv B.csv --out links.csv")
		})
	command.AddCommand(s.linkMatchCommand(), s.linkTrainCommand(), s.linkEvaluateCommand(), s.linkChartCommand(), s.linkBiasCommand())
	return command
}

// linkerOptions are what the subcommands of link share.
type linkerOptions struct {
	model      string
	superseded string
	rules      string
	out        string
	asJSON     bool
	files      []string
	beside     []string // other files that the database reads
}

func (o *linkerOptions) flags(command *cobra.Command, out string) {
	flags := command.Flags()
	flags.StringVar(&o.model, "model", "", "the model: a TOML file, or the name of a built-in one such as person")
	flags.StringVar(&o.superseded, "superseded", "", "a file of NHS numbers and what replaced them: nhs_number, replaced_by (CSV)")
	flags.StringVar(&o.rules, "rules", defaultRules, "the disclosure profile for counts of people")
	flags.StringVar(&o.out, "out", "", out)
	flags.BoolVar(&o.asJSON, "json", false, "answer as JSON")
	_ = command.MarkFlagRequired("model") // defined above
}

// linking reads the files for the model and runs work on them, in a private
// database that is gone afterwards.
func (s *session) linking(ctx context.Context, opts linkerOptions, outputs []string, work func(*matching.People) error) error {
	files, err := s.specFiles()
	if err != nil {
		return err
	}
	model, err := matching.LoadModel(files, opts.model)
	if err != nil {
		return err
	}
	var superseded matching.Superseded
	if opts.superseded != "" {
		if superseded, err = matching.LoadSuperseded(ctx, opts.superseded); err != nil {
			return err
		}
	}
	return s.scratch(ctx, slices.Concat(opts.files, opts.beside), outputs, func(w *warehouse.Warehouse) error {
		people, err := matching.Stage(ctx, w, model, superseded, opts.files...)
		if err != nil {
			return err
		}
		if missing := people.Missing(); len(missing) > 0 {
			fmt.Fprintf(s.streams.Err, "not compared, for want of a column: %s\n", strings.Join(missing, ", "))
		}
		return work(people)
	})
}

// scratch opens a private database that may read and write beside the files. It
// refuses a research environment's workspace; of the trusted party's it uses the
// private folder for what is spilled.
func (s *session) scratch(ctx context.Context, inputs, outputs []string, work func(*warehouse.Warehouse) error) error {
	settings := s.settings
	for _, path := range slices.Concat(inputs, outputs) {
		if directory := filepath.Dir(path); !slices.Contains(settings.Directories, directory) {
			settings.Directories = append(settings.Directories, directory)
		}
	}
	for _, output := range outputs {
		if slices.ContainsFunc(inputs, func(input string) bool { return sameFile(input, output) }) {
			return cli.Fail(cli.Usage, fmt.Errorf("%s is read and cannot be written", output), "name another file for the result")
		}
	}
	if s.workspace == "" {
		return warehouse.Scratch(ctx, "", settings, work)
	}
	workspace, err := warehouse.OpenForReading(ctx, s.workspace, warehouse.Settings{})
	if err != nil {
		return err
	}
	if workspace.Role != warehouse.TTP {
		refusal := &diagnostic.Refusal{
			Rule:    "role",
			Message: "this workspace is a research environment's: identifiers have no place in it",
			Hint:    "name a workspace made with --role ttp, or none",
		}
		return errors.Join(refusal, workspace.Close())
	}
	base := filepath.Join(workspace.Dir, "tmp")
	return errors.Join(warehouse.Scratch(ctx, base, settings, work), workspace.Close())
}

func sameFile(a, b string) bool {
	first, errA := os.Stat(a)
	second, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(first, second)
}

// writePrivate writes a file for its owner alone, whole or not at all: it grows
// under another name.
func writePrivate(path string, write func(draft string) error) error {
	draft, err := os.CreateTemp(filepath.Dir(path), ".unfinished-*")
	if err != nil {
		return err
	}
	err = errors.Join(draft.Close(), write(draft.Name()), os.Chmod(draft.Name(), 0o600))
	if err == nil {
		err = os.Rename(draft.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(draft.Name()))
	}
	return nil
}

type matchOptions struct {
	linkerOptions
	diagnostics string
	dryRun      bool
}

func (s *session) linkMatchCommand() *cobra.Command {
	var opts matchOptions
	command := newCommand("match A.csv [B.csv]", "Link two files, or find the duplicates of one", `Links the records of two files that are of one person, or the duplicates within
one file, and writes left_id, right_id, step, weight, probability, ambiguous.

The step says what made the link: a deterministic pass of the model by its name,
"probabilistic", or "implied" where two records hang together by others. Weight
is log2 odds. Ambiguous is true where another candidate was nearly as good. A
model without estimates is estimated from the files, without labels.

How many pairs each blocking rule makes is shown first; --dry-run stops there.`,
		cobra.RangeArgs(1, 2), func(ctx context.Context, args []string) error {
			opts.files = args
			return s.linkMatch(ctx, opts)
		})
	opts.flags(command, "the file of links to write (CSV)")
	command.Flags().StringVar(&opts.diagnostics, "diagnostics", "", "a second file that says more of each link: rank, superseded numbers, how each field agreed")
	command.Flags().BoolVar(&opts.dryRun, "dry-run", false, "count the pairs of each blocking rule and stop")
	return command
}

// matchAnswer is what link match --json prints.
type matchAnswer struct {
	Model     string        `json:"model"`
	Estimated bool          `json:"estimated"`
	Missing   []string      `json:"missing_fields"`
	Blocks    []blockAnswer `json:"blocks"`
	Steps     []stepAnswer  `json:"steps,omitempty"`
	Out       string        `json:"out,omitempty"`
}

type blockAnswer struct {
	Rule    string `json:"rule"`
	Pairs   int64  `json:"pairs"`
	Largest int64  `json:"largest_block"`
	LeftOut bool   `json:"left_out"`
}

type stepAnswer struct {
	Step  string          `json:"step"`
	Links disclosure.Cell `json:"links"`
}

func (s *session) linkMatch(ctx context.Context, opts matchOptions) error {
	if opts.out == "" && !opts.dryRun {
		return cli.Fail(cli.Usage, errors.New("--out says where the links go; it is missing"), "add --out links.csv, or --dry-run")
	}
	rules, err := s.rules(opts.rules)
	if err != nil {
		return err
	}
	var outputs []string
	for _, output := range []string{opts.out, opts.diagnostics} {
		if output != "" {
			outputs = append(outputs, output)
		}
	}
	return s.linking(ctx, opts.linkerOptions, outputs, func(people *matching.People) error {
		answer := matchAnswer{Model: people.Model().Name, Missing: people.Missing(), Out: opts.out}
		if answer.Blocks, err = s.showBlocks(ctx, people); err != nil {
			return err
		}
		if !opts.dryRun {
			links, err := s.matchAndWrite(ctx, people, opts, &answer)
			if err != nil {
				return err
			}
			for _, step := range links.Steps() {
				answer.Steps = append(answer.Steps, stepAnswer{step.Step, rules.Cell(step.Links)})
			}
		}
		if opts.asJSON {
			return cli.WriteJSON(s.streams.Out, answer)
		}
		return s.writeSteps(answer)
	})
}

// showBlocks says on the error stream what each blocking rule will make.
func (s *session) showBlocks(ctx context.Context, people *matching.People) ([]blockAnswer, error) {
	blocks, err := people.Blocks(ctx)
	if err != nil {
		return nil, err
	}
	var answers []blockAnswer
	table := tabwriter.NewWriter(s.streams.Err, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "blocking rule\tpairs\tlargest block\t")
	for _, block := range blocks {
		note := ""
		if block.Left {
			note = "left out: too many"
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%s\n", block.Rule, block.Pairs, block.Largest, note)
		answers = append(answers, blockAnswer{block.Rule.String(), block.Pairs, block.Largest, block.Left})
	}
	return answers, table.Flush()
}

// ensureTrained estimates a model that has no estimates.
func (s *session) ensureTrained(ctx context.Context, people *matching.People) (estimated bool, err error) {
	if people.Model().Trained() {
		return false, nil
	}
	fmt.Fprintln(s.streams.Err, "the model has no estimates: they are made from these files (link train keeps them)")
	return true, people.Train(ctx)
}

func (s *session) matchAndWrite(ctx context.Context, people *matching.People, opts matchOptions, answer *matchAnswer) (*matching.Links, error) {
	var err error
	if answer.Estimated, err = s.ensureTrained(ctx, people); err != nil {
		return nil, err
	}
	candidates, err := people.Candidates(ctx)
	if err != nil {
		return nil, err
	}
	links, err := people.Decide(ctx, candidates)
	if err != nil {
		return nil, err
	}
	if opts.diagnostics != "" {
		if err := writePrivate(opts.diagnostics, func(draft string) error { return links.WriteDiagnostics(ctx, draft) }); err != nil {
			return nil, err
		}
	}
	return links, writePrivate(opts.out, func(draft string) error { return links.Write(ctx, draft) })
}

func (s *session) writeSteps(answer matchAnswer) error {
	table := tabwriter.NewWriter(s.streams.Out, 0, 0, 2, ' ', 0)
	if len(answer.Steps) > 0 {
		fmt.Fprintln(table, "step\tlinks")
	}
	for _, step := range answer.Steps {
		fmt.Fprintf(table, "%s\t%s\n", step.Step, step.Links)
	}
	if err := table.Flush(); err != nil || answer.Out == "" || len(answer.Steps) == 0 {
		return err
	}
	_, err := fmt.Fprintln(s.streams.Out, answer.Out)
	return err
}
