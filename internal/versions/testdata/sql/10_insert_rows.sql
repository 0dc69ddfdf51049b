-- Writes: {{schema}}.{{table}}. Grain: a row of a JSON list.
-- Parameters: rows, the list; shape, a list of one object of column types.
INSERT INTO {{schema}}.{{table}} BY NAME
SELECT unnest(one_row)
FROM (SELECT unnest(json_transform(CAST($rows AS JSON), $shape)) AS one_row)
