-- Writes: register.activities. Grain: a change of a DOI.
-- Parameters: doi, change_number, activity.
INSERT INTO register.activities (doi, change_number, activity)
VALUES ($doi, $change_number, $activity)
