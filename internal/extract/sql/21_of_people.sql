-- Reads: a query of rows, project_people (temporary). Grain: one row of the query
-- each, of the project's people. Parameters: those of the query.
SELECT *
FROM ({{query}})
WHERE _person IN (SELECT _person_key FROM project_people)
