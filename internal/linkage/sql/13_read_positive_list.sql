-- Reads: a positive list. Writes: positive_list (temporary).
-- Grain: a line of the file. Parameters: path.
CREATE OR REPLACE TEMP TABLE positive_list AS
SELECT person_key
FROM read_csv(
    $path,
    header = false,
    delim = ',',
    quote = '',
    escape = '',
    columns = {'person_key': 'VARCHAR', 'nothing': 'VARCHAR'},
    auto_detect = false,
    hive_partitioning = false
)
