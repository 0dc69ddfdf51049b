package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions"
	"tre-toolkit/internal/warehouse"
)

type changelogOptions struct {
	changesOptions
	keep bool
}

func (s *session) versionsChangelogCommand() *cobra.Command {
	var opts changelogOptions
	command := newCommand("changelog [DATASET | DATASET@N]", "Tell what changed in the data with every version",
		`Compares every loaded version of a dataset, or the one that is named, with the one
that it continues, newest first. What is compared and hidden is as with versions
diff.

With --keep the log is kept in the workspace: the dataset page shows it from
then on, and it is not made anew while the versions' content, the rules and the
freeze are the same.`,
		cobra.MaximumNArgs(1), func(ctx context.Context, args []string) error {
			return s.versionsChangelog(ctx, append(args, defaultDataset)[0], opts)
		})
	opts.flags(command)
	command.Flags().BoolVar(&opts.keep, "keep", false, "keep the log in the workspace, for the page")
	return command
}

func (s *session) versionsChangelog(ctx context.Context, name string, opts changelogOptions) error {
	dataset, _, _ := strings.Cut(name, "@")
	comparison, err := s.comparison(dataset, opts.changesOptions)
	if err != nil {
		return err
	}
	open := s.reading
	if opts.keep {
		open = func(ctx context.Context, directories []string, work func(*warehouse.Workspace) error) error {
			return s.writing(ctx, "versions changelog", directories, work)
		}
	}
	var log versions.Log
	err = open(ctx, nil, func(workspace *warehouse.Workspace) error {
		list, err := versions.List(ctx, workspace.Warehouse, comparison.Dataset)
		if err != nil {
			return err
		}
		if comparison.Freeze, err = freezeCounted(ctx, workspace.Warehouse, opts.freeze); err != nil {
			return err
		}
		about, err := aboutVersions(ctx, workspace.Warehouse, comparison.Dataset, list, name)
		if err != nil {
			return err
		}
		progress := cli.NewProgress(s.streams, len(comparison.Dataset.Tables)*len(about))
		defer progress.Done()
		comparison.Step = progress.Step
		log, err = versions.ChangeLog(ctx, workspace.Warehouse, list, about, comparison)
		if err != nil || !opts.keep {
			return err
		}
		return versions.Keep(ctx, workspace, list, comparison, log)
	})
	if err != nil {
		return err
	}
	return s.writeChanges(log, opts.changesOptions)
}

// aboutVersions returns the versions that are to be told of: the one that is
// named, or all.
func aboutVersions(ctx context.Context, w *warehouse.Warehouse, dataset spec.Dataset, list []versions.Version, name string) ([]versions.Version, error) {
	if !strings.Contains(name, "@") {
		return list, nil
	}
	reference, err := spec.ParseDatasetVersion(name)
	if err != nil {
		return nil, cli.Fail(cli.Usage, err, "")
	}
	version, err := versions.Find(ctx, w, dataset, reference)
	return []versions.Version{version}, err
}
