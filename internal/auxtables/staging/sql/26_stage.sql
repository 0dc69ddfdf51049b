-- Reads: raw_cells, rejected_cells (temporary). Writes: the staged table {{table}} (temporary).
-- Grain: a row of the delivery without a rejected cell. Parameters: none.
INSERT INTO {{table}} BY NAME
SELECT
    {{cells}}
FROM (
    SELECT
        {{trims}}
    FROM raw_cells
    WHERE rowid NOT IN (SELECT row_number FROM rejected_cells)
)
