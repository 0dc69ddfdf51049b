-- Reads: a query of rows with their keys. Writes: key_codes (temporary): the
-- project's value of each key and its rank.
-- Grain: a key. Parameters: those of the query.
--
-- A key comes on many rows: it is re-keyed once, and a sort compares ranks.
CREATE OR REPLACE TEMP TABLE key_codes AS
WITH keys AS (
    SELECT DISTINCT _key AS _plain_key
    FROM ({{query}})
    WHERE _key IS NOT NULL
),
coded AS (
    SELECT
        _plain_key,
        project_code(_plain_key) AS _key_code
    FROM keys
)
SELECT
    _plain_key,
    _key_code,
    CAST(row_number() OVER (ORDER BY _key_code) AS UINTEGER) AS _code_rank
FROM coded
