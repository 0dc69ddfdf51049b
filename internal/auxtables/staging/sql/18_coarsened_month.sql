-- Reads: the macros trimmed and canonical_date. Writes: the temporary macro
-- coarsened_month(cell): the first day of a day's month, a question mark for what
-- is no day. Grain: a cell. Parameters: none.
CREATE OR REPLACE TEMP MACRO coarsened_month(cell) AS
    CASE
        WHEN trimmed(cell) IS NULL THEN NULL
        ELSE coalesce(CAST(CAST(date_trunc('month', TRY_CAST(canonical_date(trimmed(cell)) AS DATE)) AS DATE) AS VARCHAR), '?')
    END
