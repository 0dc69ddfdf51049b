-- Reads: a query of rows of the project's people.
-- Writes: index_dates (temporary): the day each person is followed from.
-- Grain: a person. Parameters: first, whether it is the first or the last day of
-- the column; and those of the query.
CREATE OR REPLACE TEMP TABLE index_dates AS
SELECT
    _person AS _index_person,
    CAST(CASE WHEN $first THEN min({{column}}) ELSE max({{column}}) END AS DATE) AS _index_date
FROM ({{query}})
GROUP BY _person
