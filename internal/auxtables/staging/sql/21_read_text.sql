-- Reads: text files of a delivery of source tables, alike, as UTF-8 with a header. Writes:
-- raw_cells (temporary), and reject_errors (temporary) for rows that are none.
-- Grain: a row of a file.
-- Parameters: paths, delimiter, packing; column_types and column_shape, their columns in
-- their order, all text (intake.Source.Args); rejects_limit.
--
-- Only the columns that are kept are read, and identifying ones no finer than the
-- specification allows: they are made coarser before anything is stored.
INSERT INTO raw_cells BY NAME
SELECT
    {{cells}}
FROM read_csv(
    $paths,
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
