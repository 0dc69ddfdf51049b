-- Reads: the hub. Grain: a fault of the hub's rows, and the rows or pathways, and
-- the distinct people, that have it. Parameters: hub, the table.
WITH used AS (
    SELECT
        pathwayid,
        any_value(cohortkey_e) AS person,
        coalesce(bool_or(usepathway_flag), false) AS used
    FROM query_table($hub)
    WHERE pathwayid IS NOT NULL
    GROUP BY pathwayid
)
SELECT
    'a row without a pathway: not counted' AS fault,
    count(*) AS things,
    count(DISTINCT cohortkey_e) AS people
FROM query_table($hub)
WHERE pathwayid IS NULL
UNION ALL
SELECT
    'a pathway that no row says to use: not counted' AS fault,
    count(*) AS things,
    count(DISTINCT person) AS people
FROM used
WHERE NOT used
ORDER BY fault
