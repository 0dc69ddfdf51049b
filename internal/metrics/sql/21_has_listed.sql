-- Reads: the catalogue. Grain: one row. Parameters: none.
--
-- A workspace in which no freeze was made with a positive list may lack the table.
SELECT count(*) > 0 AS has_listed
FROM information_schema.tables
WHERE table_schema = 'linkage'
    AND table_name = 'listed'
