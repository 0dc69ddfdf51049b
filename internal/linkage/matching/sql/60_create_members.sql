-- Writes: members (temporary). Grain: a record that is linked with others of its file.
-- Parameters: none.
CREATE OR REPLACE TEMP TABLE members (record INTEGER, component UBIGINT)
