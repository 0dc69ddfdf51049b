-- Reads: register.citations. Grain: the newest record of a DOI.
-- Parameters: doi.
SELECT
    CAST(taken_on AS VARCHAR) AS taken_on,
    record
FROM register.citations
WHERE doi = $doi
ORDER BY register.citations.taken_on DESC
LIMIT 1
