-- Reads: scope (a temporary view), variable_groups (temporary).
-- Writes: variable_values (temporary): the group of every value that occurs; the
-- first group that has it. Grain: a value.
-- Parameters: variable, or empty for none; as_recorded, whether values are their
-- own names.
CREATE OR REPLACE TEMP TABLE variable_values AS
WITH recorded AS (
    SELECT DISTINCT
        CASE $variable
            WHEN 'AgeBand' THEN CAST(age AS VARCHAR)
            WHEN 'Gender' THEN gender
            WHEN 'EthnicGroup' THEN ethnicity
            WHEN 'ProblemDescriptor' THEN problem
            WHEN 'DeprivationDecile' THEN CAST(decile AS VARCHAR)
            WHEN 'TherapyType' THEN therapy
            WHEN 'ReferralSource' THEN source
        END AS recorded
    FROM scope
)
SELECT
    r.recorded,
    coalesce(arg_min(g.group_name, g.place), CASE WHEN $as_recorded THEN r.recorded END, 'Unknown') AS value_name
FROM recorded AS r
LEFT JOIN variable_groups AS g
    ON g.variable = $variable
    AND (
        r.recorded GLOB g.pattern
        OR TRY_CAST(r.recorded AS INTEGER) BETWEEN g.first_number AND coalesce(g.last_number, 2147483647)
    )
WHERE r.recorded IS NOT NULL
GROUP BY r.recorded
