-- Reads: rejected_cells (temporary). Grain: a cell that does not fit, in the order of its rows.
-- Parameters: most, how many are listed.
SELECT
    row_number,
    column_name
FROM rejected_cells
ORDER BY row_number, column_name
LIMIT $most
