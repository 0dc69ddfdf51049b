-- Reads: one text file of a delivery, as UTF-8 with a header, in which no cell has blanks
-- around it and none is an empty text in quotes. Writes: {{schema}}.{{table}}, and
-- reject_errors (temporary) for what does not fit.
-- Grain: a row of the delivery.
-- Parameters: path, delimiter, packing; column_types and column_shape, the file's columns in its
-- order (intake.Source.Args); rejects_limit, the most rejected cells to list.
--
-- What 10_insert_from_csv does, for the files that have nothing to trim.
INSERT INTO {{schema}}.{{table}} BY NAME
SELECT *
FROM read_csv(
    $path,
    header = true,
    delim = $delimiter,
    compression = $packing,
    quote = '"',
    escape = '"',
    columns = json_transform($column_types, $column_shape),
    strict_mode = true,
    auto_detect = false,
    hive_partitioning = false,
    store_rejects = true,
    rejects_limit = $rejects_limit
)
