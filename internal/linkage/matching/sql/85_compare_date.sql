-- Writes: a temporary macro, {{table}}(l, r, other_l, other_r, level).
-- Grain: a pair of values. Parameters: none.
--
-- Levels: 1 other, 2 the same year, 3 two of year, month and day, 4 one edit, 5 day
-- and month in each other's place, 6 exact. Dates are written yyyymmdd.
CREATE OR REPLACE TEMP MACRO {{table}}(l, r, other_l, other_r, level) AS
    CASE
        WHEN l = r THEN level[6]
        WHEN l IS NULL OR r IS NULL THEN 0
        WHEN strlen(l) <> 8 OR strlen(r) <> 8 THEN CASE WHEN edits(l, r) = 1 THEN level[4] ELSE level[1] END
        WHEN hamming(l, r) = 1 THEN level[4]
        WHEN hamming(l, r) = 2 AND damerau_levenshtein(l, r) = 1 THEN level[4]
        WHEN starts_with(l, left(r, 4))
        THEN CASE
            WHEN suffix(l, substr(r, 5, 2)) AND suffix(r, substr(l, 5, 2)) THEN level[5]
            WHEN starts_with(l, left(r, 6)) OR suffix(l, right(r, 2)) THEN level[3]
            ELSE level[2]
        END
        WHEN suffix(l, right(r, 4)) THEN level[3]
        ELSE level[1]
    END
