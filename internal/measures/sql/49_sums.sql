-- Reads: cube, level (temporary). Grain: a family with amounts, period,
-- organisation and value of the variable: the sum of its amounts and how many there
-- are. Parameters: families, those that means are of.
SELECT
    c.family,
    c.period,
    l.organisation,
    c.variable,
    CAST(sum(c.amount) AS DOUBLE) AS amount,
    CAST(sum(c.amounts) AS BIGINT) AS amounts
FROM cube AS c
JOIN level AS l
    ON l.place = c.place
WHERE list_contains($families, c.family)
GROUP BY c.family, c.period, l.organisation, c.variable
ORDER BY c.period, l.organisation, c.variable, c.family
