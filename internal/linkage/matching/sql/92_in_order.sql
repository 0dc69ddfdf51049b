-- Writes: a temporary macro, {{table}}(l, r). Grain: a pair of records. Parameters: none.
--
-- One file: each pair once, and no record with itself.
CREATE OR REPLACE TEMP MACRO {{table}}(l, r) AS
    l < r
