-- Writes: a temporary macro, {{table}}(l, r, other_l, other_r, level).
-- Grain: a pair of values. Parameters: none.
--
-- Levels: 1 other, 2 exact.
CREATE OR REPLACE TEMP MACRO {{table}}(l, r, other_l, other_r, level) AS
    CASE
        WHEN l = r THEN level[2]
        WHEN l IS NULL OR r IS NULL THEN 0
        ELSE level[1]
    END
