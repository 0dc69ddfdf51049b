-- Reads: a query of rows with participants, as the project is given them.
-- Grain: a row of the query.
-- Parameters: columns, those asked for; ties, those of them that the ranks do not
-- settle; and those of the query.
--
-- Only columns that were asked for are selected. The order is total, so that
-- the same input makes the same bytes, and starts with the project id, so that
-- it carries no meaning.
SELECT * EXCLUDE (_person_rank, _key_rank)
FROM (
    SELECT
        _person_rank,
        _key_rank,
        _project_id AS {{project_id}},
        COLUMNS(lambda c: list_contains($columns, c))
    FROM ({{query}})
)
ORDER BY
    _person_rank,
    _key_rank,
    COLUMNS(lambda c: list_contains($ties, c))
