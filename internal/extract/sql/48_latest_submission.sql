-- Reads: a query of rows of the project's people. Grain: one row of the query each,
-- of the latest month that it was submitted for, and of that the latest extract: the
-- transform latest-submission.
-- Parameters: row_key, columns by which a row is known; and those of the query.
SELECT * EXCLUDE (_recency)
FROM (
    SELECT
        *,
        rank() OVER (
            PARTITION BY _person, row(*COLUMNS(lambda c: list_contains($row_key, c)))
            ORDER BY {{column}} DESC NULLS LAST, extract_end_date DESC NULLS LAST
        ) AS _recency
    FROM ({{query}})
)
WHERE _recency = 1
