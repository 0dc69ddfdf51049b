-- Reads: facts (a temporary view), level, matches (temporary). Grain: a period,
-- organisation and value of the variable: the place of each measure and the
-- distinct people behind it, in turn.
-- Parameters: first_period and last_period, the periods asked for.
--
-- People cannot be added up as events can: one has several pathways.
WITH people AS (
    SELECT
        f.period,
        l.organisation,
        f.variable,
        m.measure,
        count(DISTINCT f.person) AS people
    FROM facts AS f
    JOIN level AS l
        ON l.place = f.place
    JOIN matches AS m
        ON m.family = f.family
        AND m.class = f.class
    WHERE f.period BETWEEN $first_period AND $last_period
    GROUP BY ALL
)
SELECT
    period,
    organisation,
    variable,
    flatten(list([CAST(measure AS BIGINT), people])) AS figures
FROM people
GROUP BY ALL
ORDER BY period, organisation, variable
