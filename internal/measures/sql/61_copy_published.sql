-- Reads: published (temporary). Writes: a Parquet file, in the order of the lines.
-- Grain: a figure. Parameters: path.
COPY (
    SELECT
        reporting_period_start AS REPORTING_PERIOD_START,
        reporting_period_end AS REPORTING_PERIOD_END,
        group_type AS GROUP_TYPE,
        org_code1 AS ORG_CODE1,
        org_name1 AS ORG_NAME1,
        org_code2 AS ORG_CODE2,
        org_name2 AS ORG_NAME2,
        variable_type AS VARIABLE_TYPE,
        variable_a AS VARIABLE_A,
        measure_id AS MEASURE_ID,
        measure_name AS MEASURE_NAME,
        measure_value_suppressed AS MEASURE_VALUE_SUPPRESSED
    FROM published
    ORDER BY line
) TO $path (FORMAT parquet, COMPRESSION zstd)
