-- Reads: register.versions. Grain: a version that is in the way.
-- Parameters: dataset, number, lineage, version_date, delivery_sha256.
--
-- Of one number there may be several versions: by name and date they differ.
SELECT
    number,
    lineage,
    CAST(version_date AS VARCHAR) AS version_date,
    delivery_sha256
FROM register.versions
WHERE dataset = $dataset
    AND (
        (number = $number AND (lineage = $lineage OR version_date = CAST($version_date AS DATE)))
        OR delivery_sha256 = $delivery_sha256
    )
ORDER BY number <> $number, lineage <> $lineage, number, lineage
LIMIT 1
