-- Reads: one column of one table. Grain: one row.
-- Parameters: table, quoted; column, its name; names, common names of people in
-- capitals.
--
-- Long words without a space are hashes and pseudonyms, in which ten digits in a
-- row mean nothing: they are left out of the search for numbers. A value with a
-- few letters about one number is a code.
WITH cells AS MATERIALIZED (
    SELECT DISTINCT trim(CAST(COLUMNS(lambda c: c = $column) AS VARCHAR)) AS cell
    FROM query_table($table)
),
runs AS (
    SELECT DISTINCT regexp_replace(
        unnest(regexp_extract_all(
            regexp_replace(cell, '[0-9A-Za-z]{20,}', ' ', 'g'),
            '(?:^|[^0-9])([0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4})(?:[^0-9]|$)',
            1
        )),
        '[ -]', '', 'g'
    ) AS digits
    FROM cells
    WHERE regexp_matches(cell, '[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}')
),
weighed AS (
    SELECT
        digits,
        (11 - list_sum(list_transform(range(1, 10), lambda i: CAST(substr(digits, i, 1) AS INTEGER) * (11 - i))) % 11) % 11
            = CAST(substr(digits, 10, 1) AS INTEGER) AS checked,
        -- Issued: 3xx, 4xx, 6xx, 7xx, Scotland's that begin with a day and a
        -- month, and the test range. The dummies of one digit are nobody's.
        regexp_matches(digits, '^([3467]|999|(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2]))')
            AND length(replace(digits, substr(digits, 1, 1), '')) > 0 AS issued
    FROM runs
),
numbers AS (
    SELECT
        count(*) AS ten_digits,
        count(*) FILTER (checked) AS checked,
        count(*) FILTER (checked AND issued) AS issued
    FROM weighed
),
words AS (
    SELECT
        cell,
        upper(cell) AS capitals
    FROM cells
    WHERE cell <> ''
),
shapes AS (
    SELECT
        count(*) AS value_count,
        count(*) FILTER (regexp_matches(cell, '^[A-Za-z]{0,3}[0-9]+[A-Za-z]{0,3}$')) AS numbers,
        count(*) FILTER (
            regexp_matches(cell, '(^|[^0-9A-Z])[A-PR-UWYZ][A-HK-Y]?[0-9][0-9A-Z]? [0-9][ABD-HJLNP-UW-Z]{2}([^0-9A-Z]|$)')
            OR regexp_matches(capitals, '^[A-PR-UWYZ][A-HK-Y]?[0-9][0-9A-Z]? +[0-9][ABD-HJLNP-UW-Z]{2}$')
        ) AS spaced_postcodes,
        count(*) FILTER (regexp_matches(capitals, '^[A-PR-UWYZ][A-HK-Y]?[0-9][0-9A-Z]? *[0-9][ABD-HJLNP-UW-Z]{2}$')) AS postcodes,
        count(*) FILTER (regexp_matches(cell, '[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+')) AS emails,
        count(*) FILTER (
            length(cell) <= 60
            AND NOT regexp_matches(cell, '[0-9]')
            AND list_has_any(regexp_split_to_array(capitals, '[^A-Z]+'), $names)
        ) AS names
    FROM words
)
SELECT
    value_count,
    shapes.numbers,
    ten_digits,
    checked,
    issued,
    spaced_postcodes,
    postcodes,
    emails,
    names
FROM shapes
CROSS JOIN numbers
