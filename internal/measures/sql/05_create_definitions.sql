-- Writes: definitions (temporary): what each measure counts. Grain: a measure
-- and pattern of classes.
-- Parameters: measures, the measures' places; families; patterns, of classes, or
-- empty for all; except_for, classes not counted, a line each; from_amounts and
-- to_amounts, of a range, or empty; examples, a class that each measure and pattern
-- counts, or empty; all as texts.
CREATE OR REPLACE TEMP TABLE definitions AS
SELECT
    CAST(unnest(CAST($measures AS VARCHAR[])) AS SMALLINT) AS measure,
    unnest(CAST($families AS VARCHAR[])) AS family,
    unnest(CAST($patterns AS VARCHAR[])) AS pattern,
    unnest(CAST($except_for AS VARCHAR[])) AS except_for,
    TRY_CAST(unnest(CAST($from_amounts AS VARCHAR[])) AS INTEGER) AS from_amount,
    TRY_CAST(unnest(CAST($to_amounts AS VARCHAR[])) AS INTEGER) AS to_amount,
    unnest(CAST($examples AS VARCHAR[])) AS example
