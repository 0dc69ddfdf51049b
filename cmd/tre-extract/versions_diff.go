package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions"
	"tre-toolkit/internal/warehouse"
)

// changesOptions are shared by diff and changelog.
type changesOptions struct {
	rules  string
	freeze int
	out    string
	asJSON bool
}

func (o *changesOptions) flags(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&o.rules, "rules", defaultRules, "the disclosure profile")
	flags.IntVar(&o.freeze, "freeze", 0, "the freeze whose participants are counted; 0 means the newest, and nobody if there is none")
	flags.StringVar(&o.out, "out", "", "a file to write in place of standard output")
	flags.BoolVar(&o.asJSON, "json", false, "as JSON in the shape of DataCite's activities")
}

func (s *session) versionsDiffCommand() *cobra.Command {
	var opts changesOptions
	command := newCommand("diff BEFORE AFTER", "Tell what changed in the data between two versions",
		`Compares the data of two loaded versions, written NHSE_IAPT@2 NHSE_IAPT@3, or 2 3
for `+defaultDataset+`, with the date where versions share a number (2:2022-01-06): tables and columns added, dropped, renamed (by content too) and
retyped; rows, participants, extract periods; pathways added, removed, changed;
values new and gone, shares, empty cells and distributions that moved.

Every number of people passes the profile, and so does the difference between
the versions: one of 1 to 9 people is as hidden as a count of them.`,
		cobra.ExactArgs(2), func(ctx context.Context, args []string) error { return s.versionsDiff(ctx, args, opts) })
	opts.flags(command)
	return command
}

func (s *session) versionsDiff(ctx context.Context, args []string, opts changesOptions) error {
	names, err := twoVersions(args)
	if err != nil {
		return err
	}
	return s.comparing(ctx, names[0].Dataset, opts, func(w *warehouse.Warehouse, c versions.Comparison) (written, error) {
		var err error
		if c.Before, err = versions.Find(ctx, w, c.Dataset, names[0]); err != nil {
			return nil, err
		}
		if c.After, err = versions.Find(ctx, w, c.Dataset, names[1]); err != nil {
			return nil, err
		}
		if c.Before.Name == c.After.Name {
			return nil, notTwo(names)
		}
		progress := cli.NewProgress(s.streams, len(c.After.Tables))
		defer progress.Done()
		c.Step = progress.Step
		return versions.Compare(ctx, w, c)
	})
}

// twoVersions reads NHSE_IAPT@2 NHSE_IAPT@3, or numbers of the usual dataset.
func twoVersions(args []string) ([2]spec.DatasetVersion, error) {
	var names [2]spec.DatasetVersion
	for i, arg := range args {
		if !strings.Contains(arg, "@") {
			arg = defaultDataset + "@" + arg
		}
		name, err := spec.ParseDatasetVersion(arg)
		if err != nil {
			return names, cli.Fail(cli.Usage, err, "")
		}
		names[i] = name
	}
	if names[0].Dataset != names[1].Dataset || names[0] == names[1] {
		return names, notTwo(names)
	}
	return names, nil
}

func notTwo(names [2]spec.DatasetVersion) error {
	return cli.Fail(cli.Usage, fmt.Errorf("%s and %s are not two versions of one dataset", names[0], names[1]), "")
}

// written is what both commands answer with.
type written interface {
	Markdown() string
	Activities() (versions.Page, error)
}

func (s *session) comparing(ctx context.Context, name string, opts changesOptions, compare func(*warehouse.Warehouse, versions.Comparison) (written, error)) error {
	comparison, err := s.comparison(name, opts)
	if err != nil {
		return err
	}
	return s.reading(ctx, nil, func(workspace *warehouse.Workspace) error {
		if comparison.Freeze, err = freezeCounted(ctx, workspace.Warehouse, opts.freeze); err != nil {
			return err
		}
		answer, err := compare(workspace.Warehouse, comparison)
		if err != nil {
			return err
		}
		return s.writeChanges(answer, opts)
	})
}

// comparison loads what versions of a dataset are compared by.
func (s *session) comparison(name string, opts changesOptions) (versions.Comparison, error) {
	profile, err := s.rules(opts.rules)
	if err != nil {
		return versions.Comparison{}, err
	}
	dataset, err := s.dataset(name)
	return versions.Comparison{Dataset: dataset, Profile: profile}, err
}

// freezeCounted returns the freeze of that number, or the newest for 0, or 0
// when a workspace has none yet.
func freezeCounted(ctx context.Context, w *warehouse.Warehouse, number int) (int, error) {
	freeze, err := linkage.Find(ctx, w, number)
	var missing *diagnostic.Input
	if number == 0 && errors.As(err, &missing) {
		return 0, nil
	}
	return freeze.Number, err
}

func (s *session) writeChanges(answer written, opts changesOptions) error {
	text := []byte(answer.Markdown())
	if opts.asJSON {
		page, err := answer.Activities()
		if err != nil {
			return err
		}
		if text, err = versions.WritePage(page); err != nil {
			return err
		}
	}
	if opts.out == "" {
		_, err := s.streams.Out.Write(text)
		return err
	}
	if err := cli.WriteFile(opts.out, text); err != nil {
		return err
	}
	_, err := fmt.Fprintln(s.streams.Out, opts.out)
	return err
}

func (s *session) versionsVerifyCommand() *cobra.Command {
	var asJSON bool
	command := newCommand("verify [DATASET@N]", "Check that the data are what was loaded",
		`Makes the fingerprint of every table of a version (or of every loaded version of
`+defaultDataset+`) again and names the tables whose content is not what was loaded.`,
		cobra.MaximumNArgs(1), func(ctx context.Context, args []string) error {
			return s.reading(ctx, nil, func(workspace *warehouse.Workspace) error {
				return s.versionsVerify(ctx, workspace, args, asJSON)
			})
		})
	command.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return command
}

func (s *session) versionsVerify(ctx context.Context, workspace *warehouse.Workspace, args []string, asJSON bool) error {
	dataset, list, err := s.versionsNamed(ctx, workspace, args)
	if err != nil {
		return err
	}
	checked := []versions.Checked{}
	for _, version := range list {
		tables, err := versions.Verify(ctx, workspace.Warehouse, dataset, version)
		if err != nil {
			return err
		}
		checked = append(checked, tables...)
	}
	var verdict error
	for _, one := range checked {
		if one.State != versions.Unchanged {
			verdict = cli.Verdict(cli.Refused)
		}
	}
	if asJSON {
		return errors.Join(cli.WriteJSON(s.streams.Out, checked), verdict)
	}
	unchanged := 0
	for _, one := range checked {
		switch one.State {
		case versions.Unchanged:
			unchanged++
		case versions.Incomparable:
			fmt.Fprintf(s.streams.Out, "%s %s: the fingerprint was made by another release of the database and cannot be compared\n", one.Version, one.Table)
		case versions.Missing:
			fmt.Fprintf(s.streams.Out, "%s %s: the table is missing\n", one.Version, one.Table)
		default:
			fmt.Fprintf(s.streams.Out, "%s %s: the content is not what was loaded\n", one.Version, one.Table)
		}
	}
	_, err = fmt.Fprintf(s.streams.Out, "%d of %d tables unchanged\n", unchanged, len(checked))
	return errors.Join(err, verdict)
}

func (s *session) versionsNamed(ctx context.Context, workspace *warehouse.Workspace, args []string) (spec.Dataset, []versions.Version, error) {
	if len(args) == 1 {
		version, dataset, err := s.loadedVersion(ctx, workspace, args[0])
		return dataset, []versions.Version{version}, err
	}
	dataset, err := s.dataset(defaultDataset)
	if err != nil {
		return dataset, nil, err
	}
	list, err := versions.List(ctx, workspace.Warehouse, dataset)
	return dataset, list, err
}
