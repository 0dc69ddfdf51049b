-- Reads: reject_errors (temporary).
-- Grain: a cell, or a whole row, that does not fit. Parameters: none.
--
-- The database counts bytes from 1; row_start counts from 0. The row's text
-- and the message quote data: they are not read.
SELECT
    line_byte_position - 1 AS row_start,
    coalesce(column_name, '') AS column_name,
    CAST(error_type AS VARCHAR) AS error_type
FROM reject_errors
ORDER BY ALL
