-- Reads: nothing. Writes: the temporary macro canonical_id(cell). Grain: a cell without blanks
-- around it. Parameters: none.
--
-- A number in exponent form (9.43E+09), as spreadsheets write long numbers, is no
-- id and no code: its digits are gone.
CREATE OR REPLACE TEMP MACRO canonical_id(cell) AS
    CASE
        WHEN (contains(cell, 'E') OR contains(cell, 'e'))
            AND regexp_full_match(cell, '[+-]?[0-9]+([.][0-9]*)?[eE][+-][0-9]+')
        THEN NULL
        ELSE cell
    END
