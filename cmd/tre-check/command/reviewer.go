package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/review/people"
)

func (s *session) reviewerCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "reviewer",
		Short: "Make the keys that reviewers sign with",
		Long: `Reviewers are users of the system, or stand in a file that tre-check review
--reviewers names, each with a public key; then every decision is signed.

` + cli.ExitCodeHelp,
		Args: cli.Arguments(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	command.AddCommand(s.reviewerNewCommand())
	return command
}

func (s *session) reviewerNewCommand() *cobra.Command {
	var file string
	command := &cobra.Command{
		Use:   "new NAME --key FILE",
		Short: "Make a reviewer's key",
		Long: `Makes an Ed25519 key. The private one goes to the file, which nobody else may
read and which is never written over. What stands in the list of reviewers is
printed; it may be shown to anybody.

` + cli.ExitCodeHelp,
		Example: "  tre-check reviewer new ada --key ada.key >> reviewers.toml",
		Args:    cli.Arguments(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			return s.reviewerNew(args[0], file)
		},
	}
	command.Flags().StringVar(&file, "key", "", "the file of the private key")
	_ = command.MarkFlagRequired("key") // the flag is there
	return command
}

func (s *session) reviewerNew(name, file string) error {
	if _, err := people.ParseName(name); err != nil {
		return cli.Fail(cli.Usage, err, "")
	}
	private, public, err := people.NewKey(name)
	if err != nil {
		return err
	}
	kept, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return cli.Fail(cli.Usage, err, "a private key is not written over: name another file")
	}
	if err != nil {
		return err
	}
	_, err = kept.WriteString(private + "\n")
	if err := errors.Join(err, kept.Sync(), kept.Close()); err != nil {
		return errors.Join(err, os.Remove(file))
	}
	fmt.Fprintf(s.streams.Out, "[[person]]\nname = %q\nkey = %q\n", name, public)
	return nil
}
