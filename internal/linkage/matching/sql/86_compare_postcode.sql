-- Writes: a temporary macro, {{table}}(l, r, other_l, other_r, level).
-- Grain: a pair of values. Parameters: none.
--
-- Levels: 1 other, 2 the same district (all but the last three characters), 3 the same
-- sector (all but the last two), 4 one edit, 5 exact. Postcodes have no blanks.
CREATE OR REPLACE TEMP MACRO {{table}}(l, r, other_l, other_r, level) AS
    CASE
        WHEN l = r THEN level[5]
        WHEN l IS NULL OR r IS NULL THEN 0
        WHEN strlen(l) <> strlen(r) THEN CASE WHEN edits(l, r) = 1 THEN level[4] ELSE level[1] END
        WHEN hamming(l, r) = 1 THEN level[4]
        WHEN hamming(l, r) = 2 AND damerau_levenshtein(l, r) = 1 THEN level[4]
        WHEN strlen(l) < 4 OR NOT starts_with(l, left(r, -3)) THEN level[1]
        WHEN starts_with(l, left(r, -2)) THEN level[3]
        ELSE level[2]
    END
