-- Reads: linkage.withdrawal_files. Writes: linkage.opt_outs. Grain: a freeze.
-- Parameters: freeze, applied_by, list_sha256, received, expires; the last three
-- are empty where there is no positive list.
INSERT INTO linkage.opt_outs (freeze_number, applied_by, list_sha256, received, expires, withdrawal_files)
SELECT
    $freeze,
    $applied_by,
    nullif($list_sha256, ''),
    CAST(nullif($received, '') AS DATE),
    CAST(nullif($expires, '') AS DATE),
    (SELECT count(*) FROM linkage.withdrawal_files)
