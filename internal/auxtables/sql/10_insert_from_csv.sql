-- Reads: one text file of a delivery, as UTF-8 with a header, and the macro trimmed.
-- Writes: {{schema}}.{{table}}, and reject_errors (temporary) for what does not fit.
-- Grain: a row of the delivery.
-- Parameters: path, delimiter, packing; column_types and column_shape, the file's columns in its
-- order (intake.Source.Args); text and typed, their names by kind;
-- rejects_limit, the most rejected cells to list.
--
-- Text is trimmed and an empty cell is NULL; identifiers stay text. A row with
-- a cell that does not cast is rejected whole, with its byte position. Nothing
-- is guessed: neither a dialect from the first rows, which would make a fault of
-- what is a reject, nor columns from a folder called extract_date=2024-04-26.
INSERT INTO {{schema}}.{{table}} BY NAME
SELECT
    COLUMNS(lambda c: list_contains($typed, c)),
    trimmed(COLUMNS(lambda c: list_contains($text, c)))
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
