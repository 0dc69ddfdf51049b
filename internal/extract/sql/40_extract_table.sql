-- Reads: a query of rows with participants, as the project is given them.
-- Grain: a row of the query.
-- Parameters: columns, those asked for; ties, those of them that the ranks do not
-- settle; and those of the query.
--
-- Only columns that were asked for are selected. The order is total, so that
-- the same input makes the same bytes, and starts with the project id, so that
-- it carries no meaning. Rows of the same participant and key go by a hash of the
-- others: numbers of a fixed width are sorted in half the time of texts, and fewer
-- than one of 10^9 extracts of 100 million rows has two that differ and share all
-- three.
SELECT * EXCLUDE (_ranks, _tie)
FROM (
    SELECT
        (CAST(_person_rank AS UBIGINT) << 32) | coalesce(_key_rank, 0) AS _ranks,
        hash(*COLUMNS(lambda c: list_contains($ties, c))) AS _tie,
        _project_id AS {{project_id}},
        COLUMNS(lambda c: list_contains($columns, c))
    FROM ({{query}})
)
ORDER BY
    _ranks,
    _tie
