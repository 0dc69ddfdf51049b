-- Writes: a temporary macro, {{table}}(l, r, other_l, other_r, level).
-- Grain: a pair of values. Parameters: none.
--
-- The comparison that a model does not have: its columns are never read.
CREATE OR REPLACE TEMP MACRO {{table}}(l, r, other_l, other_r, level) AS
    0
