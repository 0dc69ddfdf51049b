// Package command holds the commands of tre-check, so that another program can
// run exactly the same ones.
package command

import (
	"context"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
)

// Run runs one command line of tre-check and returns its exit code.
func Run(ctx context.Context, streams cli.Streams, args []string) int {
	return cli.Execute(ctx, root(streams), streams, args)
}

func root(streams cli.Streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "tre-check",
		Short: "Check whether results may leave a trusted research environment",
		Long: `tre-check reads finished files as a stranger would and looks for what
they give away: low counts, masked numbers that can be worked out, percentages of
masked counts, identifiers. It prints the proof of what it finds.

` + cli.ExitCodeHelp,
		Args: cli.Arguments(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	root.AddCommand(checkCommand(streams), rulesCommand(streams))
	return root
}

// loadRules reads a profile from the built-in specifications or from a folder.
func loadRules(directory, name string) (disclosure.Profile, error) {
	files, err := cli.Specs(directory)
	if err != nil {
		return disclosure.Profile{}, err
	}
	return spec.LoadRules(files, name)
}
