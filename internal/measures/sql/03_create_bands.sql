-- Writes: bands (temporary): ranges of a family's amounts such that every range of
-- a measure is made of whole ones. Grain: a family and band.
-- Parameters: band_families, band_labels, band_firsts and band_lasts, as texts.
CREATE OR REPLACE TEMP TABLE bands AS
SELECT
    unnest(CAST($band_families AS VARCHAR[])) AS family,
    unnest(CAST($band_labels AS VARCHAR[])) AS label,
    CAST(unnest(CAST($band_firsts AS VARCHAR[])) AS INTEGER) AS first_amount,
    CAST(unnest(CAST($band_lasts AS VARCHAR[])) AS INTEGER) AS last_amount
