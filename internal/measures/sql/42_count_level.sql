-- Reads: cube, level, matches (temporary). Grain: a period, organisation and value
-- of the variable: the place of each measure and its count, in turn.
-- Parameters: first_period and last_period, the periods asked for.
WITH added AS (
    SELECT
        c.period,
        l.organisation,
        c.variable,
        c.family,
        c.class,
        sum(c.n) AS n
    FROM cube AS c
    JOIN level AS l
        ON l.place = c.place
    WHERE c.period BETWEEN $first_period AND $last_period
    GROUP BY ALL
),
measured AS (
    SELECT
        a.period,
        a.organisation,
        a.variable,
        m.measure,
        CAST(sum(a.n) AS BIGINT) AS n
    FROM added AS a
    JOIN matches AS m
        ON m.family = a.family
        AND m.class = a.class
    GROUP BY ALL
)
SELECT
    period,
    organisation,
    variable,
    flatten(list([CAST(measure AS BIGINT), n])) AS figures
FROM measured
GROUP BY ALL
ORDER BY period, organisation, variable
