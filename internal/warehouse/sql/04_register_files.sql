-- Writes: register.files.
-- Grain: a source file of an auxiliary table of a dataset version. Parameters: none.
CREATE TABLE register.files (
    dataset VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    lineage VARCHAR NOT NULL,
    table_name VARCHAR NOT NULL,
    file_name VARCHAR NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 VARCHAR NOT NULL,
    rows_read BIGINT NOT NULL,
    rows_loaded BIGINT NOT NULL,
    rows_rejected BIGINT NOT NULL
)
