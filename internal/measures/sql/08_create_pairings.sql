-- Writes: pairings (temporary). Grain: a pattern of complaints and the anxiety
-- measure that is right for it. Parameters: complaints; paired_measures.
CREATE OR REPLACE TEMP TABLE pairings AS
SELECT
    unnest(CAST($complaints AS VARCHAR[])) AS complaint,
    unnest(CAST($paired_measures AS VARCHAR[])) AS token
