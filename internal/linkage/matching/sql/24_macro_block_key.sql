-- Writes: the temporary macro block_key(first, second, third): one number for the
-- parts of a blocking rule, NULL where one of them is missing.
-- Grain: a cell. Parameters: none.
CREATE OR REPLACE TEMP MACRO block_key(first, second, third) AS
    CASE
        WHEN first IS NOT NULL AND second IS NOT NULL AND third IS NOT NULL
        THEN hash(first || chr(31) || second || chr(31) || third)
    END
