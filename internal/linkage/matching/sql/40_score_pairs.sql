-- Reads: staged records of both sides (temporary), and the macros compare_1 to
-- compare_15, same_block_1 to same_block_10 and in_order.
-- Grain: one pair of records that agree on the key and that no earlier rule has made.
-- Parameters: left_side and right_side, their tables; key, the column of the blocks:
-- a rule's, or another that says which records are compared;
-- parts and piece, to take one of so many parts of the blocks; levels_1,
-- levels_2, levels_3, levels_4, levels_5, levels_6, levels_7, levels_8, levels_9, levels_10,
-- levels_11, levels_12, levels_13, levels_14 and levels_15, which
-- level each outcome of a comparison is.
--
-- The pattern holds a level of agreement for each comparison, four bits each. The
-- macros of comparisons and rules that a model does not have are constants, so
-- that their columns are not read. The remainder is taken of unsigned numbers: of
-- mixed ones it is a HUGEINT's, slower than comparing two names.
SELECT
    l.record AS left_record,
    r.record AS right_record,
    CAST(0 AS BIGINT)
    + compare_1(l.f1, r.f1, l.f2, r.f2, $levels_1)
    + compare_2(l.f2, r.f2, l.f1, r.f1, $levels_2) * 16
    + compare_3(l.f3, r.f3, NULL, NULL, $levels_3) * 256
    + compare_4(l.f4, r.f4, NULL, NULL, $levels_4) * 4096
    + compare_5(l.f5, r.f5, NULL, NULL, $levels_5) * 65536
    + compare_6(l.f6, r.f6, NULL, NULL, $levels_6) * 1048576
    + compare_7(l.f7, r.f7, NULL, NULL, $levels_7) * 16777216
    + compare_8(l.f8, r.f8, NULL, NULL, $levels_8) * 268435456
    + compare_9(l.f9, r.f9, NULL, NULL, $levels_9) * 4294967296
    + compare_10(l.f10, r.f10, NULL, NULL, $levels_10) * 68719476736
    + compare_11(l.f11, r.f11, NULL, NULL, $levels_11) * 1099511627776
    + compare_12(l.f12, r.f12, NULL, NULL, $levels_12) * 17592186044416
    + compare_13(l.f13, r.f13, NULL, NULL, $levels_13) * 281474976710656
    + compare_14(l.f14, r.f14, NULL, NULL, $levels_14) * 4503599627370496
    + compare_15(l.f15, r.f15, NULL, NULL, $levels_15) * 72057594037927936 AS pattern
FROM (
    SELECT *, COLUMNS(lambda c: c = $key) AS block_key
    FROM query_table($left_side)
) AS l
JOIN (
    SELECT *, COLUMNS(lambda c: c = $key) AS block_key
    FROM query_table($right_side)
) AS r ON r.block_key = l.block_key
WHERE CAST(l.block_key AS UBIGINT) % CAST($parts AS UBIGINT) = CAST($piece AS UBIGINT)
    AND CAST(r.block_key AS UBIGINT) % CAST($parts AS UBIGINT) = CAST($piece AS UBIGINT)
    AND in_order(l.record, r.record)
    AND NOT (
        same_block_1(l.k1, r.k1)
        OR same_block_2(l.k2, r.k2)
        OR same_block_3(l.k3, r.k3)
        OR same_block_4(l.k4, r.k4)
        OR same_block_5(l.k5, r.k5)
        OR same_block_6(l.k6, r.k6)
        OR same_block_7(l.k7, r.k7)
        OR same_block_8(l.k8, r.k8)
        OR same_block_9(l.k9, r.k9)
        OR same_block_10(l.k10, r.k10)
    )
