-- Reads: links and staged records of both sides (temporary). Grain: a link.
-- Parameters: left_side and right_side, their tables; comparisons, what is compared;
-- places, what the level of each is multiplied by in a pattern; level_names, the names
-- of its levels, from that of nothing to compare upwards.
SELECT
    l.id AS left_id,
    r.id AS right_id,
    k.step,
    k.rank,
    round(k.weight, 3) AS weight,
    round(k.probability, 6) AS probability,
    k.ambiguous,
    l.superseded OR r.superseded AS superseded,
    CASE WHEN k.number THEN 'number' ELSE 'demographics' END AS id_type,
    array_to_string(
        list_transform(
            range(1, len($comparisons) + 1),
            lambda i: $comparisons[i] || ': ' || $level_names[i][k.pattern // $places[i] % 16 + 1]
        ),
        chr(59) || ' '
    ) AS agreement
FROM links AS k
JOIN query_table($left_side) AS l ON l.record = k.left_record
JOIN query_table($right_side) AS r ON r.record = k.right_record
ORDER BY left_id, right_id
