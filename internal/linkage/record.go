package linkage

import (
	"context"

	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// By whom the National Data Opt-Out was applied to the section 251 rows of a
// freeze.
const (
	ByList       = "positive list"
	ByNHSEngland = "NHS England" // before the data came
)

// OptOuts says how opt-outs and withdrawals were applied in a freeze.
type OptOuts struct {
	AppliedBy       string    `json:"applied_by"` // ByList or ByNHSEngland
	ListSHA256      string    `json:"list_sha256,omitempty"`
	Received        spec.Date `json:"received,omitzero"`
	Expires         spec.Date `json:"expires,omitzero"`
	WithdrawalFiles int       `json:"withdrawal_files"` // files in the ledger when the freeze was made
}

// Record is what is known of a freeze beside its people.
type Record struct {
	Freeze
	PermissionsSHA256 string   `json:"permissions_sha256"`
	MappingSHA256     string   `json:"mapping_sha256"`
	MadeAt            string   `json:"made_at"`            // UTC, as in RFC 3339
	OptOuts           *OptOuts `json:"opt_outs,omitempty"` // nil for a freeze that was made before they were recorded
}

// FindRecord returns the record of the freeze of a number, or of the newest one
// for number 0.
func FindRecord(ctx context.Context, w *warehouse.Warehouse, number int) (Record, error) {
	freeze, err := Find(ctx, w, number)
	if err != nil {
		return Record{}, err
	}
	record := Record{Freeze: freeze}
	args := warehouse.Args{"freeze": freeze.Number}
	if _, err := w.One(ctx, statements["43_find_record"], args, &record.PermissionsSHA256, &record.MappingSHA256, &record.MadeAt); err != nil {
		return Record{}, err
	}
	record.OptOuts, err = findOptOuts(ctx, w, freeze.Number)
	return record, err
}

// findOptOuts returns nil for a freeze that was made before opt-outs were
// recorded.
func findOptOuts(ctx context.Context, w *warehouse.Warehouse, freeze int) (*OptOuts, error) {
	if has, err := hasLedger(ctx, w); err != nil || !has {
		return nil, err
	}
	var found OptOuts
	var received, expires string
	there, err := w.One(ctx, statements["44_find_opt_outs"], warehouse.Args{"freeze": freeze},
		&found.AppliedBy, &found.ListSHA256, &received, &expires, &found.WithdrawalFiles)
	if err != nil || !there {
		return nil, err
	}
	if received != "" {
		if found.Received, err = spec.ParseDate(received); err != nil {
			return nil, err
		}
		found.Expires, err = spec.ParseDate(expires)
	}
	return &found, err
}

// ledgerTables are the statements that make the tables of withdrawals and of
// opt-outs where a workspace lacks them.
var ledgerTables = []string{
	"01_create_opt_outs", "02_create_listed", "03_create_withdrawal_files", "04_create_withdrawn_participants", "05_create_withdrawn_people",
}

func createLedger(ctx context.Context, w *warehouse.Warehouse) error {
	for _, name := range ledgerTables {
		if _, err := w.Run(ctx, statements[name], nil); err != nil {
			return err
		}
	}
	return nil
}

func hasLedger(ctx context.Context, w *warehouse.Warehouse) (has bool, err error) {
	_, err = w.One(ctx, statements["06_has_ledger"], nil, &has)
	return has, err
}
