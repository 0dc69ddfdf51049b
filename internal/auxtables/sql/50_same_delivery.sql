-- Reads: register.versions. Grain: a version that is in the way.
-- Parameters: dataset, number, delivery_sha256.
SELECT
    number,
    CAST(version_date AS VARCHAR) AS version_date
FROM register.versions
WHERE dataset = $dataset
    AND (number = $number OR delivery_sha256 = $delivery_sha256)
ORDER BY number <> $number, number
LIMIT 1
