-- Writes: the schema of who is linked.
-- Grain: none. Parameters: none.
CREATE SCHEMA linkage
