-- Writes: definitions (temporary): what each measure counts. Grain: a measure
-- and pattern of classes.
-- Parameters: measures, the measures' places; families; patterns, of classes, or
-- empty for all; except_for, classes not counted, a line each; from_days and
-- to_days, or empty; all as texts.
CREATE OR REPLACE TEMP TABLE definitions AS
SELECT
    CAST(unnest(CAST($measures AS VARCHAR[])) AS SMALLINT) AS measure,
    unnest(CAST($families AS VARCHAR[])) AS family,
    unnest(CAST($patterns AS VARCHAR[])) AS pattern,
    unnest(CAST($except_for AS VARCHAR[])) AS except_for,
    TRY_CAST(unnest(CAST($from_days AS VARCHAR[])) AS INTEGER) AS from_days,
    TRY_CAST(unnest(CAST($to_days AS VARCHAR[])) AS INTEGER) AS to_days
