-- Reads: staged source tables, accepted_submissions. Writes: {{schema}}.{{table}}.
-- Grain: that of the auxiliary table. Parameters: columns, the names of those that
-- the version has.
INSERT INTO {{schema}}.{{table}} BY NAME
SELECT COLUMNS(lambda c: list_contains($columns, c))
FROM (
{{query}}
)
