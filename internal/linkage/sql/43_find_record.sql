-- Reads: linkage.freezes. Grain: one freeze. Parameters: freeze.
SELECT
    permissions_sha256,
    mapping_sha256,
    strftime(made_at, '%Y-%m-%dT%H:%M:%SZ') AS made_at
FROM linkage.freezes
WHERE freeze_number = $freeze
