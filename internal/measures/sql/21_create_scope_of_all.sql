-- Reads: pathways (temporary). Writes: scope (a temporary view): the pathways
-- that count, each once, by organisation. Grain: a pathway. Parameters: none.
CREATE OR REPLACE TEMP VIEW scope AS
SELECT
    p.*,
    CAST('' AS VARCHAR) AS study
FROM pathways AS p
