-- Reads: pairs being scored. Grain: a pattern of agreement.
-- Parameters: those of the query.
SELECT pattern, count(*) AS pairs
FROM ({{query}})
GROUP BY pattern
ORDER BY pattern
