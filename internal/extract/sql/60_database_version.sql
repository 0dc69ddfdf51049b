-- Reads: nothing. Grain: one row, the version of the database.
-- Parameters: none.
SELECT version()
