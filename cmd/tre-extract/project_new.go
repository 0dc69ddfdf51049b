package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/extract"
	"tre-toolkit/internal/spec"
)

func (s *session) projectCommand() *cobra.Command {
	command := newCommand("project", "Begin a project's specification, and list the projects",
		`A project is one TOML file: what was approved, for whom, of what. plan says what
it makes and run makes it.`,
		cobra.NoArgs, func(context.Context, []string) error {
			return cli.Fail(cli.Usage, errors.New("project needs a subcommand"), "tre-extract project new --from data_selection.csv, or project list")
		})
	command.AddCommand(s.projectNewCommand(), s.projectListCommand(), s.projectAmendCommand())
	return command
}

type projectNewOptions struct {
	project, from, out string
	freeze             int
	studies            []string
}

func (s *session) projectNewCommand() *cobra.Command {
	var opts projectNewOptions
	command := newCommand("new", "Draft a project's specification from a data selection",
		`Reads the data_selection.csv that UK LLC's Explore saves (TABLE_SCHEMA and
TABLE_NAME) and writes a specification with every table of it that a dataset
here describes. Each column is listed to be struck out, with what it holds; those
that need an approval by name are in comments. Tables that nobody describes here
are told.`,
		cobra.NoArgs, func(context.Context, []string) error { return s.projectNew(opts) })
	flags := command.Flags()
	flags.StringVar(&opts.from, "from", "", "the data selection")
	flags.StringVar(&opts.project, "project", "llc_0000", "the project's number")
	flags.IntVar(&opts.freeze, "freeze", 0, "the freeze that the project is pinned to")
	flags.StringSliceVar(&opts.studies, "studies", nil, "the studies, separated by commas")
	flags.StringVar(&opts.out, "out", "", "the file to write; standard output when not given")
	_ = command.MarkFlagRequired("from") // defined above
	return command
}

func (s *session) projectNew(opts projectNewOptions) error {
	request := extract.DraftRequest{Freeze: opts.freeze, Rules: defaultRules}
	var err error
	if request.Project, err = spec.ParseProjectID(opts.project); err != nil {
		return cli.Fail(cli.Usage, err, "--project llc_0042 names it")
	}
	for _, code := range opts.studies {
		study, err := spec.ParseStudy(code)
		if err != nil {
			return cli.Fail(cli.Usage, err, "--studies BIB,GLAD names two")
		}
		request.Studies = append(request.Studies, study)
	}
	if request.Datasets, err = s.everyDataset(); err != nil {
		return err
	}
	text, err := os.ReadFile(opts.from)
	if err != nil {
		return cli.Fail(cli.Usage, err, "--from names a data_selection.csv")
	}
	if request.Selected, err = extract.ParseSelection(text, opts.from); err != nil {
		return err
	}
	draft, unknown, err := extract.Draft(request)
	if err != nil {
		return err
	}
	for _, selected := range unknown {
		fmt.Fprintf(s.streams.Err, "not in the draft, since no dataset here describes it: %s.%s\n", selected.Schema, selected.Name)
	}
	if opts.out == "" {
		_, err = s.streams.Out.Write(draft)
		return err
	}
	return cli.WriteFile(opts.out, draft)
}

// everyDataset loads all datasets that have a specification.
func (s *session) everyDataset() ([]spec.Dataset, error) {
	files, err := s.specFiles()
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(files, "datasets/*.toml")
	if err != nil {
		return nil, err
	}
	datasets, faults := make([]spec.Dataset, len(names)), make([]error, len(names))
	for i, name := range names {
		datasets[i], faults[i] = spec.LoadDataset(files, strings.TrimSuffix(path.Base(name), ".toml"))
	}
	return datasets, spec.Join(faults...)
}
