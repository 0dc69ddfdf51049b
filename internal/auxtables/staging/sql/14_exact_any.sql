-- Reads: nothing. Writes: the temporary macro exact_any(value, canonical): whether a cast has kept
-- what was cast. Grain: a cell. Parameters: none.
CREATE OR REPLACE TEMP MACRO exact_any(value, canonical) AS value IS NOT NULL
