-- Writes: drops reject_errors (temporary). Grain: none. Parameters: none.
DROP TABLE IF EXISTS reject_errors
