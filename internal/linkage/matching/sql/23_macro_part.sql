-- Writes: the temporary macro part(length, value): the part of a value that a block
-- is made by, its first characters, or with a negative length all but its last.
-- No part (length 0) is empty.
-- Grain: a cell. Parameters: none.
CREATE OR REPLACE TEMP MACRO part(length, value) AS
    CASE WHEN length = 0 THEN '' ELSE nullif(left(value, length), '') END
