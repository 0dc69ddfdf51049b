-- Reads: register.versions, linkage.freezes. Grain: a version or a freeze.
-- Parameters: none.
SELECT
    'load' AS kind,
    dataset || '@' || number || CASE WHEN lineage = '' THEN '' ELSE ':' || lineage END AS subject,
    delivery_sha256 AS first_sha256,
    '' AS second_sha256
FROM register.versions
UNION ALL
SELECT
    'freeze' AS kind,
    'freeze ' || freeze_number AS subject,
    permissions_sha256 AS first_sha256,
    mapping_sha256 AS second_sha256
FROM linkage.freezes
ORDER BY kind, subject
