-- Reads: counted, level (temporary). Grain: a family with medians, period,
-- organisation and value of the variable. Parameters: none.
WITH amounts AS (
    SELECT
        'entered.wait' AS family,
        entered_period AS period,
        place,
        variable,
        entered_days AS amount
    FROM counted
    WHERE entered_period IS NOT NULL
    UNION ALL
    SELECT
        'finished.sessions' AS family,
        finished_period AS period,
        place,
        variable,
        treatments AS amount
    FROM counted
    WHERE finished_period IS NOT NULL
)
SELECT
    a.family,
    a.period,
    l.organisation,
    a.variable,
    CAST(median(a.amount) AS DOUBLE) AS median
FROM amounts AS a
JOIN level AS l
    ON l.place = a.place
GROUP BY a.family, a.period, l.organisation, a.variable
ORDER BY a.period, l.organisation, a.variable, a.family
