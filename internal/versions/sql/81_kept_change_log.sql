-- Reads: register.change_logs.
-- Grain: one entry, of a version, that was made from this.
-- Parameters: dataset, number, lineage; rules, freeze; made_from.
SELECT entry
FROM register.change_logs
WHERE dataset = $dataset
    AND number = $number
    AND lineage = $lineage
    AND rules = $rules
    AND freeze_number = $freeze
    AND made_from = $made_from
