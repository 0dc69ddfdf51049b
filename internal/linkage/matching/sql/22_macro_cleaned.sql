-- Writes: the temporary macro cleaned(kind, value, unknown): a value in the one form
-- that its kind is compared in, NULL for what stands for nothing; what is left may be
-- empty.
-- Grain: a cell. Parameters: none.
CREATE OR REPLACE TEMP MACRO cleaned(kind, value, unknown) AS
    CASE
        WHEN list_contains(unknown, lower(trim(value))) THEN NULL
        ELSE CASE kind
            WHEN 'name' THEN trim(regexp_replace(strip_accents(lower(value)), '[^\p{L}\p{N}]+', ' ', 'g'))
            WHEN 'date' THEN calendar_date(trim(value))
            WHEN 'postcode' THEN real_postcode(regexp_replace(upper(value), '[^0-9A-Z]', '', 'g'))
            WHEN 'digits' THEN digits(value)
            WHEN 'nhs_number' THEN current_nhs_number(value)
            ELSE trim(regexp_replace(lower(value), '\s+', ' ', 'g'))
        END
    END
