-- Reads: a query of rows. Grain: one row of the query each, an age as the band of
-- years it is in; below 0 as nothing. Parameters: width_COLUMN and top_COLUMN
-- (width_ and top_ with the column's name behind), and those of the query.
SELECT * REPLACE (
    CASE
        WHEN {{column}} >= CAST($top_{{column}} AS INTEGER) THEN CAST($top_{{column}} AS INTEGER) || '+'
        WHEN {{column}} >= 0 THEN concat_ws(
            '-',
            CAST(floor({{column}}) AS INTEGER) // $width_{{column}} * $width_{{column}},
            CAST(floor({{column}}) AS INTEGER) // $width_{{column}} * $width_{{column}} + $width_{{column}} - 1
        )
    END AS {{column}}
)
FROM ({{query}})
