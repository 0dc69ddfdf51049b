-- Writes: register.sources: the files of a delivery of source tables.
-- Grain: a file of a dataset version. Parameters: none.
--
-- text_sha256: of the text that a packed file holds, and sha256 of another.
-- lacking: columns of the source table that the file does not have, as JSON.
CREATE TABLE register.sources (
    dataset VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    lineage VARCHAR NOT NULL,
    generation VARCHAR NOT NULL,
    table_name VARCHAR NOT NULL,
    file_name VARCHAR NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 VARCHAR NOT NULL,
    text_sha256 VARCHAR NOT NULL,
    rows_read BIGINT NOT NULL,
    rows_loaded BIGINT NOT NULL,
    rows_rejected BIGINT NOT NULL,
    lacking VARCHAR NOT NULL
)
