-- Writes: score_tools (temporary). Grain: a questionnaire.
-- Parameters: tokens; lowests, highests, casenesses and changes, as texts, the
-- last one empty where no reliable change is known.
CREATE OR REPLACE TEMP TABLE score_tools AS
SELECT
    unnest(CAST($tokens AS VARCHAR[])) AS token,
    CAST(unnest(CAST($lowests AS VARCHAR[])) AS DECIMAL(9, 2)) AS lowest,
    CAST(unnest(CAST($highests AS VARCHAR[])) AS DECIMAL(9, 2)) AS highest,
    CAST(unnest(CAST($casenesses AS VARCHAR[])) AS DECIMAL(9, 2)) AS caseness,
    TRY_CAST(unnest(CAST($changes AS VARCHAR[])) AS DECIMAL(9, 2)) AS change
