-- Reads: one auxiliary table. Grain: one row: the rows with codes that exclude each
-- other, and the people of these.
-- Parameters: table; one and other, columns; one_codes and other_codes; person.
WITH coded AS (
    SELECT
        CAST(COLUMNS(lambda c: c = $one) AS VARCHAR) AS one,
        CAST(COLUMNS(lambda c: c = $other) AS VARCHAR) AS other,
        COLUMNS(lambda c: c = $person) AS person
    FROM query_table($table)
),
excluded AS (
    SELECT person
    FROM coded
    WHERE list_contains($one_codes, one)
        AND list_contains($other_codes, other)
)
SELECT
    count(*) AS broken,
    count(DISTINCT person) AS people
FROM excluded
