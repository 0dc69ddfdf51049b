-- Writes: the temporary macro calendar_date(value): yyyymmdd of a date written
-- yyyy-mm-dd or dd/mm/yyyy; of anything else what is not punctuation, so that a
-- mistyped date can still be compared.
-- Grain: a cell. Parameters: none.
CREATE OR REPLACE TEMP MACRO calendar_date(value) AS
    CASE
        WHEN regexp_full_match(value, '[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}')
        THEN right(value, 4)
            || lpad(regexp_extract(value, '^[0-9]+[-/.]([0-9]+)', 1), 2, '0')
            || lpad(regexp_extract(value, '^[0-9]+'), 2, '0')
        ELSE regexp_replace(lower(value), '[^0-9a-z]', '', 'g')
    END
