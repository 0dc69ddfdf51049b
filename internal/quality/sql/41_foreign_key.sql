-- Reads: two auxiliary tables. Grain: one row: the rows with a value in the column
-- and without a row of the parent in their extract period that has it, and the
-- people of these. Parameters: table; parent; column; person.
WITH judged AS (
    SELECT
        COLUMNS(lambda c: c = $column) AS key,
        extract_start_date AS period_start,
        extract_end_date AS period_end,
        COLUMNS(lambda c: c = $person) AS person
    FROM query_table($table)
),
parents AS (
    SELECT DISTINCT
        COLUMNS(lambda c: c = $column) AS key,
        extract_start_date AS period_start,
        extract_end_date AS period_end
    FROM query_table($parent)
),
orphans AS (
    SELECT person
    FROM judged
    ANTI JOIN parents
        ON parents.key = judged.key
        AND parents.period_start IS NOT DISTINCT FROM judged.period_start
        AND parents.period_end IS NOT DISTINCT FROM judged.period_end
    WHERE judged.key IS NOT NULL
)
SELECT
    count(*) AS broken,
    count(DISTINCT person) AS people
FROM orphans
