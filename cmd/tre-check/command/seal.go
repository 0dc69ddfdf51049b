package command

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/release"
	"tre-toolkit/internal/review"
	"tre-toolkit/internal/spec"
)

type sealOptions struct {
	reviewing
	out, release, date, workspace string
}

func (s *session) sealCommand() *cobra.Command {
	var opts sealOptions
	command := &cobra.Command{
		Use:   "seal PATH --out BUNDLE --register DIR --release NAME",
		Short: "Make a release bundle of what two reviewers approved",
		Long: `Makes a folder with the files that both reviewers approved and no other: the
files, a manifest that both signed, a summary, a pack for the SACRO Viewer and a
receipt. Every file is hashed and checked again: one that is not what was reviewed
is refused (INT001).

The release is recorded in the register and in the ledger. All of it is done or
nothing: a seal that is cut short is finished or undone when the review is opened
next, and the bundle appears last.

` + cli.ExitCodeHelp,
		Example: "  tre-check seal results/ --out bundle/ --register releases/ --release 2026-11-22 --key ada.key",
		Args:    cli.Arguments(cobra.ExactArgs(1)),
		RunE: func(command *cobra.Command, args []string) error {
			return explainReview(s.seal(command.Context(), args[0], opts, command.Flags().Changed("rules")))
		},
	}
	opts.reviewing.flags(command)
	flags := command.Flags()
	flags.StringVar(&opts.out, "out", "", "the bundle's folder, absent or empty")
	flags.StringVar(&opts.release, "release", "", "what the release is called: letters, digits, dots and dashes")
	flags.StringVar(&opts.date, "date", "", "when it leaves, such as 2026-11-22; today when it is not given")
	flags.StringVarP(&opts.workspace, "workspace", "w", os.Getenv("TRE_WORKSPACE"), "the workspace whose ledger records it; the review's folder when none is named")
	for _, name := range []string{"out", "register", "release"} {
		_ = command.MarkFlagRequired(name) // the flags are there
	}
	return command
}

func (s *session) seal(ctx context.Context, path string, opts sealOptions, ruled bool) error {
	name, err := release.ParseName(opts.release)
	if err != nil {
		return cli.Fail(cli.Usage, err, "")
	}
	date := spec.DateOf(s.now())
	if opts.date != "" {
		if date, err = spec.ParseDate(opts.date); err != nil {
			return cli.Fail(cli.Usage, err, "--date takes a date such as 2026-11-22")
		}
	}
	r, err := s.openReview(ctx, path, opts.reviewing, ruled, review.Look)
	if err != nil {
		return err
	}
	sealed, err := r.Seal(ctx, review.SealOptions{Out: opts.out, Release: name, Date: date, Ledger: opts.workspace})
	if err != nil {
		return err
	}
	if opts.json {
		return cli.WriteJSON(s.streams.Out, sealed)
	}
	fmt.Fprintf(s.streams.Out, "%s is sealed in %s.\nThe manifest is %s.\nThe register is now %s.\n", name, opts.out, sealed.Manifest, sealed.Register)
	return nil
}
