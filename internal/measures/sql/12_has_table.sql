-- Reads: the catalogue. Grain: one row. Parameters: schema; name.
SELECT count(*) > 0 AS has_table
FROM information_schema.tables
WHERE table_schema = $schema
    AND table_name = $name
