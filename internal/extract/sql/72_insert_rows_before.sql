-- Reads: a query of rows with participants. Writes: rows_before (temporary).
-- Grain: a participant of the table. Parameters: place, of the table in its plan;
-- and those of the query.
INSERT INTO rows_before
SELECT
    CAST($place AS INTEGER),
    _project_id,
    count(*)
FROM ({{query}})
GROUP BY _project_id
