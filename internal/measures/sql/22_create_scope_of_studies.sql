-- Reads: pathways, members (temporary). Writes: scope (a temporary view): the
-- pathways of each study's people. Grain: a pathway and study; a person in two
-- studies is counted in each. Parameters: none.
CREATE OR REPLACE TEMP VIEW scope AS
SELECT
    p.* REPLACE (
        CAST(NULL AS VARCHAR) AS region,
        CAST(NULL AS VARCHAR) AS icb,
        CAST(NULL AS VARCHAR) AS sub_icb,
        CAST(NULL AS VARCHAR) AS provider
    ),
    m.study
FROM pathways AS p
JOIN members AS m
    ON m.person = p.person
