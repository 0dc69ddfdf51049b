-- Reads: coded_keys (temporary). Writes: key_code (temporary), the type of the
-- project's values of a key. Grain: a value. Parameters: none.
--
-- A value of the type is a number of four bytes while rows are sorted, and becomes
-- its text again as a file is written.
CREATE OR REPLACE TEMP TYPE key_code AS ENUM (
    SELECT _key_text
    FROM coded_keys
    ORDER BY _key_text
)
