-- Reads: what the query reads. Writes: the CSV file at path.
-- Grain: a link. Parameters: path, and those of the query.
COPY ({{query}}) TO $path (FORMAT csv, HEADER true)
