-- Writes: linkage.freezes. Grain: a freeze.
-- Parameters: freeze, freeze_date, permissions_sha256, mapping_sha256, made_at.
INSERT INTO linkage.freezes (freeze_number, freeze_date, permissions_sha256, mapping_sha256, made_at)
VALUES ($freeze, CAST($freeze_date AS DATE), $permissions_sha256, $mapping_sha256, CAST($made_at AS TIMESTAMP))
