-- Writes: linkage.withdrawn_people: the person keys that those who withdrew as a
-- person have had, in whatever freeze. Grain: a person key. Parameters: none.
-- Rows are only ever added.
CREATE TABLE IF NOT EXISTS linkage.withdrawn_people (
    cohortkey_e VARCHAR NOT NULL PRIMARY KEY,
    file_number INTEGER NOT NULL
)
