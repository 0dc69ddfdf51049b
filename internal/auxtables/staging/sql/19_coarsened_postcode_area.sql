-- Reads: nothing. Writes: the temporary macro coarsened_postcode_area(cell): the letters that a
-- postcode begins with, NULL for what is none. Grain: a cell. Parameters: none.
CREATE OR REPLACE TEMP MACRO coarsened_postcode_area(cell) AS
    nullif(regexp_extract(upper(replace(cell, ' ', '')), '^([A-Z]{1,2})[0-9][0-9A-Z]?[0-9][A-Z]{2}$', 1), '')
