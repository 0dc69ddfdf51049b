-- Writes: register.versions.
-- Grain: a dataset version. Parameters: none.
--
-- lineage: the date that names the version beside another of its number; empty
-- when the number alone does.
CREATE TABLE register.versions (
    dataset VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    lineage VARCHAR NOT NULL,
    version_date DATE NOT NULL,
    delivery_sha256 VARCHAR NOT NULL,
    loaded_at TIMESTAMP NOT NULL,
    PRIMARY KEY (dataset, number, lineage),
    UNIQUE (dataset, number, version_date)
)
