-- Writes: the temporary macro real_postcode(value): nothing for the pseudo-postcodes of
-- no fixed abode, abroad and not known, which would link everybody who has one.
-- Grain: a cell. Parameters: none.
CREATE OR REPLACE TEMP MACRO real_postcode(value) AS
    CASE WHEN value NOT LIKE 'ZZ99%' THEN value END
