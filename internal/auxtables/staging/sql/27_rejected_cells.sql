-- Writes: rejected_cells (temporary). Grain: a cell that does not fit. Parameters: none.
CREATE OR REPLACE TEMP TABLE rejected_cells (
    row_number BIGINT NOT NULL,
    column_name VARCHAR NOT NULL
)
