-- Reads: one auxiliary table of two versions, counted_people (temporary).
-- Grain: one row, of the keys of these people.
-- Parameters: before, after; person and period_key, columns of both; common,
-- the columns compared; shape, these as a JSON object in one order.
--
-- A key is a pathway (or person) in an extract period. It has changed when its
-- rows, however ordered, are not the same rows in the common columns. Of each
-- key stays a hash, of its rows the sum of their hashes, negative for the
-- version before: one grouping in place of two and a join. For each kind of
-- change come the keys and the people behind them.
WITH before AS (
    SELECT unnest(json_transform('{}', $shape))
    WHERE false
    UNION ALL BY NAME
    SELECT *
    FROM query_table($before)
),
after AS (
    SELECT unnest(json_transform('{}', $shape))
    WHERE false
    UNION ALL BY NAME
    SELECT *
    FROM query_table($after)
),
hashed AS (
    SELECT
        hash(COLUMNS(lambda c: c = $period_key)) AS key_hash,
        extract_start_date AS period_start,
        extract_end_date AS period_end,
        hash(COLUMNS(lambda c: c = $person)) AS person_hash,
        -CAST(hash(*COLUMNS(lambda c: list_contains($common, c))) AS HUGEINT) AS row_hash,
        1 AS is_before,
        0 AS is_after
    FROM before
    UNION ALL
    SELECT
        hash(COLUMNS(lambda c: c = $period_key)) AS key_hash,
        extract_start_date AS period_start,
        extract_end_date AS period_end,
        hash(COLUMNS(lambda c: c = $person)) AS person_hash,
        CAST(hash(*COLUMNS(lambda c: list_contains($common, c))) AS HUGEINT) AS row_hash,
        0 AS is_before,
        1 AS is_after
    FROM after
),
keys AS (
    SELECT
        min(person_hash) AS person_hash,
        sum(is_before) AS rows_before,
        sum(is_after) AS rows_after,
        sum(row_hash) AS difference
    FROM hashed
    GROUP BY key_hash, period_start, period_end
),
told AS (
    SELECT
        keys.person_hash,
        CASE
            WHEN rows_before = 0 THEN 'added'
            WHEN rows_after = 0 THEN 'removed'
            WHEN rows_before <> rows_after OR difference <> 0 THEN 'changed'
            ELSE 'same'
        END AS change
    FROM keys
    JOIN counted_people AS p
        ON p.person_hash = keys.person_hash
)
SELECT
    count(*) FILTER (change = 'added') AS added,
    count(*) FILTER (change = 'removed') AS removed,
    count(*) FILTER (change = 'changed') AS changed,
    count(*) FILTER (change = 'same') AS same,
    count(DISTINCT person_hash) FILTER (change = 'added') AS people_added,
    count(DISTINCT person_hash) FILTER (change = 'removed') AS people_removed,
    count(DISTINCT person_hash) FILTER (change = 'changed') AS people_changed,
    count(DISTINCT person_hash) FILTER (change = 'same') AS people_same
FROM told
