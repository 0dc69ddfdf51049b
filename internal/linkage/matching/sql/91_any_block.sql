-- Writes: a temporary macro, {{table}}(l, r). Grain: a pair of records. Parameters: none.
--
-- For rules that are not earlier: their columns are never read.
CREATE OR REPLACE TEMP MACRO {{table}}(l, r) AS
    FALSE
