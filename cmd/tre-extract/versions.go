package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions"
	"tre-toolkit/internal/warehouse"
)

// defaultDataset is what commands about versions mean when none is named.
const defaultDataset = "NHSE_IAPT"

func (s *session) versionsCommand() *cobra.Command {
	command := newCommand("versions", "List, compare and verify the versions of a dataset", "What is known of every version of a dataset in the workspace, and what changed from one to the next.",
		cobra.NoArgs, func(context.Context, []string) error {
			return cli.Fail(cli.Usage, errors.New("versions needs a subcommand"), "tre-extract versions list, or versions show NHSE_IAPT@3")
		})
	command.AddCommand(
		s.versionsListCommand(), s.versionsShowCommand(), s.versionsDiffCommand(), s.versionsChangelogCommand(),
		s.versionsImportCommand(), s.versionsExportCommand(), s.versionsVerifyCommand(),
	)
	return command
}

func (s *session) versionsListCommand() *cobra.Command {
	var asJSON bool
	command := newCommand("list [DATASET]", "List a dataset's versions", `Lists the loaded versions of a dataset, numbers in numerical order. Versions that
share a number, as lineages that run beside each other do, have their dates with it,
and are named so: NHSE_IAPT@2:2022-01-06.`,
		cobra.MaximumNArgs(1), func(ctx context.Context, args []string) error {
			name := defaultDataset
			if len(args) == 1 {
				name = args[0]
			}
			dataset, err := s.dataset(name)
			if err != nil {
				return err
			}
			return s.reading(ctx, nil, func(workspace *warehouse.Workspace) error {
				list, err := versions.List(ctx, workspace.Warehouse, dataset)
				if err != nil {
					return err
				}
				if asJSON {
					return cli.WriteJSON(s.streams.Out, versionsJSON(list))
				}
				return writeVersions(s.streams.Out, list, dataset.Hub)
			})
		})
	command.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return command
}

func (s *session) versionsShowCommand() *cobra.Command {
	var asJSON bool
	command := newCommand("show DATASET@N", "Show one version", `Shows one loaded version: its tables with rows and columns, its files and their
hashes, its DOI, and where the DOI's metadata have moved since the dataset's
specification froze them (versions import reads what the registry has now).`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			return s.reading(ctx, nil, func(workspace *warehouse.Workspace) error {
				version, _, err := s.loadedVersion(ctx, workspace, args[0])
				if err != nil {
					return err
				}
				moved, err := versions.MovedMetadata(ctx, workspace.Warehouse, version)
				if err != nil {
					return err
				}
				history, err := versions.History(ctx, workspace.Warehouse, version)
				if err != nil {
					return err
				}
				if asJSON {
					answer := versionsJSON([]versions.Version{version})[0]
					answer.Moved, answer.History = moved, history
					return cli.WriteJSON(s.streams.Out, answer)
				}
				return writeVersion(s.streams.Out, version, moved, history)
			})
		})
	command.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return command
}

func writeVersions(w io.Writer, list []versions.Version, hub spec.Identifier) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(w, "no version is loaded")
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "version\tdate\tcolumns of %s\trows of %s\trows of all tables\tlatest extract\tDOI\n", hub, hub)
	for _, version := range list {
		var all int64
		for _, one := range version.Tables {
			all += one.Rows
		}
		main, _ := version.Table(hub.String())
		fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%d\t%s\t%s\n", versions.Called(list, version), version.Date.Long(), main.Columns, main.Rows, all, version.LatestExtract(), version.DOI())
	}
	return table.Flush()
}

func writeVersion(w io.Writer, version versions.Version, moved []versions.Moved, history []versions.Activity) error {
	fmt.Fprintf(w, "%s of %s, DOI %s, latest extract %s\n\n", version.Name, version.Date.Long(), version.DOI(), version.LatestExtract())
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "table\tcolumns\trows\trejected\tfile\tbytes\tsha256")
	for _, one := range version.Tables {
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%s\t%d\t%s…\n", one.Name, one.Columns, one.Rows, one.Rejected, one.File, one.Bytes, one.SHA256[:12])
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if len(history) > 0 {
		last := history[len(history)-1].Attributes
		fmt.Fprintf(w, "\nchanges of its metadata that were imported: %d, the last (%s) at %s\n", len(history), last.Action, last.GeneratedAt)
	}
	for _, one := range moved {
		now := "now"
		if one.Field == "title" {
			now = "now titled"
		}
		_, err := fmt.Fprintf(w, "\n%s, cited as (%s): %s\n%s (%s): %s\n", one.Field, one.CitedOn, one.Cited, now, one.NowOn, one.Now)
		if err != nil {
			return err
		}
	}
	return nil
}

// versionAnswer is the JSON of a version.
type versionAnswer struct {
	Name          string        `json:"name"` // as a command line calls it
	Dataset       string        `json:"dataset"`
	Version       int           `json:"version"`
	Date          string        `json:"date"`
	DOI           string        `json:"doi"`
	LatestExtract string        `json:"latest_extract"`
	Delivery      string        `json:"delivery_sha256"`
	Tables        []tableAnswer `json:"tables"`

	// Of versions show alone: what the registry was imported to say.
	Moved   []versions.Moved    `json:"moved_metadata,omitempty"`
	History []versions.Activity `json:"metadata_changes,omitempty"`
}

type tableAnswer struct {
	Name     string `json:"name"`
	Columns  int    `json:"columns"`
	Rows     int64  `json:"rows"`
	Rejected int64  `json:"rows_rejected"`
	File     string `json:"file"`
	Bytes    int64  `json:"bytes"`
	SHA256   string `json:"sha256"`

	Fingerprint string `json:"fingerprint"`
}

func versionsJSON(list []versions.Version) []versionAnswer {
	answers := []versionAnswer{}
	for _, version := range list {
		answer := versionAnswer{
			Name: versions.Called(list, version).String(), Dataset: version.Name.Dataset, Version: int(version.Name.Number), Date: version.Date.String(),
			DOI: version.DOI(), LatestExtract: version.LatestExtract().String(), Delivery: version.DeliverySHA256,
		}
		for _, one := range version.Tables {
			answer.Tables = append(answer.Tables, tableAnswer{one.Name, one.Columns, one.Rows, one.Rejected, one.File, one.Bytes, one.SHA256, one.Fingerprint})
		}
		answers = append(answers, answer)
	}
	return answers
}
