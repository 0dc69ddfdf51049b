-- Reads: the mapping of study ids to NHS person keys. Writes: mapping (temporary).
-- Grain: a row of the file. Parameters: path, names.
CREATE OR REPLACE TEMP TABLE mapping AS
SELECT
    row_number() OVER () AS record,
    coalesce(trim(study_id_e), '') AS study_id_e,
    coalesce(trim(cohortkey_e), '') AS cohortkey_e
FROM read_csv(
    $path,
    header = true,
    delim = ',',
    quote = '"',
    escape = '"',
    names = $names,
    all_varchar = true,
    sample_size = 1,
    store_rejects = true
)
