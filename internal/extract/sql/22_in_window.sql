-- Reads: a query of rows. Grain: one row of the query each, in the window.
-- Parameters: window_from (included), window_to (excluded), keep_undated, and
-- those of the query.
SELECT *
FROM ({{query}})
WHERE ({{column}} >= CAST($window_from AS DATE) AND {{column}} < CAST($window_to AS DATE))
    OR ({{column}} IS NULL AND $keep_undated)
