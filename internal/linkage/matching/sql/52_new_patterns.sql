-- Reads: pairs, patterns (temporary). Grain: a pattern that has no weight yet.
-- Parameters: none.
SELECT DISTINCT p.pattern
FROM pairs AS p
ANTI JOIN patterns AS k ON k.pattern = p.pattern
ORDER BY p.pattern
