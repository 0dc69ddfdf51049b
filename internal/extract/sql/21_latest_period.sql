-- Reads: one auxiliary table, project_people (temporary).
-- Writes: kept_periods (temporary): the latest extract end of every key and
-- financial year (1 April to 31 March). The transform latest-extract.
-- Grain: a person, period key (pathway or person), financial year and extract period.
-- Parameters: table; person and period_key, columns of the table.
--
-- Extracts of a financial year overlap and are cumulative, so that the same
-- pathway comes again in each; only the last one has its final state. Rows
-- without a key go by their person, so that nobody's rows outdate another's.
CREATE OR REPLACE TEMP TABLE kept_periods AS
WITH periods AS (
    SELECT DISTINCT
        COLUMNS(lambda c: c = $person) AS _person,
        COLUMNS(lambda c: c = $period_key) AS _period_key,
        extract_start_date AS _period_start,
        extract_end_date AS _period_end
    FROM query_table($table)
),
ranked AS (
    SELECT
        _person,
        _period_key,
        _period_start,
        _period_end,
        rank() OVER (
            PARTITION BY _person, _period_key, year(_period_start - INTERVAL 3 MONTH)
            ORDER BY _period_end DESC
        ) AS age
    FROM periods
    WHERE _person IN (SELECT _person_key FROM project_people)
)
SELECT DISTINCT
    _person AS _period_person,
    _period_key,
    _period_start,
    _period_end
FROM ranked
WHERE age = 1
