-- Reads: matches (temporary). Grain: a measure, family and class. Parameters: none.
SELECT
    measure,
    family,
    class
FROM matches
ORDER BY measure, family, class
