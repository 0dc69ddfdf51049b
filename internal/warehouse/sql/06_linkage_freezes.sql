-- Writes: linkage.freezes.
-- Grain: a freeze. Parameters: none.
CREATE TABLE linkage.freezes (
    freeze_number INTEGER NOT NULL PRIMARY KEY,
    freeze_date DATE NOT NULL,
    permissions_sha256 VARCHAR NOT NULL,
    mapping_sha256 VARCHAR NOT NULL,
    made_at TIMESTAMP NOT NULL
)
