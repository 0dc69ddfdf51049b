package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/warehouse"
)

func (s *session) initCommand() *cobra.Command {
	var role string
	command := newCommand("init DIR", "Make a workspace",
		`Makes a workspace: a folder, private to its owner, with an empty warehouse. The
role tre holds attributes and project keys; the role ttp (trusted third party)
holds identifiers and the link key.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			if role != string(warehouse.TRE) && role != string(warehouse.TTP) {
				return cli.Fail(cli.Usage, fmt.Errorf("there is no role %q", role), "--role is tre or ttp")
			}
			if err := warehouse.Create(ctx, args[0], warehouse.Role(role)); err != nil {
				return err
			}
			fmt.Fprintf(s.streams.Err, "made the workspace %s (role %s)\n", args[0], role)
			return nil
		})
	command.Flags().StringVar(&role, "role", string(warehouse.TRE), "whose workspace it is: tre or ttp")
	return command
}
