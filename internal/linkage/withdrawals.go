package linkage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/intake"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// Withdrawals is a file of participants who have withdrawn: CSV with the one
// column study_id_e. There is no way back: somebody who joins again does so under
// a new study id.
type Withdrawals struct {
	Path     string
	Received spec.Date // when the study or the participant said so
	// ByPerson withdraws the person: every participant, of whatever study, who has
	// or gets the same person key, or a key that one of those has had.
	ByPerson bool
	// Everybody lets a file leave nobody in the newest freeze.
	Everybody bool
	// DryRun counts and records nothing.
	DryRun bool
	Now    time.Time
}

// WithdrawalFile is a file of the ledger.
type WithdrawalFile struct {
	Number     int
	Received   spec.Date
	ByPerson   bool
	SHA256     string
	RecordedAt string           // UTC, as in RFC 3339
	New        disclosure.Count // participants that the ledger did not hold
	Repeated   disclosure.Count // rows that say what the file or the ledger has said
	Unknown    disclosure.Count // new ones who are in no freeze yet
}

var errDryRun = errors.New("nothing is kept of a dry run")

// Withdraw records a file of withdrawals, whole or not at all. Participants who
// are in no freeze are recorded too: they may be in a later one.
func Withdraw(ctx context.Context, workspace *warehouse.Workspace, request Withdrawals) (WithdrawalFile, error) {
	source, err := withdrawalsFile.inspect(ctx, request.Path)
	if err != nil {
		return WithdrawalFile{}, err
	}
	findings := future(source.Name(), "WDR005", request.Received, spec.DateOf(request.Now))
	if len(source.Header) != 1 {
		findings = append(findings, diagnostic.Finding{
			File: source.Name(), Line: 1, Code: "WDR003", Message: "has other columns than study_id_e: a file of withdrawals has none, so that no other file is taken for one",
		})
	}
	if err := withdrawalsFile.refuse(findings); err != nil {
		return WithdrawalFile{}, err
	}
	var recorded WithdrawalFile
	err = workspace.Transaction(ctx, func() error {
		if err := request.record(ctx, workspace.Warehouse, source); err != nil {
			return err
		}
		files, err := ListWithdrawals(ctx, workspace.Warehouse)
		if err != nil {
			return err
		}
		recorded = files[len(files)-1]
		if request.DryRun {
			return errDryRun
		}
		return nil
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return recorded, err
}

func (r Withdrawals) record(ctx context.Context, w *warehouse.Warehouse, source intake.Source) error {
	if err := createLedger(ctx, w); err != nil {
		return err
	}
	if err := withdrawalsFile.read(ctx, w, source); err != nil {
		return err
	}
	if err := checkWithdrawals(ctx, w, source); err != nil {
		return err
	}
	steps := []struct {
		statement string
		args      warehouse.Args
	}{
		{"54_insert_withdrawal_file", warehouse.Args{
			"received": r.Received.String(), "by_person": r.ByPerson, "file_sha256": source.SHA256, "recorded_at": r.Now.UTC().Format(time.DateTime),
		}},
		{"55_insert_withdrawn_participants", warehouse.Args{"by_person": r.ByPerson}},
		{"50_links_of_freezes", nil},
	}
	for _, step := range steps {
		if _, err := w.Run(ctx, statements[step.statement], step.args); err != nil {
			return err
		}
	}
	if err := spreadToPeople(ctx, w); err != nil {
		return err
	}
	if r.Everybody {
		return nil
	}
	return refuseEverybody(ctx, w, source)
}

// checkWithdrawals looks at the rows. The ledger is for good, so that an NHS
// number must not get into it.
func checkWithdrawals(ctx context.Context, w *warehouse.Warehouse, source intake.Source) error {
	findings, err := findingsOf(ctx, w, "22_check_withdrawals", source, nil)
	if err != nil {
		return err
	}
	var all, numbers int64
	err = w.Each(ctx, statements["16_named"], nil, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		all++
		if isNHSNumber(id) {
			numbers++
		}
		return err
	})
	if err != nil {
		return err
	}
	if mostly(numbers, all) {
		findings = append(findings, diagnostic.Finding{
			File: source.Name(), Code: "WDR006", Message: "holds NHS numbers, which have no place in a research environment: give encrypted study ids",
		})
	}
	return withdrawalsFile.refuse(findings)
}

// refuseEverybody refuses a file that leaves nobody in the newest freeze: it is
// more likely to be another file, and the ledger could not forget it.
func refuseEverybody(ctx context.Context, w *warehouse.Warehouse, source intake.Source) error {
	newest, found, err := find(ctx, w, 0)
	if err != nil || !found {
		return err
	}
	var linked, withdrawn disclosure.Count
	if _, err := w.One(ctx, statements["56_count_left"], warehouse.Args{"freeze": newest.Number}, &linked, &withdrawn); err != nil {
		return err
	}
	if linked.IsZero() || linked.Exceeds(withdrawn) {
		return nil
	}
	return &diagnostic.Input{
		Findings: []diagnostic.Finding{{File: source.Name(), Code: "WDR004", Message: fmt.Sprintf("would leave nobody who is linked in freeze %d, for good", newest.Number)}},
		Hint:     noWithdrawal + "; if it is meant so, add --everybody",
	}
}

// spreadToPeople follows withdrawals by person along the links until nobody more
// is found: participant to person key, person key to participant.
func spreadToPeople(ctx context.Context, w *warehouse.Warehouse) error {
	for {
		if _, err := w.Run(ctx, statements["52_insert_withdrawn_people"], nil); err != nil {
			return err
		}
		found, err := w.Run(ctx, statements["53_insert_same_people"], nil)
		if err != nil || found == 0 {
			return err
		}
	}
}

// ListWithdrawals returns the files of the ledger in the order in which they were
// recorded.
func ListWithdrawals(ctx context.Context, w *warehouse.Warehouse) ([]WithdrawalFile, error) {
	if has, err := hasLedger(ctx, w); err != nil || !has {
		return nil, err
	}
	var files []WithdrawalFile
	err := w.Each(ctx, statements["57_withdrawal_files"], nil, func(scan func(...any) error) error {
		var file WithdrawalFile
		var received string
		err := scan(&file.Number, &received, &file.ByPerson, &file.SHA256, &file.RecordedAt, &file.New, &file.Repeated, &file.Unknown)
		if err != nil {
			return err
		}
		file.Received, err = spec.ParseDate(received)
		files = append(files, file)
		return err
	})
	return files, err
}
