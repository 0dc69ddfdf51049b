-- Reads: pairs, patterns (temporary). Writes: candidates (temporary).
-- Grain: a pair of records that may be a link. Parameters: none.
INSERT INTO candidates
SELECT p.left_record, p.right_record, p.pattern, k.step, k.weight
FROM pairs AS p
JOIN patterns AS k ON k.pattern = p.pattern
WHERE k.kept
