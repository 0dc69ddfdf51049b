-- Writes: a temporary macro, {{table}}(l, r). Grain: a pair of records. Parameters: none.
--
-- Whether an earlier rule has made the pair.
CREATE OR REPLACE TEMP MACRO {{table}}(l, r) AS
    (l = r) IS TRUE
