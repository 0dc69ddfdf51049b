-- Reads: links and staged records of both sides (temporary). Grain: a link.
-- Parameters: left_side and right_side, their tables.
SELECT
    l.id AS left_id,
    r.id AS right_id,
    k.step,
    round(k.weight, 3) AS weight,
    round(k.probability, 6) AS probability,
    k.ambiguous
FROM links AS k
JOIN query_table($left_side) AS l ON l.record = k.left_record
JOIN query_table($right_side) AS r ON r.record = k.right_record
ORDER BY left_id, right_id
