-- Reads: a query of rows with their keys. Writes: coded_keys (temporary): the
-- project's value of each key. Grain: a key. Parameters: those of the query.
--
-- A key comes on many rows: it is re-keyed once.
CREATE OR REPLACE TEMP TABLE coded_keys AS
WITH keys AS (
    SELECT DISTINCT _key AS _plain_key
    FROM ({{query}})
    WHERE _key IS NOT NULL
)
SELECT
    _plain_key,
    project_code(_plain_key) AS _key_text
FROM keys
