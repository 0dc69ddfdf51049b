-- Writes: register.load_records: what a load of source tables did besides, as the
-- JSON object that tre-extract versions record shows.
-- Grain: a dataset version. Parameters: none.
CREATE TABLE register.load_records (
    dataset VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    lineage VARCHAR NOT NULL,
    record VARCHAR NOT NULL,
    PRIMARY KEY (dataset, number, lineage)
)
