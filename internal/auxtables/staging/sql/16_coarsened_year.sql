-- Reads: the macros trimmed and canonical_date. Writes: the temporary macro coarsened_year(cell):
-- the year of a day, a question mark for what is no day. Grain: a cell.
-- Parameters: none.
CREATE OR REPLACE TEMP MACRO coarsened_year(cell) AS
    CASE
        WHEN trimmed(cell) IS NULL THEN NULL
        ELSE coalesce(CAST(year(TRY_CAST(canonical_date(trimmed(cell)) AS DATE)) AS VARCHAR), '?')
    END
