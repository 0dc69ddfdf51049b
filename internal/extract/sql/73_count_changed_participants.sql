-- Reads: a query of rows with participants, rows_before (temporary). Grain: one row.
-- Parameters: place, of the table in its plan; and those of the query.
--
-- Everybody whose rows make up the difference of two numbers of rows has joined the
-- table, or left it, or has another number of rows in it.
WITH now AS (
    SELECT
        _project_id AS _participant,
        count(*) AS _rows_now
    FROM ({{query}})
    GROUP BY _project_id
),
past AS (
    SELECT
        _participant,
        _rows
    FROM rows_before
    WHERE _place = CAST($place AS INTEGER)
)
SELECT
    count(_rows) AS before,
    count(_rows_now) AS after,
    count(*) FILTER (_rows IS NULL) AS joined,
    count(*) FILTER (_rows_now IS NULL) AS departed,
    count(*) FILTER (_rows <> _rows_now) AS changed
FROM now
FULL JOIN past USING (_participant)
