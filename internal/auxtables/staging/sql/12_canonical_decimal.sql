-- Reads: nothing. Writes: the temporary macro canonical_decimal(cell): a number in digits, NULL
-- for what is none or not exact. Grain: a cell without blanks around it. Parameters: none.
--
-- The exponent form is taken where all digits of the number are written:
-- 1.234E+03 is 1234, but 9.43E+09 has lost seven digits.
CREATE OR REPLACE TEMP MACRO canonical_decimal(cell) AS
    CASE
        WHEN regexp_full_match(cell, '[+-]?[0-9]+([.][0-9]*)?')
        THEN cell
        WHEN regexp_full_match(cell, '[+-]?[0-9]+([.][0-9]*)?[eE][+-]?[0-9]{1,2}')
            AND TRY_CAST(regexp_extract(cell, '[eE]([+-]?[0-9]+)$', 1) AS INTEGER) <= strlen(regexp_extract(cell, '[.]([0-9]*)[eE]', 1))
        THEN CAST(TRY_CAST(cell AS DECIMAL(38, 10)) AS VARCHAR)
    END
