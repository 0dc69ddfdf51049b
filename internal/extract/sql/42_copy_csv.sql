-- Writes: a CSV file with a header. Grain: that of the query.
-- Parameters: path, and those of the query.
COPY ({{query}}) TO $path (FORMAT csv, HEADER)
