-- Writes: linkage.opt_outs: how the National Data Opt-Out was applied in a
-- freeze. Grain: a freeze. Parameters: none.
--
-- applied_by: 'positive list', or 'NHS England' where the opt-out was applied
-- before the data came. withdrawal_files: how many files of withdrawals the
-- ledger held then.
CREATE TABLE IF NOT EXISTS linkage.opt_outs (
    freeze_number INTEGER NOT NULL PRIMARY KEY,
    applied_by VARCHAR NOT NULL,
    list_sha256 VARCHAR,
    received DATE,
    expires DATE,
    withdrawal_files INTEGER NOT NULL
)
