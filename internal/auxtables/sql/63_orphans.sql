-- Reads: two staged tables, {{table}} and {{parent}}. Grain: one row. Parameters: none.
--
-- How many rows refer to a row that the delivery does not have. A row in which one
-- of the columns is empty refers to nothing.
SELECT count(*) AS orphans
FROM (
    SELECT {{keys}}
    FROM {{table}}
    WHERE list_count([{{keys}}]) = len([{{keys}}])
)
ANTI JOIN {{parent}} USING ({{keys}})
