-- Writes: a temporary macro, {{table}}(l, r, other_l, other_r, level).
-- Grain: a pair of values. Parameters: none.
--
-- Levels: by the number of edits, 1 for none to 4 for three, 5 for more.
CREATE OR REPLACE TEMP MACRO {{table}}(l, r, other_l, other_r, level) AS
    CASE
        WHEN l = r THEN level[1]
        WHEN l IS NULL OR r IS NULL THEN 0
        ELSE level[1 + CAST(least(edits(l, r), 4) AS INTEGER)]
    END
