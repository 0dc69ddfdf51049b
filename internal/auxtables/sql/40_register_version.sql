-- Writes: register.versions. Grain: a dataset version.
-- Parameters: dataset, number, lineage, version_date, delivery_sha256, loaded_at.
INSERT INTO register.versions (dataset, number, lineage, version_date, delivery_sha256, loaded_at)
VALUES ($dataset, $number, $lineage, CAST($version_date AS DATE), $delivery_sha256, CAST($loaded_at AS TIMESTAMP))
