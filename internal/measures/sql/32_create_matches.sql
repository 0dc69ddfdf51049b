-- Reads: cube, definitions, bands (temporary). Writes: matches (temporary): which
-- measures count which classes. Grain: a measure, family and class.
-- Parameters: none.
CREATE OR REPLACE TEMP TABLE matches AS
WITH classes AS (
    SELECT DISTINCT
        family,
        class
    FROM cube
)
SELECT DISTINCT
    d.measure,
    k.family,
    k.class
FROM definitions AS d
JOIN classes AS k
    ON k.family = d.family
LEFT JOIN bands AS b
    ON b.label = k.class
WHERE (d.pattern <> '' AND k.class GLOB d.pattern)
    OR (d.except_for <> '' AND k.class <> 'none' AND NOT list_contains(string_split(d.except_for, chr(10)), k.class))
    OR (d.from_days IS NOT NULL AND b.first_day >= d.from_days AND b.last_day <= d.to_days)
    OR (d.pattern = '' AND d.except_for = '' AND d.from_days IS NULL)
