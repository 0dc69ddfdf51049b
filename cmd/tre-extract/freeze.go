package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/warehouse"
)

const mostFreezes = 9999

type freezeOptions struct {
	number, date, permissions, mapping string
	asJSON                             bool
}

func (s *session) freezeCommand() *cobra.Command {
	var opts freezeOptions
	command := newCommand("freeze N", "Make a freeze from permissions and mapping",
		`Makes freeze N: who is in each study, permits NHS England linkage (ukllc_status
and nhs_e_linkage_permission both 1) and is linked, under consent or section
251 (national_opt_out 1 means section 251, not opted out). One wrong row in
either file refuses the freeze, with its line.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			opts.number = args[0]
			return s.freeze(ctx, opts)
		})
	flags := command.Flags()
	flags.StringVar(&opts.date, "date", "", "the freeze's date, such as 2026-05-01")
	flags.StringVar(&opts.permissions, "permissions", "", "the study permissions file (CSV)")
	flags.StringVar(&opts.mapping, "mapping", "", "the mapping of study ids to NHS person keys (CSV)")
	flags.BoolVar(&opts.asJSON, "json", false, "answer as JSON")
	for _, needed := range []string{"date", "permissions", "mapping"} {
		_ = command.MarkFlagRequired(needed) // defined above
	}
	return command
}

func (s *session) freeze(ctx context.Context, opts freezeOptions) error {
	request, err := s.freezeRequest(opts)
	if err != nil {
		return err
	}
	directories := []string{filepath.Dir(opts.permissions), filepath.Dir(opts.mapping)}
	var result linkage.Result
	err = s.writing(ctx, "freeze "+opts.number, directories, func(workspace *warehouse.Workspace) error {
		result, err = linkage.Make(ctx, workspace, request)
		return err
	})
	if err != nil {
		return err
	}
	if opts.asJSON {
		return cli.WriteJSON(s.streams.Out, result)
	}
	return s.writeFrozen(result)
}

// writeFrozen says what was made; counts of people go through the gate.
func (s *session) writeFrozen(result linkage.Result) error {
	rules, err := s.rules(defaultRules)
	if err != nil {
		return err
	}
	if !result.Unmatched.IsZero() {
		fmt.Fprintf(s.streams.Err, "%s mapping rows name nobody in the permissions\n", rules.Cell(result.Unmatched))
	}
	_, err = fmt.Fprintf(s.streams.Out, "made freeze %d of %s: %d permission rows, %d mapping rows, none rejected; %s linked\n",
		result.Number, result.Date, result.PermissionRows, result.MappingRows, rules.Cell(result.Linked))
	return err
}

func (s *session) freezeRequest(opts freezeOptions) (linkage.Request, error) {
	number, err := strconv.Atoi(opts.number)
	if err != nil || number < 1 || number > mostFreezes {
		return linkage.Request{}, cli.Fail(cli.Usage, fmt.Errorf("%q is not a freeze number", opts.number), "write a whole number from 1 to 9999, as in: freeze 16")
	}
	date, err := parseDate("date", opts.date)
	if err != nil {
		return linkage.Request{}, err
	}
	cohorts, err := s.cohorts()
	return linkage.Request{
		Freeze:      linkage.Freeze{Number: number, Date: date},
		Permissions: opts.permissions,
		Mapping:     opts.mapping,
		Cohorts:     cohorts,
		Now:         s.now(),
	}, err
}
