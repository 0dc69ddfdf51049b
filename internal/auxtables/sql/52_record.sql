-- Reads: register.load_records. Grain: one row. Parameters: dataset, number, lineage.
SELECT record
FROM register.load_records
WHERE dataset = $dataset
    AND number = $number
    AND lineage = $lineage
