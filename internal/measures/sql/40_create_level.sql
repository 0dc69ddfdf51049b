-- Reads: places (temporary). Writes: level (temporary): the organisation of every
-- place on a level. Grain: a place. Parameters: level.
CREATE OR REPLACE TEMP TABLE level AS
WITH coded AS (
    SELECT
        place,
        CASE $level
            WHEN 'Study' THEN study
            WHEN 'Region' THEN region_code
            WHEN 'ICB' THEN icb_code
            WHEN 'SubICB' THEN sub_icb_code
            WHEN 'Provider' THEN provider_code
            WHEN 'SubICB-Provider' THEN sub_icb_code
            ELSE 'all'
        END AS code1,
        CASE WHEN $level = 'SubICB-Provider' THEN provider_code ELSE '' END AS code2
    FROM places
)
SELECT
    place,
    code1,
    code2,
    CAST(dense_rank() OVER (ORDER BY code1, code2) AS INTEGER) AS organisation
FROM coded
