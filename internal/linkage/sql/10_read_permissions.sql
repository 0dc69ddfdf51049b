-- Reads: the study permissions file. Writes: permissions (temporary).
-- Grain: a row of the file. Parameters: path, column_types, column_shape.
--
-- The record number finds the row again without printing it.
CREATE OR REPLACE TEMP TABLE permissions AS
SELECT
    row_number() OVER () AS record,
    coalesce(trim(cohort), '') AS study,
    coalesce(trim(study_id_e), '') AS study_id_e,
    coalesce(trim(ukllc_status), '') AS ukllc_status,
    coalesce(trim(nhs_e_linkage_permission), '') AS nhs_e_linkage_permission,
    coalesce(trim(national_opt_out), '') AS national_opt_out
FROM read_csv(
    $path,
    header = true,
    delim = ',',
    quote = '"',
    escape = '"',
    columns = json_transform($column_types, $column_shape),
    auto_detect = false,
    hive_partitioning = false,
    store_rejects = true
)
