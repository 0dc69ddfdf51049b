-- Writes: a CSV file that maps the people's study ids to their keys.
-- Grain: a person. Parameters: path; people.
COPY (
    SELECT
        'S' || i AS study_id_e,
        lpad(CAST(hash(i) % 1000000000000000 AS VARCHAR), 18, '1') AS cohortkey_e
    FROM range(CAST($people AS BIGINT)) AS r (i)
) TO $path (FORMAT csv, HEADER)
