-- Writes: organisations (temporary). Grain: an organisation that is known.
-- Parameters: codes; names; successors, the code it goes by in the figures.
CREATE OR REPLACE TEMP TABLE organisations AS
SELECT
    unnest(CAST($codes AS VARCHAR[])) AS code,
    unnest(CAST($names AS VARCHAR[])) AS organisation_name,
    unnest(CAST($successors AS VARCHAR[])) AS successor
