-- Reads: one auxiliary table, project_people (temporary).
-- Writes: kept_periods (temporary): every extract period of every key.
-- Grain: a person, period key (pathway or person) and extract period.
-- Parameters: table; person and period_key, columns of the table.
CREATE OR REPLACE TEMP TABLE kept_periods AS
WITH periods AS (
    SELECT
        COLUMNS(lambda c: c = $person) AS _person,
        COLUMNS(lambda c: c = $period_key) AS _period_key,
        extract_start_date AS _period_start,
        extract_end_date AS _period_end
    FROM query_table($table)
)
SELECT DISTINCT
    _person AS _period_person,
    _period_key,
    _period_start,
    _period_end
FROM periods
WHERE _person IN (SELECT _person_key FROM project_people)
