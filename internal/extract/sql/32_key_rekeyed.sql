-- Reads: a query of rows, key_codes (temporary). Grain: one row of the query each,
-- the key's column with the project's values. Parameters: those of the query.
SELECT rekeyed.* REPLACE (_key_code AS {{column}}, _code_rank AS _key_rank)
FROM (
    SELECT *
    FROM ({{query}})
    LEFT JOIN key_codes
        ON _plain_key = _key
) AS rekeyed
