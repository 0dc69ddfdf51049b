-- Reads: one auxiliary table. Grain: one row: the rows that repeat another, without
-- the first of each, and the people of all of them.
-- Parameters: table; filled, the columns without which a row is not judged; key,
-- these and others that may be empty: nothing is the same as nothing; person.
WITH judged AS (
    SELECT *
    FROM query_table($table)
    WHERE COLUMNS(lambda c: list_contains($filled, c)) IS NOT NULL
),
keys AS (
    SELECT
        COLUMNS(lambda c: list_contains($key, c)),
        count(*) AS _rows
    FROM judged
    GROUP BY ALL
),
repeated AS (
    SELECT DISTINCT hash(*COLUMNS(lambda c: list_contains($key, c))) AS key_hash
    FROM keys
    WHERE _rows > 1
),
hashed AS (
    SELECT
        hash(*COLUMNS(lambda c: list_contains($key, c))) AS key_hash,
        COLUMNS(lambda c: c = $person) AS person
    FROM judged
    WHERE EXISTS (FROM repeated)
)
SELECT
    (SELECT coalesce(sum(_rows - 1), 0)::BIGINT FROM keys) AS broken,
    count(DISTINCT person) AS people
FROM hashed
WHERE key_hash IN (FROM repeated)
