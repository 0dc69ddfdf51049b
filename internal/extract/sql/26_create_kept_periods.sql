-- Reads: a query of rows of the project's people.
-- Writes: kept_periods (temporary): the latest extract end of every key and
-- financial year (1 April to 31 March), or of every key: the transforms
-- latest-extract and final-extract.
-- Grain: a person, period key (pathway or person) and financial year.
-- Parameters: by_year; and those of the query.
--
-- Extracts of a financial year overlap and are cumulative, so that the same
-- pathway comes again in each; only the last one has its final state. Rows
-- without a key go by their person, so that nobody's rows outdate another's.
CREATE OR REPLACE TEMP TABLE kept_periods AS
SELECT
    _person AS _period_person,
    _key AS _period_key,
    CASE WHEN $by_year THEN year(extract_start_date - INTERVAL 3 MONTH) END AS _period_year,
    max(extract_end_date) AS _period_end
FROM ({{query}})
GROUP BY ALL
