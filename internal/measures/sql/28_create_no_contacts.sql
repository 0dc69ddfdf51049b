-- Writes: contacts (temporary), empty: where activities are not loaded.
-- Grain: a pathway, period, attendance and mechanism. Parameters: none.
CREATE OR REPLACE TEMP TABLE contacts AS
SELECT
    CAST(NULL AS VARCHAR) AS pathway,
    CAST(NULL AS SMALLINT) AS period,
    CAST(NULL AS VARCHAR) AS attendance,
    CAST(NULL AS VARCHAR) AS mechanism,
    CAST(NULL AS INTEGER) AS contacts
WHERE false
