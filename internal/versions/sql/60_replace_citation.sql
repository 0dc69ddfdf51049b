-- Writes: register.citations. Grain: a DOI on a day.
-- Parameters: doi, taken_on, record.
INSERT OR REPLACE INTO register.citations (doi, taken_on, record)
VALUES ($doi, CAST($taken_on AS DATE), $record)
