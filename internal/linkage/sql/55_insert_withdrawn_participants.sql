-- Reads: withdrawals (temporary), linkage.withdrawal_files.
-- Writes: linkage.withdrawn_participants. Grain: a participant.
-- Parameters: by_person.
INSERT INTO linkage.withdrawn_participants (study_id_e, by_person, named, file_number)
SELECT DISTINCT
    study_id_e,
    $by_person AS by_person,
    true AS named,
    (SELECT max(file_number) FROM linkage.withdrawal_files) AS file_number
FROM withdrawals
WHERE NOT EXISTS (
    SELECT 1
    FROM linkage.withdrawn_participants AS w
    WHERE w.study_id_e = withdrawals.study_id_e
        AND (w.by_person OR NOT $by_person)
)
ORDER BY study_id_e
