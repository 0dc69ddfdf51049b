-- Writes: prints (temporary), empty. Grain: a participant in a file of one of the two
-- extracts. Parameters: none.
CREATE OR REPLACE TEMP TABLE prints (
    side INTEGER NOT NULL,
    file_name VARCHAR NOT NULL,
    person VARCHAR NOT NULL,
    by_rows UBIGINT NOT NULL,
    by_dates UBIGINT NOT NULL,
    by_values UBIGINT NOT NULL
)
