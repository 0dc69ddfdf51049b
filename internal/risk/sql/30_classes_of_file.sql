-- Reads: risk_signatures (temporary). Grain: a class, the participants of one
-- signature. Parameters: file_name; left_out, a column or nothing.
SELECT count(*) AS size
FROM risk_signatures
WHERE file_name = $file_name
    AND left_out = $left_out
GROUP BY signature
ORDER BY size
