-- Reads: nothing. Writes: the temporary macro canonical_date(cell): a day as 2021-04-01, NULL for
-- what is none. Grain: a cell without blanks around it. Parameters: none.
--
-- Days come as 2021-04-01, as 01/04/2021 (the day first), and as either with a
-- time behind, which a day does not keep.
CREATE OR REPLACE TEMP MACRO canonical_date(cell) AS
    CASE
        WHEN strlen(cell) = 10 AND cell LIKE '____-__-__'
        THEN cell
        WHEN regexp_full_match(cell, '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?Z?')
        THEN left(cell, 10)
        WHEN regexp_full_match(cell, '[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}( [0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?)?')
        THEN left(split_part(cell, '/', 3), 4) || '-' || lpad(split_part(cell, '/', 2), 2, '0') || '-' || lpad(split_part(cell, '/', 1), 2, '0')
    END
