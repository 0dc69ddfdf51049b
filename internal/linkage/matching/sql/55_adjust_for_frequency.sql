-- Reads: frequencies and staged records (temporary). Writes: candidates (temporary).
-- Grain: a pair of records that agree exactly on a field.
-- Parameters: left_side, the table of the left records; field; place, what the level of
-- the field's comparison is multiplied by in a pattern; exact, the level of exact
-- agreement; chance, its probability in pairs of two people; least_share, below which
-- a value counts as no rarer.
--
-- To agree on a rare name says more than to agree on a common one.
UPDATE candidates
SET weight = weight + log2($chance / greatest(rare.share, $least_share))
FROM (
    SELECT l.record, f.share
    FROM (SELECT record, COLUMNS(lambda c: c = $field) AS value FROM query_table($left_side)) AS l
    JOIN frequencies AS f ON f.value = l.value
) AS rare
WHERE rare.record = candidates.left_record
    AND candidates.pattern // $place % 16 = $exact
