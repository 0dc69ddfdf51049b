-- Reads: a query of rows, kept_periods (temporary). Grain: one row of the query
-- each, of a kept period. Parameters: by_year; and those of the query.
SELECT periodic.*
FROM ({{query}}) AS periodic
JOIN kept_periods
    ON _period_person = _person
    AND _period_key IS NOT DISTINCT FROM _key
    AND _period_year IS NOT DISTINCT FROM CASE WHEN $by_year THEN year(extract_start_date - INTERVAL 3 MONTH) END
    AND _period_end IS NOT DISTINCT FROM extract_end_date
