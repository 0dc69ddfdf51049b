-- Reads: nothing. Writes: the temporary macro canonical_timestamp(cell): a moment as
-- 2021-04-01 10:00:00, NULL for what is none. Grain: a cell without blanks around it.
-- Parameters: none.
--
-- Moments come in the forms that days come in; a day alone is its first moment.
CREATE OR REPLACE TEMP MACRO canonical_timestamp(cell) AS
    CASE
        WHEN strlen(cell) = 19 AND cell LIKE '____-__-__ __:__:__'
        THEN cell
        WHEN regexp_full_match(cell, '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?Z?)?')
        THEN rtrim(replace(cell, 'T', ' '), 'Z')
        WHEN regexp_full_match(cell, '[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}( [0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?)?')
        THEN left(split_part(cell, '/', 3), 4) || '-' || lpad(split_part(cell, '/', 2), 2, '0') || '-' || lpad(split_part(cell, '/', 1), 2, '0')
            || split_part(cell, '/', 3)[5:]
    END
