-- Reads: one auxiliary table. Grain: one row. Parameters: table; shape, the
-- names and types of its columns as a JSON object in the order of their names.
--
-- A hash of every row and a hash of that hash are added up, so that neither the
-- order of rows nor the number of threads matters, and a row that is there twice
-- counts twice. One sum alone would miss two rows that change by opposite amounts.
-- The empty first branch puts the columns in the order of their names.
--
-- probe is the hash of a row that never changes: where it differs, the engine
-- hashes in another way and old sums cannot be compared.
WITH ordered AS (
    SELECT unnest(json_transform('{}', $shape))
    WHERE false
    UNION ALL BY NAME
    SELECT *
    FROM query_table($table)
),

hashed AS (
    SELECT hash(*COLUMNS(*)) AS row_hash
    FROM ordered
)

SELECT
    count(*) AS row_count,
    CAST(coalesce(sum(row_hash), 0) AS VARCHAR) AS first_sum,
    CAST(coalesce(sum(hash(row_hash, 'tre-toolkit')), 0) AS VARCHAR) AS second_sum,
    CAST(hash('tre-toolkit 2', CAST(3 AS SMALLINT), 1.25, DATE '2024-04-26', CAST(NULL AS VARCHAR)) AS VARCHAR) AS probe
FROM hashed
