-- Writes: published (temporary), empty: figures as they may be shown.
-- Grain: a figure. Parameters: none.
CREATE OR REPLACE TEMP TABLE published (
    line BIGINT,
    reporting_period_start VARCHAR,
    reporting_period_end VARCHAR,
    group_type VARCHAR,
    org_code1 VARCHAR,
    org_name1 VARCHAR,
    org_code2 VARCHAR,
    org_name2 VARCHAR,
    variable_type VARCHAR,
    variable_a VARCHAR,
    measure_id VARCHAR,
    measure_name VARCHAR,
    measure_value_suppressed VARCHAR
)
