-- Writes: nothing; {{schema}}.{{table}} is gone. Grain: a table. Parameters: none.
DROP TABLE IF EXISTS {{schema}}.{{table}}
