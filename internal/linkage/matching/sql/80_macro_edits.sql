-- Writes: the temporary macro edits(l, r): how many edits make one value of another.
-- Grain: a pair of values. Parameters: none.
--
-- Values of one length differ by characters mistyped, or by two neighbours in each
-- other's place, which is one edit; values of two lengths by Levenshtein's distance.
-- Damerau's distance knows neighbours but is slow: it is asked only where two
-- characters differ.
CREATE OR REPLACE TEMP MACRO edits(l, r) AS
    CASE
        WHEN strlen(l) - strlen(r) NOT BETWEEN -3 AND 3 THEN 4
        WHEN strlen(l) <> strlen(r) THEN levenshtein(l, r)
        WHEN hamming(l, r) = 2 THEN damerau_levenshtein(l, r)
        ELSE hamming(l, r)
    END
