-- Reads: a query of rows of the project's people. Grain: a person and key: the
-- transform one-row-per-pathway. Parameters: those of the query.
--
-- Of rows of the same extract end and month the content decides, so that it is the
-- same one whatever their order.
SELECT * EXCLUDE (_recency)
FROM (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY _person, _key
            ORDER BY extract_end_date DESC NULLS LAST, {{column}} DESC NULLS LAST, hash(*COLUMNS(*))
        ) AS _recency
    FROM ({{query}})
)
WHERE _recency = 1
