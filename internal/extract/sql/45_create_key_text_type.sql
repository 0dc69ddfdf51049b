-- Writes: key_code (temporary), the type of the project's values of a key where they
-- are too many to be held outside the memory limit. Grain: none. Parameters: none.
CREATE OR REPLACE TEMP TYPE key_code AS VARCHAR
