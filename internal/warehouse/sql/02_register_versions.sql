-- Writes: register.versions.
-- Grain: a dataset version. Parameters: none.
CREATE TABLE register.versions (
    dataset VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    version_date DATE NOT NULL,
    delivery_sha256 VARCHAR NOT NULL,
    loaded_at TIMESTAMP NOT NULL,
    PRIMARY KEY (dataset, number)
)
