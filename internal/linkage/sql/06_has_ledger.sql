-- Reads: the catalogue. Grain: one row. Parameters: none.
--
-- A workspace in which nothing has been recorded since it was made may lack the
-- tables.
SELECT count(*) = 5 AS has_ledger
FROM information_schema.tables
WHERE table_schema = 'linkage'
    AND table_name IN ('opt_outs', 'listed', 'withdrawal_files', 'withdrawn_participants', 'withdrawn_people')
