package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/keys"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

func (s *session) keysProjectCommand() *cobra.Command {
	command := newCommand("project", "Register the projects that ids are made for", `A project is a domain of ids of its own. Were every project id taken as it comes, a
mistyped one would silently make a new domain, whose ids join nothing that the
project was given before: so a project is registered, once, by whoever holds the
key.`,
		cobra.NoArgs, func(context.Context, []string) error {
			return cli.Fail(cli.Usage, errors.New("keys project needs a subcommand"), "tre-extract keys project add llc_0042 --identity FILE, or keys project list")
		})
	command.AddCommand(s.keysProjectAddCommand(), s.keysProjectListCommand())
	return command
}

func (s *session) keysProjectAddCommand() *cobra.Command {
	var identity string
	command := newCommand("add PROJECT", "Register a project under the newest root key",
		`Registers a project, by its id, under the newest root key. Type the id from the
approval and not from the project's file: a mistake in the file is found out then.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			project, err := spec.ParseProjectID(args[0])
			if err != nil {
				return cli.Fail(cli.Usage, err, "")
			}
			return s.holdingKeys(ctx, "keys project add", func(workspace *warehouse.Workspace) error {
				root, err := keys.Open(workspace.KeysDir(), identity)
				if err != nil {
					return err
				}
				if err := keys.AddProject(workspace.KeysDir(), root, project); err != nil {
					return explainProject(err)
				}
				fmt.Fprintf(s.streams.Err, "registered %s under root key %s, version %d\n", project, root.ID(), root.Version())
				return nil
			})
		})
	identityFlag(command, &identity)
	return command
}

// registeredProject is one project as --json prints it.
type registeredProject struct {
	Project    string `json:"project"`
	KeyVersion int    `json:"key_version"`
	KeyID      string `json:"key_id"`
}

func (s *session) keysProjectListCommand() *cobra.Command {
	var asJSON bool
	command := newCommand("list", "List the projects that are registered", "Lists the projects that ids are made for, and the key of each.",
		cobra.NoArgs, func(ctx context.Context, _ []string) error {
			return s.holdingKeys(ctx, "", func(workspace *warehouse.Workspace) error {
				registered, err := keys.Projects(workspace.KeysDir())
				if err != nil {
					return explainProject(err)
				}
				list := []registeredProject{}
				for _, one := range registered {
					list = append(list, registeredProject{one.Project.String(), one.KeyVersion, one.KeyID})
				}
				if asJSON {
					return cli.WriteJSON(s.streams.Out, map[string]any{"projects": list})
				}
				return writeProjects(s.streams.Out, list)
			})
		})
	command.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return command
}

func writeProjects(w io.Writer, list []registeredProject) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "project\tkey version\tkey")
	for _, one := range list {
		fmt.Fprintf(table, "%s\t%d\t%s\n", one.Project, one.KeyVersion, one.KeyID)
	}
	return table.Flush()
}

// explainProject gives the errors of the register their exit codes and hints.
func explainProject(err error) error {
	switch {
	case errors.Is(err, keys.ErrUnknownProject):
		return cli.Fail(cli.Usage, err, "look for a mistyped id: tre-extract keys project list shows them, and keys project add makes it one")
	case errors.Is(err, keys.ErrRegistered):
		return cli.Fail(cli.Usage, err, "tre-extract keys project list shows it")
	case errors.Is(err, keys.ErrOtherKey):
		return cli.Fail(cli.Refused, err, "ids of two keys do not join: make the extract in the workspace that made the earlier ones")
	case errors.Is(err, keys.ErrRegistry):
		return cli.Fail(cli.Fault, err, "restore the file from a backup")
	}
	return err
}
