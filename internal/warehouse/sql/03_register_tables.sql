-- Writes: register.tables.
-- Grain: an auxiliary table of a dataset version. Parameters: none.
--
-- fingerprint: of the content; internal/versions/fingerprint says how it is made.
CREATE TABLE register.tables (
    dataset VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    lineage VARCHAR NOT NULL,
    table_name VARCHAR NOT NULL,
    rows_loaded BIGINT NOT NULL,
    rows_rejected BIGINT NOT NULL,
    column_count INTEGER NOT NULL,
    latest_extract_date DATE,
    fingerprint VARCHAR NOT NULL,
    PRIMARY KEY (dataset, number, lineage, table_name)
)
