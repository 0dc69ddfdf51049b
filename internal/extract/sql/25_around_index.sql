-- Reads: a query of rows, index_dates (temporary). Grain: one row of the query
-- each, near the person's index date.
-- Parameters: index_from (included) and index_to (excluded), days after the index
-- date; keep_unindexed, whether rows without a date or an index date stay; and
-- those of the query.
SELECT around.* EXCLUDE (_index_person, _index_date)
FROM (
    SELECT *
    FROM ({{query}})
    LEFT JOIN index_dates
        ON _index_person = _person
) AS around
WHERE (
        {{column}} >= _index_date + CAST($index_from AS INTEGER)
        AND {{column}} < _index_date + CAST($index_to AS INTEGER)
    )
    OR (({{column}} IS NULL OR _index_date IS NULL) AND $keep_unindexed)
