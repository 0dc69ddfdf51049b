-- Writes: a CSV file of the people's permissions. Grain: a person.
-- Parameters: path; people.
COPY (
    SELECT
        'BIB' AS cohort,
        'S' || i AS study_id_e,
        1 AS ukllc_status,
        1 AS nhs_e_linkage_permission,
        0 AS national_opt_out
    FROM range(CAST($people AS BIGINT)) AS r (i)
) TO $path (FORMAT csv, HEADER)
