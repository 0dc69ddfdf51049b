-- Reads: nothing. Writes: the temporary macro exact_decimal(value, canonical): whether a cast to a
-- decimal has rounded nothing. Grain: a cell. Parameters: none.
CREATE OR REPLACE TEMP MACRO exact_decimal(value, canonical) AS
    coalesce(CAST(value AS DECIMAL(38, 10)) = TRY_CAST(canonical AS DECIMAL(38, 10)), false)
