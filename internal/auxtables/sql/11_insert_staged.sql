-- Reads: a staged table (temporary). Writes: {{schema}}.{{table}}.
-- Grain: a row of the delivery. Parameters: staged, its name.
INSERT INTO {{schema}}.{{table}} BY NAME
SELECT *
FROM query_table($staged)
