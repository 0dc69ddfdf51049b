-- Reads: a CSV file of synthetic people. Writes: plain_people (temporary).
-- Grain: a person. Parameters: path.
CREATE OR REPLACE TEMP TABLE plain_people AS
SELECT
    row_number() OVER (ORDER BY id) AS record,
    given_name,
    surname,
    date_of_birth
FROM read_csv($path, all_varchar = true)
