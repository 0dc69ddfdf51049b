-- Reads: nhsd.t_hub_v0001. Writes: linkage.spine: freeze 1, in which each person
-- is a participant of one of 17 studies. Grain: a participant. Parameters: none.
INSERT INTO linkage.spine
SELECT DISTINCT
    1,
    'STUDY' || (hash(cohortkey_e) % 17),
    cohortkey_e,
    cohortkey_e,
    true,
    'consent',
    true
FROM nhsd.t_hub_v0001
WHERE cohortkey_e NOT IN (SELECT cohortkey_e FROM linkage.spine)
