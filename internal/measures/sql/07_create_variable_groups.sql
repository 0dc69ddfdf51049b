-- Writes: variable_groups (temporary). Grain: a variable, group and pattern.
-- Parameters: variables; group_names; group_patterns, or empty; group_firsts and
-- group_lasts, of ranges, or empty; all as texts, in order.
CREATE OR REPLACE TEMP TABLE variable_groups AS
SELECT
    CAST(generate_subscripts(CAST($variables AS VARCHAR[]), 1) AS SMALLINT) AS place,
    unnest(CAST($variables AS VARCHAR[])) AS variable,
    unnest(CAST($group_names AS VARCHAR[])) AS group_name,
    unnest(CAST($group_patterns AS VARCHAR[])) AS pattern,
    TRY_CAST(unnest(CAST($group_firsts AS VARCHAR[])) AS INTEGER) AS first_number,
    TRY_CAST(unnest(CAST($group_lasts AS VARCHAR[])) AS INTEGER) AS last_number
