package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/extract"
	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

const mostFreezes = 9999

type freezeOptions struct {
	number, date, permissions, mapping string
	list, received, expires            string
	asJSON                             bool
}

func (s *session) freezeCommand() *cobra.Command {
	var opts freezeOptions
	command := newCommand("freeze N", "Make a freeze from permissions and mapping",
		`Makes freeze N: who is in each study, permits NHS England linkage (ukllc_status
and nhs_e_linkage_permission both 1) and is linked, under consent or section
251 (national_opt_out 1 means section 251, not opted out). One wrong row in
either file refuses the freeze, with its line.

Who was ever recorded by tre-extract withdrawals is left out, whatever the files
say. --positive-list names the answer of NHS England's check service with
cohortkey_e in place of NHS numbers: a key, a comma and a line feed, once a
person. Who flows under section 251 and is not on it is not linked; it says
nothing of those who consent. It goes stale by specs/optouts.toml, or on
--expires if that is earlier.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			opts.number = args[0]
			return s.freeze(ctx, opts)
		})
	flags := command.Flags()
	flags.StringVar(&opts.date, "date", "", "the freeze's date, such as 2026-05-01")
	flags.StringVar(&opts.permissions, "permissions", "", "the study permissions file (CSV)")
	flags.StringVar(&opts.mapping, "mapping", "", "the mapping of study ids to NHS person keys (CSV)")
	flags.StringVar(&opts.list, "positive-list", "", "the people of section 251 without a National Data Opt-Out")
	flags.StringVar(&opts.received, "received", "", "the day on which the positive list was received")
	flags.StringVar(&opts.expires, "expires", "", "the positive list's last day, if earlier than the policy's")
	flags.BoolVar(&opts.asJSON, "json", false, "answer as JSON")
	for _, needed := range []string{"date", "permissions", "mapping"} {
		_ = command.MarkFlagRequired(needed) // defined above
	}
	command.AddCommand(s.freezeShowCommand(), s.freezeCompareCommand())
	return command
}

func (s *session) freeze(ctx context.Context, opts freezeOptions) error {
	request, err := s.freezeRequest(opts)
	if err != nil {
		return err
	}
	directories := []string{filepath.Dir(opts.permissions), filepath.Dir(opts.mapping)}
	if opts.list != "" {
		directories = append(directories, filepath.Dir(opts.list))
	}
	var result linkage.Result
	event := ledger.Event{Kind: ledger.Freeze, Subject: fmt.Sprintf("freeze %d", request.Freeze.Number)}
	err = s.changing(ctx, event.Subject, event, directories, func(workspace *warehouse.Workspace) (map[string]string, error) {
		if result, err = linkage.Make(ctx, workspace, request); err != nil {
			return nil, err
		}
		return extract.FindSource(ctx, workspace.Warehouse, event.Kind, event.Subject)
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
	fmt.Fprintf(s.streams.Err, "section 251: %s\n", appliedBy(result.OptOuts))
	_, err = fmt.Fprintf(s.streams.Out, "made freeze %d of %s: %d permission rows, %d mapping rows, none rejected; %s linked\n",
		result.Number, result.Date, result.PermissionRows, result.MappingRows, rules.Cell(result.Linked))
	return err
}

// parseFreeze reads a freeze's number.
func parseFreeze(text string) (int, error) {
	number, err := strconv.Atoi(text)
	if err != nil || number < 1 || number > mostFreezes {
		return 0, cli.Fail(cli.Usage, fmt.Errorf("%q is not a freeze number", text), "write a whole number from 1 to 9999, as in: freeze 16")
	}
	return number, nil
}

func (s *session) freezeRequest(opts freezeOptions) (linkage.Request, error) {
	number, err := parseFreeze(opts.number)
	if err != nil {
		return linkage.Request{}, err
	}
	date, err := parseDate("date", opts.date)
	if err != nil {
		return linkage.Request{}, err
	}
	list, err := positiveListOf(opts)
	if err != nil {
		return linkage.Request{}, err
	}
	policy, err := s.optOuts()
	if err != nil {
		return linkage.Request{}, err
	}
	cohorts, err := s.cohorts()
	return linkage.Request{
		Freeze:      linkage.Freeze{Number: number, Date: date},
		Permissions: opts.permissions,
		Mapping:     opts.mapping,
		List:        list,
		Policy:      policy,
		Cohorts:     cohorts,
		Now:         s.now(),
	}, err
}

// positiveListOf returns the list that the flags name, or nil.
func positiveListOf(opts freezeOptions) (*linkage.PositiveList, error) {
	if opts.list == "" {
		if opts.received != "" || opts.expires != "" {
			return nil, cli.Fail(cli.Usage, errors.New("--received and --expires are a positive list's days, and none is given"), "add --positive-list")
		}
		return nil, nil
	}
	if opts.received == "" {
		return nil, cli.Fail(cli.Usage, errors.New("a positive list needs the day on which it was received"), "add --received, with a date such as 2024-04-26")
	}
	list := &linkage.PositiveList{Path: opts.list}
	var err error
	if list.Received, err = parseDate("received", opts.received); err != nil {
		return nil, err
	}
	if opts.expires != "" {
		list.Expires, err = parseDate("expires", opts.expires)
	}
	return list, err
}

// optOuts loads the policy on opt-outs and withdrawals.
func (s *session) optOuts() (spec.OptOuts, error) {
	files, err := s.specFiles()
	if err != nil {
		return spec.OptOuts{}, err
	}
	return spec.LoadOptOuts(files)
}

// appliedBy says in words how opt-outs were applied.
func appliedBy(optOuts linkage.OptOuts) string {
	if optOuts.AppliedBy == linkage.ByList {
		return fmt.Sprintf("the positive list of %s was applied; its last day is %s", optOuts.Received, optOuts.Expires)
	}
	return "no positive list; NHS England applies the opt-out before the data come"
}
