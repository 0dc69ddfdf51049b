// Package command holds the commands of tre-check, so that another program can
// run exactly the same ones.
package command

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
)

// session is what every command shares: streams and clock.
type session struct {
	streams cli.Streams
	now     func() time.Time
}

// Run runs one command line of tre-check and returns its exit code.
func Run(ctx context.Context, streams cli.Streams, args []string) int {
	s := &session{streams, time.Now}
	return cli.Execute(ctx, s.root(), streams, args)
}

func (s *session) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "tre-check",
		Short: "Check whether results may leave a trusted research environment",
		Long: `tre-check reads finished files as a stranger would and looks for what
they give away: low counts, masked numbers that can be worked out, also together
with what left before, percentages of masked counts, identifiers. It can prove
what it finds, and hold a table against the data that it was made from.

` + cli.ExitCodeHelp,
		Args: cli.Arguments(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	root.AddCommand(
		s.checkCommand(), s.compareCommand(), s.auditCommand(), s.recomputeCommand(),
		s.registerCommand(), s.declareCommand(), rulesCommand(s.streams),
		s.reviewCommand(), s.sealCommand(), s.verifyCommand(), s.reviewerCommand(),
	)
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
