package command

import (
	"errors"
	"io/fs"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/outputs"
)

func (s *session) declareCommand() *cobra.Command {
	var opts checking
	command := &cobra.Command{
		Use:   "declare PATH...",
		Short: "Draft a declaration of what the tables of finished files mean",
		Long: `Reads the files as a check does and writes what it takes their tables to mean,
as a declaration in TOML: which columns are labels, counts and percentages,
which labels are totals, what a percentage is of. Mend it and give it to a check
with --declare; it overrides the guess. It holds no numbers of the files.

` + cli.ExitCodeHelp,
		Example: "  tre-check declare results/ > results.toml\n  tre-check check results/ --declare results.toml",
		Args:    cli.Arguments(cobra.MinimumNArgs(1)),
		RunE: func(command *cobra.Command, args []string) error {
			options, err := opts.options()
			if err != nil {
				return err
			}
			err = outputs.Draft(command.Context(), args, options, s.streams.Out)
			if errors.Is(err, fs.ErrNotExist) {
				return cli.Fail(cli.Usage, err, "name the files or folders to read")
			}
			return err
		},
	}
	opts.flags(command)
	return command
}
