-- Writes: patterns (temporary). Grain: a pattern of agreement.
-- Parameters: none.
--
-- The step is the number of the first deterministic pass that the pattern fulfils,
-- from 1, and one more than there are passes where it is probability that decides.
CREATE OR REPLACE TEMP TABLE patterns (pattern BIGINT, step INTEGER, weight DOUBLE, kept BOOLEAN)
