-- Reads: staged records of both sides (temporary), and the macros compare_1 to
-- compare_15 and in_order.
-- Grain: one pair of records drawn at random.
-- Parameters: left_side and right_side, their tables; left_drawn and right_drawn, how
-- many records are drawn of each; levels_1,
-- levels_2, levels_3, levels_4, levels_5, levels_6, levels_7, levels_8, levels_9, levels_10,
-- levels_11, levels_12, levels_13, levels_14 and levels_15,
-- as for a block.
--
-- Whether a record is drawn depends on its id alone, and on nothing else in the
-- files or the machine.
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
    SELECT *
    FROM query_table($left_side)
    ORDER BY md5_number_lower(id), id
    LIMIT $left_drawn
) AS l
CROSS JOIN (
    SELECT *
    FROM query_table($right_side)
    ORDER BY md5_number_lower(id), id
    LIMIT $right_drawn
) AS r
WHERE in_order(l.record, r.record)
