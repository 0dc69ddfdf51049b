-- Reads: the macros trimmed and canonical_date. Writes: the temporary macro
-- coarsened_quarter(cell): the first day of a day's quarter, a question mark for
-- what is no day. Grain: a cell. Parameters: none.
CREATE OR REPLACE TEMP MACRO coarsened_quarter(cell) AS
    CASE
        WHEN trimmed(cell) IS NULL THEN NULL
        ELSE coalesce(CAST(CAST(date_trunc('quarter', TRY_CAST(canonical_date(trimmed(cell)) AS DATE)) AS DATE) AS VARCHAR), '?')
    END
