-- Reads: facts (a temporary view). Writes: cube (temporary): events counted, from
-- which every level is added up. Grain: a period, place, value of the variable,
-- family and class. Parameters: none.
CREATE OR REPLACE TEMP TABLE cube AS
SELECT
    period,
    place,
    variable,
    family,
    class,
    sum(n) AS n,
    sum(amount) AS amount,
    count(amount) AS amounts
FROM facts
GROUP BY ALL
