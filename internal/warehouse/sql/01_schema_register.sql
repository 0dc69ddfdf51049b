-- Writes: the schema of what is known of every version.
-- Grain: none. Parameters: none.
CREATE SCHEMA register
