-- Reads: a generation's staged headers. Writes: accepted_submissions (temporary).
-- Grain: a provider and month. Parameters: available_from, the day of the version.
INSERT INTO accepted_submissions BY NAME
{{query}}
