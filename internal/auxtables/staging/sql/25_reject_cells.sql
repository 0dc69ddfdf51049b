-- Reads: raw_cells (temporary), and the macros of its column's kind. Writes: rejected_cells
-- (temporary). Grain: a cell that does not fit. Parameters: column.
INSERT INTO rejected_cells
SELECT
    rowid AS row_number,
    $column AS column_name
FROM (
    SELECT
        rowid,
        {{trimmed}}({{column}}) AS cell,
        {{canonical}}({{trimmed}}({{column}})) AS canonical
    FROM raw_cells
    WHERE {{column}} IS NOT NULL
)
WHERE cell IS NOT NULL
    AND NOT {{exact}}(TRY_CAST(canonical AS {{type}}), canonical)
