-- Writes: a temporary macro, {{table}}(l, r, other_l, other_r, level).
-- Grain: a pair of values. Parameters: none.
--
-- As without, and 103 where the value is that of the other field and the other
-- way round: given name and surname in each other's place.
CREATE OR REPLACE TEMP MACRO {{table}}(l, r, other_l, other_r, level) AS
    CASE
        WHEN l = r THEN level[102]
        WHEN l IS NULL OR r IS NULL THEN 0
        WHEN l = other_r AND other_l = r THEN level[103]
        ELSE level[1 + CAST(floor(100 * jaro_winkler_similarity(l, r) + 1e-9) AS INTEGER)]
    END
