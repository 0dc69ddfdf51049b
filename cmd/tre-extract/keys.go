package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/keys"
	"tre-toolkit/internal/warehouse"
)

func (s *session) keysCommand() *cobra.Command {
	command := newCommand("keys", "Make and show the root key of pseudonyms", `The root key is 32 random bytes in an age file inside the workspace. It opens
with an age identity, a file that should live outside the workspace. Every
project's key is derived from it.`,
		cobra.NoArgs, func(context.Context, []string) error {
			return cli.Fail(cli.Usage, fmt.Errorf("keys needs a subcommand"), "tre-extract keys new --identity FILE, or keys show")
		})
	command.AddCommand(s.keysNewCommand(), s.keysShowCommand())
	return command
}

func (s *session) keysNewCommand() *cobra.Command {
	var identity string
	command := newCommand("new", "Make the workspace's root key",
		`Makes the workspace's root key and encrypts it to the identity, which is made
too if its file is not there. Keep the identity apart from the workspace, and
keep a copy: without it no extract can be made again with the same ids.`,
		cobra.NoArgs, func(ctx context.Context, _ []string) error {
			return s.writing(ctx, "keys new", nil, func(workspace *warehouse.Workspace) error {
				root, err := keys.Create(workspace.KeysDir(), identity)
				if err != nil {
					return err
				}
				fmt.Fprintf(s.streams.Err, "made root key %s; it opens with %s\n", root.ID(), identity)
				return nil
			})
		})
	identityFlag(command, &identity)
	return command
}

func (s *session) keysShowCommand() *cobra.Command {
	var identity string
	var asJSON bool
	command := newCommand("show", "Show the root key's id, never the key", "Shows the id of the workspace's root key, as manifests carry it.",
		cobra.NoArgs, func(ctx context.Context, _ []string) error {
			return s.reading(ctx, nil, func(workspace *warehouse.Workspace) error {
				root, err := keys.Open(workspace.KeysDir(), identity)
				if err != nil {
					return err
				}
				if asJSON {
					return cli.WriteJSON(s.streams.Out, map[string]string{"key_id": root.ID()})
				}
				_, err = fmt.Fprintln(s.streams.Out, root.ID())
				return err
			})
		})
	identityFlag(command, &identity)
	command.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return command
}

func identityFlag(command *cobra.Command, identity *string) {
	command.Flags().StringVar(identity, "identity", "", "the age identity file that opens the root key")
	_ = command.MarkFlagRequired("identity") // the flag was defined a line above
}
