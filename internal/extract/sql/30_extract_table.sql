-- Reads: one auxiliary table, project_people and kept_periods (temporary).
-- Grain: a row of the table, once a participant that it belongs to.
-- Parameters: table; person, period_key and window_column, columns of it;
-- linking, the columns to re-key; plain, the other columns asked for;
-- every_date, when there is no window; window_from (included), window_to
-- (excluded), keep_undated.
--
-- Only columns that were asked for are selected. The order is total, so that
-- the same input makes the same bytes, and starts with the project id, so that
-- it carries no meaning.
WITH source AS (
    SELECT
        *,
        COLUMNS(lambda c: c = $person) AS _person,
        COLUMNS(lambda c: c = $period_key) AS _key,
        COLUMNS(lambda c: c = $window_column) AS _dated,
        CAST(NULL AS VARCHAR) AS _no_linking,
        CAST(NULL AS VARCHAR) AS _no_plain
    FROM query_table($table)
),
chosen AS (
    SELECT
        _project_id AS {{project_id}},
        project_code(COLUMNS(lambda c: list_contains($linking, c))),
        COLUMNS(lambda c: list_contains($plain, c))
    FROM source
    JOIN project_people
        ON _person_key = _person
    JOIN kept_periods
        ON _period_person = _person
        AND _period_key IS NOT DISTINCT FROM _key
        AND _period_start IS NOT DISTINCT FROM extract_start_date
        AND _period_end IS NOT DISTINCT FROM extract_end_date
    WHERE $every_date
        OR (_dated >= CAST($window_from AS DATE) AND _dated < CAST($window_to AS DATE))
        OR (_dated IS NULL AND $keep_undated)
)
SELECT * EXCLUDE (_no_linking, _no_plain)
FROM chosen
ORDER BY ALL
