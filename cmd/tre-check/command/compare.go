package command

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/report"
	"tre-toolkit/internal/release"
)

type compareOptions struct {
	checking
	answering
}

func (s *session) compareCommand() *cobra.Command {
	var opts compareOptions
	command := &cobra.Command{
		Use:   "compare OLD NEW",
		Short: "Tell what two releases give away together",
		Long: `Compares two folders, or two files, as a reader of both can: counts that changed
by a few people, masks that came or went, tables that differ by a residual, and
masked numbers that both together give away. Each folder by itself is not
judged; that is tre-check check.

The report holds no hidden value unless --show-certificates is given.

` + cli.ExitCodeHelp,
		Example: "  tre-check compare 2024-09-05/ 2024-12-06/ --rules ukllc-metrics",
		Args:    cli.Arguments(cobra.ExactArgs(2)),
		RunE: func(command *cobra.Command, args []string) error {
			return s.compare(command.Context(), args[0], args[1], opts)
		},
	}
	opts.checking.flags(command)
	opts.answering.flags(command, "text, json, sarif or html")
	return command
}

func (s *session) compare(ctx context.Context, before, after string, opts compareOptions) error {
	if err := opts.checkFormat(streamFormats()); err != nil {
		return err
	}
	profile, oldReport, oldPublished, err := opts.examine(ctx, []string{before})
	if err != nil {
		return err
	}
	_, newReport, newPublished, err := opts.examine(ctx, []string{after})
	if err != nil {
		return err
	}
	earlier, err := release.Of(release.Source{Name: "OLD", Rules: profile.Name(), Paths: []string{before}, Report: oldReport, Published: oldPublished})
	if err != nil {
		return explainRegister(err)
	}
	now, err := release.Of(release.Source{Name: "NEW", Rules: profile.Name(), Paths: []string{after}, Report: newReport, Published: newPublished})
	if err != nil {
		return explainRegister(err)
	}
	found := newReport
	found.Verdict, found.Disclosive, found.Findings, found.Hidden = outputs.Safe, false, nil, nil
	compared, err := release.Compare(ctx, profile, now, []release.Release{earlier})
	if err != nil {
		return err
	}
	found = found.With(append(compared, unread(oldReport, newReport)...))
	if !opts.certificates {
		found = found.WithoutCertificates()
	}
	if err := s.answer(found, opts.answering, report.Pack{}); err != nil {
		return err
	}
	return verdict(found)
}

// unread tells of files that were not read fully: what they have in common with
// others is not known.
func unread(before, after outputs.Report) []outputs.Finding {
	var list []outputs.Finding
	for i, one := range []outputs.Report{before, after} {
		side := [2]string{"OLD", "NEW"}[i]
		for _, file := range one.Files {
			if file.Read == outputs.Fully {
				continue
			}
			list = append(list, outputs.Finding{
				Check: "FIL002", Severity: outputs.ForReview, File: file.Path,
				Message: fmt.Sprintf("In %s it was %s read: %s. A person must compare it.", side, file.Read, file.Reason),
			})
		}
	}
	return list
}
