-- Writes: a temporary macro, {{table}}(l, r, other_l, other_r, level).
-- Grain: a pair of values. Parameters: none.
--
-- Levels: by the similarity in whole hundredths, 1 for none to 101; 102 exact. The
-- similarity is computed once: its level is looked up.
CREATE OR REPLACE TEMP MACRO {{table}}(l, r, other_l, other_r, level) AS
    CASE
        WHEN l = r THEN level[102]
        WHEN l IS NULL OR r IS NULL THEN 0
        ELSE level[1 + CAST(floor(100 * jaro_winkler_similarity(l, r) + 1e-9) AS INTEGER)]
    END
