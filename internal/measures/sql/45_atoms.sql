-- Reads: cube, level (temporary). Grain: a period, organisation and value of the
-- variable: its families and classes, and their counts.
-- Parameters: first_period and last_period, the periods asked for.
--
-- Every measure is a sum of these, which is what could give a masked one away.
WITH added AS (
    SELECT
        c.period,
        l.organisation,
        c.variable,
        c.family,
        c.class,
        CAST(sum(c.n) AS BIGINT) AS n
    FROM cube AS c
    JOIN level AS l
        ON l.place = c.place
    WHERE c.period BETWEEN $first_period AND $last_period
    GROUP BY ALL
)
SELECT
    period,
    organisation,
    variable,
    list(family ORDER BY family, class) AS families,
    list(class ORDER BY family, class) AS classes,
    list(n ORDER BY family, class) AS counts
FROM added
GROUP BY ALL
ORDER BY period, organisation, variable
