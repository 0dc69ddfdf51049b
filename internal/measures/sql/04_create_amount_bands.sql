-- Reads: bands (temporary). Writes: amount_bands (temporary): the band of each
-- amount. Grain: a family and amount. Parameters: most, the largest one.
CREATE OR REPLACE TEMP TABLE amount_bands AS
SELECT
    family,
    CAST(unnest(range(first_amount, least(last_amount, CAST($most AS INTEGER)) + 1)) AS INTEGER) AS amount,
    label
FROM bands
