-- Reads: withdrawals (temporary), linkage.withdrawn_participants, linkage.spine.
-- Writes: linkage.withdrawal_files. Grain: a file.
-- Parameters: received, by_person, file_sha256, recorded_at.
INSERT INTO linkage.withdrawal_files (
    file_number, received, by_person, file_sha256, recorded_at, new_participants, repeated_rows, unknown_participants
)
WITH fresh AS (
    SELECT DISTINCT study_id_e
    FROM withdrawals
    WHERE NOT EXISTS (
        SELECT 1
        FROM linkage.withdrawn_participants AS w
        WHERE w.study_id_e = withdrawals.study_id_e
            AND (w.by_person OR NOT $by_person)
    )
)
SELECT
    (SELECT coalesce(max(file_number), 0) + 1 FROM linkage.withdrawal_files) AS file_number,
    CAST($received AS DATE) AS received,
    $by_person AS by_person,
    $file_sha256 AS file_sha256,
    CAST($recorded_at AS TIMESTAMP) AS recorded_at,
    (SELECT count(*) FROM fresh) AS new_participants,
    (SELECT count(*) FROM withdrawals) - (SELECT count(*) FROM fresh) AS repeated_rows,
    (SELECT count(*) FROM fresh WHERE study_id_e NOT IN (SELECT study_id_e FROM linkage.spine)) AS unknown_participants
