-- Reads: one CSV file of a delivery, as UTF-8 with a header.
-- Writes: {{schema}}.{{table}}, and reject_errors (temporary) for what does not fit.
-- Grain: a row of the delivery.
-- Parameters: path; names and types of the file's columns, in its order; text
-- and typed, the same names by kind.
--
-- Text is trimmed and an empty cell is NULL; identifiers stay text. A row with
-- a cell that does not cast is rejected whole, with its byte position.
INSERT INTO {{schema}}.{{table}} BY NAME
SELECT
    COLUMNS(lambda c: list_contains($typed, c)),
    nullif(trim(COLUMNS(lambda c: list_contains($text, c))), '')
FROM read_csv(
    $path,
    header = true,
    delim = ',',
    quote = '"',
    escape = '"',
    names = $names,
    types = $types,
    strict_mode = true,
    sample_size = 1,
    store_rejects = true,
    rejects_limit = 100000
)
