package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cite"
	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/versions"
)

type citeOptions struct{ version, format, out string }

func (s *session) citeCommand() *cobra.Command {
	var opts citeOptions
	command := newCommand("cite DATASET@N", "Cite a dataset version",
		`Writes the citation of a dataset version from the metadata that the dataset's
specification holds, so that it needs neither a workspace nor the internet.
Without --out one format goes to standard output; with --out DIR all of them
are written there.`,
		cobra.ExactArgs(1), func(_ context.Context, args []string) error {
			opts.version = args[0]
			return s.cite(opts)
		})
	flags := command.Flags()
	flags.StringVar(&opts.format, "format", string(cite.APAPage), "one of "+formatNames())
	flags.StringVar(&opts.out, "out", "", "a folder to write every format to")
	return command
}

func formatNames() string {
	names := make([]string, len(cite.Formats()))
	for i, format := range cite.Formats() {
		names[i] = string(format)
	}
	return strings.Join(names, ", ")
}

func (s *session) cite(opts citeOptions) error {
	work, stem, err := s.work(opts.version)
	if err != nil {
		return err
	}
	if opts.out != "" {
		return s.writeCitations(work, filepath.Join(opts.out, stem))
	}
	format, err := cite.ParseFormat(opts.format)
	if err != nil {
		return cli.Fail(cli.Usage, err, "--format is one of "+formatNames())
	}
	text, err := cite.Write(format, work)
	if err != nil {
		return err
	}
	_, err = s.streams.Out.Write(text)
	return err
}

// work returns what is cited: the version as the specification publishes it.
func (s *session) work(text string) (cite.Work, string, error) {
	name, dataset, err := s.datasetVersion(text)
	if err != nil {
		return cite.Work{}, "", err
	}
	release, known := dataset.Release(name.Number)
	if !known {
		return cite.Work{}, "", cli.Fail(cli.BadInput, fmt.Errorf("%s is not published: %s.toml has no citation metadata for it", name, dataset.Name), "add it under [[versions]]")
	}
	work, err := versions.Version{Name: name, Date: release.Date, Release: release}.Work(dataset)
	return work, name.FileStem(), err
}

func (s *session) writeCitations(work cite.Work, stem string) error {
	for _, format := range cite.Formats() {
		text, err := cite.Write(format, work)
		if err != nil {
			return err
		}
		path := stem + format.Extension()
		if err := cli.WriteFile(path, text); err != nil {
			return err
		}
		fmt.Fprintln(s.streams.Out, path)
	}
	return nil
}
