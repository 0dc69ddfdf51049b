-- Reads: one auxiliary table. Writes: linkage.spine: freeze 1, in which everybody
-- is a participant of one study. Grain: a participant. Parameters: table.
INSERT INTO linkage.spine
SELECT DISTINCT
    1,
    'ALL',
    person,
    person,
    true,
    'consent',
    true
FROM query_table($table)
WHERE person NOT IN (SELECT cohortkey_e FROM linkage.spine WHERE freeze_number = 1)
