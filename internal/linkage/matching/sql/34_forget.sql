-- Writes: {{table}} (temporary), which is needed no longer.
-- Grain: a row. Parameters: none.
DROP TABLE temp.{{table}}
