-- Writes: register.versions. Grain: a version.
-- Parameters: dataset, number, lineage, version_date.
INSERT INTO register.versions (dataset, number, lineage, version_date, delivery_sha256, loaded_at)
VALUES ($dataset, $number, $lineage, CAST($version_date AS DATE), '', TIMESTAMP '2024-01-01 00:00:00')
