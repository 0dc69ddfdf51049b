-- Reads: nothing. Writes: the temporary macro coarsened_postcode_sector(cell): a postcode's
-- district and one digit, NULL for what is none. Grain: a cell. Parameters: none.
CREATE OR REPLACE TEMP MACRO coarsened_postcode_sector(cell) AS
    CASE
        WHEN regexp_full_match(upper(replace(cell, ' ', '')), '[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}')
        THEN left(upper(replace(cell, ' ', '')), -3) || ' ' || right(replace(cell, ' ', ''), 3)[1]
    END
