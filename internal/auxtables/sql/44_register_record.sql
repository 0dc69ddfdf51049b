-- Writes: register.load_records. Grain: a dataset version.
-- Parameters: dataset, number, lineage; record, a JSON object.
INSERT INTO register.load_records (dataset, number, lineage, record)
VALUES ($dataset, $number, $lineage, $record)
