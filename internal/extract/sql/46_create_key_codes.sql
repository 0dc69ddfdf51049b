-- Reads: coded_keys (temporary). Writes: key_codes (temporary): the project's value
-- of each key and its rank. Grain: a key. Parameters: none.
CREATE OR REPLACE TEMP TABLE key_codes AS
SELECT
    _plain_key,
    CAST(_key_text AS key_code) AS _key_code,
    CAST(row_number() OVER (ORDER BY _key_text) AS UINTEGER) AS _code_rank
FROM coded_keys
