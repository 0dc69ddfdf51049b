-- Writes: periods (temporary). Grain: a reporting period.
-- Parameters: firsts and lasts, the first and last days of periods that follow
-- one another, as texts.
CREATE OR REPLACE TEMP TABLE periods AS
SELECT
    CAST(generate_subscripts(CAST($firsts AS VARCHAR[]), 1) AS SMALLINT) AS period,
    CAST(unnest(CAST($firsts AS VARCHAR[])) AS DATE) AS first_day,
    CAST(unnest(CAST($lasts AS VARCHAR[])) AS DATE) AS last_day
