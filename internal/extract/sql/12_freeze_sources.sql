-- Reads: linkage.freezes. Grain: one row.
-- Parameters: freeze.
SELECT
    permissions_sha256,
    mapping_sha256
FROM linkage.freezes
WHERE freeze_number = $freeze
