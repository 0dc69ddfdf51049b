-- Writes: bands (temporary): ranges of days such that every range of a measure
-- is made of whole ones. Grain: a band.
-- Parameters: band_labels, band_firsts and band_lasts, as texts.
CREATE OR REPLACE TEMP TABLE bands AS
SELECT
    unnest(CAST($band_labels AS VARCHAR[])) AS label,
    CAST(unnest(CAST($band_firsts AS VARCHAR[])) AS INTEGER) AS first_day,
    CAST(unnest(CAST($band_lasts AS VARCHAR[])) AS INTEGER) AS last_day
