-- Writes: rows_before (temporary), empty: how many rows of a table each participant
-- had in the plan that is amended. Grain: a table and a participant.
-- Parameters: none.
CREATE OR REPLACE TEMP TABLE rows_before (
    _place INTEGER NOT NULL,
    _participant VARCHAR NOT NULL,
    _rows BIGINT NOT NULL
)
