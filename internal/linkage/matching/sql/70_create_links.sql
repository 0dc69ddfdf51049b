-- Writes: links (temporary). Grain: a link. Parameters: none.
CREATE OR REPLACE TEMP TABLE links (
    left_record INTEGER,
    right_record INTEGER,
    rank INTEGER,
    step VARCHAR,
    weight DOUBLE,
    probability DOUBLE,
    ambiguous BOOLEAN,
    number BOOLEAN,
    pattern BIGINT
)
