-- Writes: register.change_logs. Grain: a version, the rules and a freeze.
-- Parameters: dataset, number, lineage; rules, freeze; made_from, entry.
INSERT OR REPLACE INTO register.change_logs (dataset, number, lineage, rules, freeze_number, made_from, entry)
VALUES ($dataset, $number, $lineage, $rules, $freeze, $made_from, $entry)
