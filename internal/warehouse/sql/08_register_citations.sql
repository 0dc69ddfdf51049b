-- Writes: register.citations: what a DOI's metadata were when they were read at
-- the registry. Grain: a DOI (in small letters) and a day. Parameters: none.
CREATE TABLE register.citations (
    doi VARCHAR NOT NULL,
    taken_on DATE NOT NULL,
    record VARCHAR NOT NULL,
    PRIMARY KEY (doi, taken_on)
)
