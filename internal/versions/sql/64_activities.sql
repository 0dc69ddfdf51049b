-- Reads: register.activities. Grain: a change of a DOI, oldest first.
-- Parameters: doi.
SELECT activity
FROM register.activities
WHERE doi = $doi
ORDER BY change_number
