-- Writes: a Parquet file, compressed with zstd. Grain: that of the query.
-- Parameters: path, and those of the query.
COPY ({{query}}) TO $path (FORMAT parquet, COMPRESSION zstd)
