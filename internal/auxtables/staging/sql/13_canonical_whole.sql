-- Reads: the macro canonical_decimal. Writes: the temporary macro canonical_whole(cell): a whole
-- number in digits, NULL for what is none. Grain: a cell without blanks around it.
-- Parameters: none.
CREATE OR REPLACE TEMP MACRO canonical_whole(cell) AS
    CASE
        WHEN regexp_full_match(cell, '[+-]?[0-9]+') THEN cell
        WHEN regexp_full_match(canonical_decimal(cell), '[+-]?[0-9]+[.]0*') THEN split_part(canonical_decimal(cell), '.', 1)
    END
