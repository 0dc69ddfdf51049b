-- Reads: a file as read (temporary). Writes: {{table}} (temporary).
-- Grain: a record. Parameters: source, the table of the file; id, its column of ids;
-- columns, kinds and unknown, for each of the fifteen fields: its column, how it is
-- cleaned, which values stand for nothing; number, the column of the NHS number.
--
-- The model's columns become f1 to f15, so that the statements below are the
-- same for every model. Records are numbered by their ids: the order of rows in
-- the file has no meaning. A value that is empty is NULL; nullif is asked of what was
-- cleaned, since it computes what it is given twice.
CREATE OR REPLACE TEMP TABLE {{table}} AS
WITH chosen AS (
    SELECT
        COLUMNS(lambda c: c = $id) AS id,
        COLUMNS(lambda c: c = $number) AS number,
        COLUMNS(lambda c: c = $columns[1]) AS f1,
        COLUMNS(lambda c: c = $columns[2]) AS f2,
        COLUMNS(lambda c: c = $columns[3]) AS f3,
        COLUMNS(lambda c: c = $columns[4]) AS f4,
        COLUMNS(lambda c: c = $columns[5]) AS f5,
        COLUMNS(lambda c: c = $columns[6]) AS f6,
        COLUMNS(lambda c: c = $columns[7]) AS f7,
        COLUMNS(lambda c: c = $columns[8]) AS f8,
        COLUMNS(lambda c: c = $columns[9]) AS f9,
        COLUMNS(lambda c: c = $columns[10]) AS f10,
        COLUMNS(lambda c: c = $columns[11]) AS f11,
        COLUMNS(lambda c: c = $columns[12]) AS f12,
        COLUMNS(lambda c: c = $columns[13]) AS f13,
        COLUMNS(lambda c: c = $columns[14]) AS f14,
        COLUMNS(lambda c: c = $columns[15]) AS f15
    FROM query_table($source)
), written AS (
    SELECT
        CAST(row_number() OVER (ORDER BY trim(id)) AS INTEGER) AS record,
        trim(id) AS id,
        coalesce(current_nhs_number(number) <> canonical_nhs_number(number), FALSE) AS superseded,
        cleaned($kinds[1], f1, $unknown[1]) AS f1,
        cleaned($kinds[2], f2, $unknown[2]) AS f2,
        cleaned($kinds[3], f3, $unknown[3]) AS f3,
        cleaned($kinds[4], f4, $unknown[4]) AS f4,
        cleaned($kinds[5], f5, $unknown[5]) AS f5,
        cleaned($kinds[6], f6, $unknown[6]) AS f6,
        cleaned($kinds[7], f7, $unknown[7]) AS f7,
        cleaned($kinds[8], f8, $unknown[8]) AS f8,
        cleaned($kinds[9], f9, $unknown[9]) AS f9,
        cleaned($kinds[10], f10, $unknown[10]) AS f10,
        cleaned($kinds[11], f11, $unknown[11]) AS f11,
        cleaned($kinds[12], f12, $unknown[12]) AS f12,
        cleaned($kinds[13], f13, $unknown[13]) AS f13,
        cleaned($kinds[14], f14, $unknown[14]) AS f14,
        cleaned($kinds[15], f15, $unknown[15]) AS f15
    FROM chosen
)
SELECT
    record,
    id,
    superseded,
    nullif(COLUMNS('^(f[0-9]+)$'), '') AS '\1'
FROM written
ORDER BY record
