-- Writes: linkage.withdrawal_files: the files of withdrawals as they came.
-- Grain: a file. Parameters: none. Rows are only ever added.
CREATE TABLE IF NOT EXISTS linkage.withdrawal_files (
    file_number INTEGER NOT NULL PRIMARY KEY,
    received DATE NOT NULL,
    by_person BOOLEAN NOT NULL,
    file_sha256 VARCHAR NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    new_participants BIGINT NOT NULL,
    repeated_rows BIGINT NOT NULL,
    unknown_participants BIGINT NOT NULL
)
