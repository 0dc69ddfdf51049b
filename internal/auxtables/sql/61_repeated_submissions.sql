-- Reads: the staged headers of a generation. Grain: a submission that has several header rows.
-- Parameters: none.
SELECT
    {{id}} AS submission,
    count(*) AS header_rows
FROM {{table}}
WHERE {{id}} IS NOT NULL
GROUP BY {{id}}
HAVING count(*) > 1
ORDER BY submission
