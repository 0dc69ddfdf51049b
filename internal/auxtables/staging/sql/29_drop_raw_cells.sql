-- Writes: drops raw_cells (temporary). Grain: none. Parameters: none.
DROP TABLE IF EXISTS raw_cells
