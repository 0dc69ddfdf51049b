-- Reads: a query of rows with participants. Grain: one row.
-- Parameters: those of the query.
SELECT
    count(*) AS row_count,
    count(DISTINCT _person_rank) AS participants
FROM ({{query}})
