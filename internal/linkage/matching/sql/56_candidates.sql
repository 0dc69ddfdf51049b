-- Reads: candidates (temporary). Grain: a pair of records that may be a link.
-- Parameters: least_weight, of pairs that no deterministic pass has made; steps, how
-- many such passes there are.
SELECT left_record, right_record, pattern, step, round(weight, 6) AS weight
FROM candidates
WHERE step <= $steps OR weight >= $least_weight
ORDER BY left_record, right_record
