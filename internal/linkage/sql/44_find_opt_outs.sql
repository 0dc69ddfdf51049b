-- Reads: linkage.opt_outs. Grain: one freeze. Parameters: freeze.
SELECT
    applied_by,
    coalesce(list_sha256, '') AS list_sha256,
    coalesce(CAST(received AS VARCHAR), '') AS received,
    coalesce(CAST(expires AS VARCHAR), '') AS expires,
    withdrawal_files
FROM linkage.opt_outs
WHERE freeze_number = $freeze
