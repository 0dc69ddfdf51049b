-- Reads: nothing. Writes: the temporary macro canonical_flag(cell): what casts to a truth value,
-- NULL for what is none. Grain: a cell without blanks around it. Parameters: none.
--
-- Flags come as True or nothing (v2.0, v2.1), and as Y, N, 1, 0, true and false (v1.5).
CREATE OR REPLACE TEMP MACRO canonical_flag(cell) AS
    CASE
        WHEN lower(cell) IN ('true', 'false') THEN cell
        WHEN lower(cell) IN ('y', 'yes', 't', '1') THEN 'true'
        WHEN lower(cell) IN ('n', 'no', 'f', '0') THEN 'false'
    END
