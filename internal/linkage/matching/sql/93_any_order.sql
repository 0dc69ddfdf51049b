-- Writes: a temporary macro, {{table}}(l, r). Grain: a pair of records. Parameters: none.
--
-- Two files: every pair.
CREATE OR REPLACE TEMP MACRO {{table}}(l, r) AS
    TRUE
