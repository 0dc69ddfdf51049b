-- Reads: members and staged records (temporary). Writes: {{table}} (temporary).
-- Grain: a record that is linked with others of its file.
-- Parameters: source, the table of the records.
--
-- The component takes the place of a block: its records are compared pair by pair.
CREATE OR REPLACE TEMP TABLE {{table}} AS
SELECT r.*, m.component
FROM query_table($source) AS r
JOIN members AS m ON m.record = r.record
ORDER BY r.record
