-- Writes: register.activities: changes of a DOI's metadata, as the registry
-- recorded them. Grain: a DOI (in small letters) and its change's number; the
-- registry's id is of a request, which several changes may share.
-- Parameters: none.
CREATE TABLE register.activities (
    doi VARCHAR NOT NULL,
    change_number INTEGER NOT NULL,
    activity VARCHAR NOT NULL,
    PRIMARY KEY (doi, change_number)
)
