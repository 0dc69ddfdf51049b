-- Reads: linkage.withdrawal_files. Grain: a file. Parameters: none.
SELECT
    file_number,
    CAST(received AS VARCHAR) AS received,
    by_person,
    file_sha256,
    strftime(recorded_at, '%Y-%m-%dT%H:%M:%SZ') AS recorded_at,
    new_participants,
    repeated_rows,
    unknown_participants
FROM linkage.withdrawal_files
ORDER BY file_number
