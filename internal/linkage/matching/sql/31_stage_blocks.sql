-- Reads: staged records (temporary). Writes: {{table}} (temporary).
-- Grain: a record. Parameters: source, the table of the records; parts and lengths,
-- three for each of the ten rules: the field, and how much of it.
--
-- k1 to k10 are the blocks that the record is in.
CREATE OR REPLACE TEMP TABLE {{table}} AS
WITH parts AS (
    SELECT
        *,
        COLUMNS(lambda c: c = $parts[1]) AS p1_1,
        COLUMNS(lambda c: c = $parts[2]) AS p1_2,
        COLUMNS(lambda c: c = $parts[3]) AS p1_3,
        COLUMNS(lambda c: c = $parts[4]) AS p2_1,
        COLUMNS(lambda c: c = $parts[5]) AS p2_2,
        COLUMNS(lambda c: c = $parts[6]) AS p2_3,
        COLUMNS(lambda c: c = $parts[7]) AS p3_1,
        COLUMNS(lambda c: c = $parts[8]) AS p3_2,
        COLUMNS(lambda c: c = $parts[9]) AS p3_3,
        COLUMNS(lambda c: c = $parts[10]) AS p4_1,
        COLUMNS(lambda c: c = $parts[11]) AS p4_2,
        COLUMNS(lambda c: c = $parts[12]) AS p4_3,
        COLUMNS(lambda c: c = $parts[13]) AS p5_1,
        COLUMNS(lambda c: c = $parts[14]) AS p5_2,
        COLUMNS(lambda c: c = $parts[15]) AS p5_3,
        COLUMNS(lambda c: c = $parts[16]) AS p6_1,
        COLUMNS(lambda c: c = $parts[17]) AS p6_2,
        COLUMNS(lambda c: c = $parts[18]) AS p6_3,
        COLUMNS(lambda c: c = $parts[19]) AS p7_1,
        COLUMNS(lambda c: c = $parts[20]) AS p7_2,
        COLUMNS(lambda c: c = $parts[21]) AS p7_3,
        COLUMNS(lambda c: c = $parts[22]) AS p8_1,
        COLUMNS(lambda c: c = $parts[23]) AS p8_2,
        COLUMNS(lambda c: c = $parts[24]) AS p8_3,
        COLUMNS(lambda c: c = $parts[25]) AS p9_1,
        COLUMNS(lambda c: c = $parts[26]) AS p9_2,
        COLUMNS(lambda c: c = $parts[27]) AS p9_3,
        COLUMNS(lambda c: c = $parts[28]) AS p10_1,
        COLUMNS(lambda c: c = $parts[29]) AS p10_2,
        COLUMNS(lambda c: c = $parts[30]) AS p10_3
    FROM (SELECT *, CAST(NULL AS VARCHAR) AS _no_column_ FROM query_table($source))
)
SELECT
    record,
    id,
    superseded,
    f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15,
    block_key(part($lengths[1], p1_1), part($lengths[2], p1_2), part($lengths[3], p1_3)) AS k1,
    block_key(part($lengths[4], p2_1), part($lengths[5], p2_2), part($lengths[6], p2_3)) AS k2,
    block_key(part($lengths[7], p3_1), part($lengths[8], p3_2), part($lengths[9], p3_3)) AS k3,
    block_key(part($lengths[10], p4_1), part($lengths[11], p4_2), part($lengths[12], p4_3)) AS k4,
    block_key(part($lengths[13], p5_1), part($lengths[14], p5_2), part($lengths[15], p5_3)) AS k5,
    block_key(part($lengths[16], p6_1), part($lengths[17], p6_2), part($lengths[18], p6_3)) AS k6,
    block_key(part($lengths[19], p7_1), part($lengths[20], p7_2), part($lengths[21], p7_3)) AS k7,
    block_key(part($lengths[22], p8_1), part($lengths[23], p8_2), part($lengths[24], p8_3)) AS k8,
    block_key(part($lengths[25], p9_1), part($lengths[26], p9_2), part($lengths[27], p9_3)) AS k9,
    block_key(part($lengths[28], p10_1), part($lengths[29], p10_2), part($lengths[30], p10_3)) AS k10
FROM parts
ORDER BY record
