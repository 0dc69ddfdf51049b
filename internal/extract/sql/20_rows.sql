-- Reads: one auxiliary table. Grain: one row of the table each.
-- Parameters: table; person and period_key, columns of it; cut_by, the last
-- extract date that is kept, or NULL to keep all.
SELECT
    *,
    COLUMNS(lambda c: c = $person) AS _person,
    COLUMNS(lambda c: c = $period_key) AS _key,
    CAST(NULL AS UINTEGER) AS _key_rank
FROM query_table($table)
WHERE $cut_by IS NULL
    OR extract_date <= CAST($cut_by AS DATE)
