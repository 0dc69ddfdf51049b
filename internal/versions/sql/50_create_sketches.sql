-- Writes: column_sketches (temporary): of a column, the smallest hashes of its
-- values. Grain: a hash of a column of a version. Parameters: none.
CREATE OR REPLACE TEMP TABLE column_sketches (
    is_before BOOLEAN,
    table_name VARCHAR,
    column_name VARCHAR,
    value_hash UBIGINT
)
