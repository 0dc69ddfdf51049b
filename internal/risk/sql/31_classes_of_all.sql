-- Reads: risk_signatures (temporary). Grain: a class, as of one file.
-- Parameters: left_out, a column or nothing.
--
-- Whoever sees every file knows a participant by what all of them say, and by the
-- files that they are not in.
WITH said AS (
    SELECT
        person,
        file_name,
        signature
    FROM risk_signatures
    WHERE left_out = $left_out
        OR (
            left_out = ''
            AND file_name NOT IN (SELECT file_name FROM risk_signatures WHERE left_out = $left_out)
        )
),
people AS (
    SELECT hash(list_sort(list(hash(file_name, signature)))) AS signature
    FROM said
    GROUP BY person
)
SELECT count(*) AS size
FROM people
GROUP BY signature
ORDER BY size
