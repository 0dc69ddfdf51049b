-- Reads: register.activities. Grain: one activity. Parameters: doi, change_number.
SELECT activity
FROM register.activities
WHERE doi = $doi
    AND change_number = $change_number
