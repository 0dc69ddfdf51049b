-- Reads: counted, level (temporary). Grain: a family with medians, period,
-- organisation and value of the variable. Parameters: none.
WITH amounts AS (
    SELECT
        place,
        variable,
        unnest([
            {'family': 'entered.wait', 'period': entered_period, 'amount': entered_days},
            {'family': 'finished.sessions', 'period': finished_period, 'amount': treatments},
            {'family': 'repeated.gap', 'period': received_period, 'amount': repeat_days}
        ], recursive := true)
    FROM counted
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
WHERE a.period IS NOT NULL
    AND a.amount IS NOT NULL
GROUP BY a.family, a.period, l.organisation, a.variable
ORDER BY a.period, l.organisation, a.variable, a.family
