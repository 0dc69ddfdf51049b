-- Writes: candidates (temporary). Grain: a pair of records that may be a link.
-- Parameters: none.
CREATE OR REPLACE TEMP TABLE candidates (
    left_record INTEGER,
    right_record INTEGER,
    pattern BIGINT,
    step INTEGER,
    weight DOUBLE
)
