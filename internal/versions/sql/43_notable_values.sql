-- Reads: value_rows (temporary). Writes: notable_values (temporary): the values
-- of which something may be told, most important first: those that are new or
-- gone, and those whose share of the rows moved by at least least_move.
-- Grain: a value. Parameters: code_like, whether values are told or only NULL;
-- least_move.
CREATE OR REPLACE TEMP TABLE notable_values AS
WITH shares AS (
    SELECT
        text,
        rows_before,
        rows_after,
        abs(coalesce(rows_after / nullif(sum(rows_after) OVER (), 0), 0)
            - coalesce(rows_before / nullif(sum(rows_before) OVER (), 0), 0)) AS move
    FROM value_rows
)
SELECT
    text,
    text IS NULL AS is_null,
    row_number() OVER (
        ORDER BY text IS NOT NULL, least(rows_before, rows_after) > 0, move DESC, text
    ) AS place
FROM shares
WHERE (text IS NULL OR $code_like)
    AND (move >= $least_move OR (text IS NOT NULL AND least(rows_before, rows_after) = 0))
