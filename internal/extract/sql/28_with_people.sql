-- Reads: a query of rows, project_people (temporary). Grain: one row of the query
-- each, once a participant that it belongs to. Parameters: those of the query.
SELECT *
FROM ({{query}})
JOIN project_people
    ON _person_key = _person
