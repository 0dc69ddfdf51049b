-- Reads: counted, pathways (temporary). Grain: an outcome, what the flag says,
-- what the scores say, and by what they were judged or why not: finished courses
-- in all periods, with the distinct people behind them.
-- Parameters: outcomes and patterns, each outcome and how its classes read.
WITH outcomes AS (
    SELECT
        CAST(generate_subscripts(CAST($outcomes AS VARCHAR[]), 1) AS SMALLINT) AS place,
        unnest(CAST($outcomes AS VARCHAR[])) AS outcome,
        unnest(CAST($patterns AS VARCHAR[])) AS pattern
),
finished AS (
    SELECT DISTINCT
        p.pathway,
        p.person,
        p.shipped,
        p.recomputed,
        p.reason
    FROM counted AS c
    JOIN pathways AS p
        ON p.pathway = c.pathway
    WHERE c.finished_period IS NOT NULL
)
SELECT
    o.place,
    f.shipped GLOB o.pattern AS flagged,
    f.recomputed GLOB o.pattern AS scored,
    f.reason,
    count(*) AS pathways,
    count(DISTINCT f.person) AS people
FROM finished AS f
CROSS JOIN outcomes AS o
GROUP BY o.place, flagged, scored, f.reason
ORDER BY o.place, flagged, scored, f.reason
