-- Reads: members (temporary). Grain: a study. Parameters: none.
SELECT DISTINCT study
FROM members
ORDER BY study
