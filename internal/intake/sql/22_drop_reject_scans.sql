-- Writes: drops reject_scans (temporary). Grain: none. Parameters: none.
DROP TABLE IF EXISTS reject_scans
