-- Reads: staged records of both sides (temporary). Grain: one row.
-- Parameters: left_side and right_side, their tables, the same one when a file is
-- searched for duplicates; key, the rule's column; within, whether it is one file.
--
-- How many pairs a rule makes, before any pair is made.
WITH left_sizes AS (
    SELECT block_key, count(*) AS records
    FROM (SELECT COLUMNS(lambda c: c = $key) AS block_key FROM query_table($left_side))
    WHERE block_key IS NOT NULL
    GROUP BY block_key
), right_sizes AS (
    SELECT block_key, count(*) AS records
    FROM (SELECT COLUMNS(lambda c: c = $key) AS block_key FROM query_table($right_side))
    WHERE block_key IS NOT NULL
    GROUP BY block_key
), blocks AS (
    SELECT CASE WHEN $within THEN l.records * (l.records - 1) // 2 ELSE l.records * r.records END AS pairs
    FROM left_sizes AS l
    JOIN right_sizes AS r ON r.block_key = l.block_key
)
SELECT
    CAST(coalesce(sum(pairs), 0) AS BIGINT) AS pairs,
    CAST(coalesce(max(pairs), 0) AS BIGINT) AS largest
FROM blocks
