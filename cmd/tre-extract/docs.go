package main

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func (s *session) docsCommand() *cobra.Command {
	command := newCommand("man DIR", "Write the manual pages", "Writes a manual page for every command to a folder.",
		cobra.ExactArgs(1), func(_ context.Context, args []string) error {
			return doc.GenManTree(s.root(), &doc.GenManHeader{Title: "TRE-EXTRACT", Section: "1"}, args[0])
		})
	command.Hidden = true
	return command
}
