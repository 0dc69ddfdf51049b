-- Reads: cube, definitions, bands (temporary). Writes: matches (temporary): which
-- measures count which classes, of those that occur and those that might. Grain: a
-- measure, family and class. Parameters: none.
CREATE OR REPLACE TEMP TABLE matches AS
WITH classes AS (
    SELECT
        family,
        class
    FROM cube
    UNION
    SELECT
        family,
        label AS class
    FROM bands
    UNION
    SELECT
        family,
        example AS class
    FROM definitions
    WHERE example <> ''
)
SELECT DISTINCT
    d.measure,
    k.family,
    k.class
FROM definitions AS d
JOIN classes AS k
    ON k.family = d.family
LEFT JOIN bands AS b
    ON b.family = k.family
    AND b.label = k.class
WHERE (d.pattern <> '' AND k.class GLOB d.pattern)
    OR (d.except_for <> '' AND k.class <> 'none' AND NOT list_contains(string_split(d.except_for, chr(10)), k.class))
    OR (d.from_amount IS NOT NULL AND b.first_amount >= d.from_amount AND b.last_amount <= d.to_amount)
    OR (d.pattern = '' AND d.except_for = '' AND d.from_amount IS NULL)
