package main

import (
	"context"
	"fmt"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

func (s *session) withdrawalsCommand() *cobra.Command {
	command := newCommand("withdrawals", "Keep the ledger of participants who have withdrawn, for good",
		`The ledger of withdrawals never forgets: no command removes or changes what was
recorded, and every later freeze leaves out everyone in it, whatever the
permissions say. Somebody who joins again does so under a new study id.`,
		cobra.NoArgs, nil)
	command.RunE = func(command *cobra.Command, _ []string) error { return command.Help() }
	command.AddCommand(s.withdrawalsAddCommand(), s.withdrawalsListCommand(), s.withdrawalsAffectedCommand())
	return command
}

type withdrawalsOptions struct {
	path, received              string
	byPerson, everybody, dryRun bool
	asJSON                      bool
}

func (s *session) withdrawalsAddCommand() *cobra.Command {
	var opts withdrawalsOptions
	command := newCommand("add FILE", "Record who has withdrawn",
		`Records a file of withdrawals: CSV with the one column study_id_e, the encrypted
study id. Ids that are in no freeze are recorded too, since they may be in a later
one, and said so: an id of another kind would never leave anybody out.

--by-person withdraws the person: every participant of any study with the same
NHS person key, now or in a later mapping.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			opts.path = args[0]
			return s.addWithdrawals(ctx, opts)
		})
	flags := command.Flags()
	flags.StringVar(&opts.received, "received", "", "the day on which the withdrawals were received")
	flags.BoolVar(&opts.byPerson, "by-person", false, "withdraw the person from every study")
	flags.BoolVar(&opts.everybody, "everybody", false, "even when nobody who is linked is left in the newest freeze")
	flags.BoolVar(&opts.dryRun, "dry-run", false, "count and record nothing")
	flags.BoolVar(&opts.asJSON, "json", false, "answer as JSON")
	_ = command.MarkFlagRequired("received") // defined above
	return command
}

func (s *session) addWithdrawals(ctx context.Context, opts withdrawalsOptions) error {
	received, err := parseDate("received", opts.received)
	if err != nil {
		return err
	}
	rules, err := s.rules(defaultRules)
	if err != nil {
		return err
	}
	request := linkage.Withdrawals{
		Path: opts.path, Received: received, ByPerson: opts.byPerson, Everybody: opts.everybody, DryRun: opts.dryRun, Now: s.now(),
	}
	var file linkage.WithdrawalFile
	directories := []string{filepath.Dir(opts.path)}
	withdraw := func(workspace *warehouse.Workspace) (map[string]string, error) {
		file, err = linkage.Withdraw(ctx, workspace, request)
		return nil, err
	}
	if opts.dryRun {
		err = s.writing(ctx, "withdrawals add", directories, func(workspace *warehouse.Workspace) error {
			_, err := withdraw(workspace)
			return err
		})
	} else {
		err = s.changing(ctx, "withdrawals add", ledger.Event{Kind: ledger.Withdrawals, Subject: "withdrawals"}, directories, withdraw)
	}
	if err != nil {
		return err
	}
	recorded := withdrawalLine(file, rules)
	recorded.DryRun = opts.dryRun
	if opts.asJSON {
		return cli.WriteJSON(s.streams.Out, recorded)
	}
	return s.writeAdded(recorded, file)
}

func (s *session) writeAdded(recorded recordedFile, file linkage.WithdrawalFile) error {
	if !file.Unknown.IsZero() {
		fmt.Fprintf(s.streams.Err, "some of them (%s) are in no freeze yet; study ids must be the encrypted ones, study_id_e\n", recorded.Unknown)
	}
	said := "recorded as"
	if recorded.DryRun {
		said = "would be"
	}
	_, err := fmt.Fprintf(s.streams.Out, "%s file %d of the ledger, received %s: %s newly withdrawn, %s rows repeated\n",
		said, recorded.Number, recorded.Received, recorded.New, recorded.Repeated)
	return err
}

// recordedFile is a file of the ledger as it is shown.
type recordedFile struct {
	Number     int             `json:"file"`
	Received   spec.Date       `json:"received"`
	ByPerson   bool            `json:"by_person"`
	SHA256     string          `json:"sha256"`
	RecordedAt string          `json:"recorded_at"`
	New        disclosure.Cell `json:"new"`
	Repeated   disclosure.Cell `json:"repeated"`
	Unknown    disclosure.Cell `json:"in_no_freeze_then"`
	DryRun     bool            `json:"dry_run,omitempty"`
}

// withdrawalLine passes a file's counts through the gate: the unknown ones are
// among the new ones, so that a reader may subtract them.
func withdrawalLine(file linkage.WithdrawalFile, rules disclosure.Profile) recordedFile {
	return recordedFile{
		Number: file.Number, Received: file.Received, ByPerson: file.ByPerson, SHA256: file.SHA256, RecordedAt: file.RecordedAt,
		New: rules.Cell(file.New), Repeated: rules.Cell(file.Repeated), Unknown: rules.Beside(file.Unknown, file.New),
	}
}

func (s *session) withdrawalsListCommand() *cobra.Command {
	var asJSON bool
	command := newCommand("list", "List the files of the ledger",
		`Lists the files of withdrawals in the order in which they were recorded, with
counts that pass the disclosure rules. Study ids are never shown.`,
		cobra.NoArgs, func(ctx context.Context, _ []string) error {
			rules, err := s.rules(defaultRules)
			if err != nil {
				return err
			}
			return s.reading(ctx, nil, func(workspace *warehouse.Workspace) error {
				files, err := linkage.ListWithdrawals(ctx, workspace.Warehouse)
				if err != nil {
					return err
				}
				lines := []recordedFile{}
				for _, file := range files {
					lines = append(lines, withdrawalLine(file, rules))
				}
				if asJSON {
					return cli.WriteJSON(s.streams.Out, map[string]any{"files": lines})
				}
				return s.writeLedger(lines)
			})
		})
	command.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return command
}

func (s *session) writeLedger(lines []recordedFile) error {
	table := tabwriter.NewWriter(s.streams.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "file\treceived\twithdraws\tnew\trepeated rows\tin no freeze then\tSHA-256")
	for _, line := range lines {
		withdraws := "the participant"
		if line.ByPerson {
			withdraws = "the person"
		}
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\t%s…\n",
			line.Number, line.Received, withdraws, line.New, line.Repeated, line.Unknown, line.SHA256[:12])
	}
	return table.Flush()
}
