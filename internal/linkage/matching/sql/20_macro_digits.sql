-- Writes: the temporary macro digits(value): its digits and nothing else.
-- Grain: a cell. Parameters: none.
CREATE OR REPLACE TEMP MACRO digits(value) AS regexp_replace(value, '[^0-9]', '', 'g')
