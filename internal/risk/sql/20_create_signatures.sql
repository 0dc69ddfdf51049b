-- Writes: risk_signatures (temporary), empty.
-- Grain: a participant in a file, once with everything known (left_out is empty)
-- and once for each column left out. Parameters: none.
CREATE OR REPLACE TEMP TABLE risk_signatures (
    file_name VARCHAR NOT NULL,
    left_out VARCHAR NOT NULL,
    person VARCHAR NOT NULL,
    signature UBIGINT NOT NULL
)
