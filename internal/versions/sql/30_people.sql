-- Reads: one auxiliary table of two versions. Grain: one row.
-- Parameters: before, after; person, a column of both.
SELECT
    (SELECT count(DISTINCT COLUMNS(lambda c: c = $person)) FROM query_table($before)) AS people_before,
    (SELECT count(DISTINCT COLUMNS(lambda c: c = $person)) FROM query_table($after)) AS people_after
