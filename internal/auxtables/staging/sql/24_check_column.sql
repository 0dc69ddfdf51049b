-- Reads: raw_cells (temporary), and the macros of its column's kind. Grain: one row.
-- Parameters: none.
--
-- failing: cells that are no {{type}}, or not exactly. trimmed: cells with blanks
-- around them. rewritten: cells that say the same in another way.
WITH cells AS (
    SELECT
        {{column}} AS raw,
        {{trimmed}}({{column}}) AS cell
    FROM raw_cells
    WHERE {{column}} IS NOT NULL
),

canonical_cells AS (
    SELECT
        raw,
        cell,
        {{canonical}}(cell) AS canonical
    FROM cells
),

cast_cells AS (
    SELECT
        raw,
        cell,
        canonical,
        TRY_CAST(canonical AS {{type}}) AS value
    FROM canonical_cells
)

SELECT
    count(*) FILTER (WHERE cell IS NOT NULL AND NOT {{exact}}(value, canonical)) AS failing,
    count(*) FILTER (WHERE raw IS DISTINCT FROM cell) AS trimmed,
    count(*) FILTER (WHERE cell <> canonical) AS rewritten
FROM cast_cells
