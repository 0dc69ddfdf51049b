-- Reads: project_people (temporary). Writes: the same, its ids as values of their own
-- type. Grain: a participant. Parameters: none.
CREATE OR REPLACE TEMP TABLE project_people AS
SELECT * REPLACE (CAST(_project_id AS project_id) AS _project_id)
FROM project_people
