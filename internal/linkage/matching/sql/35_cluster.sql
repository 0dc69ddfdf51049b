-- Reads: staged records (temporary). Writes: {{table}} (temporary).
-- Grain: a record. Parameters: source, their table; key, a rule's column.
--
-- Records of one block lie together: where a rule makes many pairs of each record,
-- the time goes into reaching them.
CREATE OR REPLACE TEMP TABLE {{table}} AS
SELECT r.*
FROM query_table($source) AS r
JOIN (SELECT record, COLUMNS(lambda c: c = $key) AS block_key FROM query_table($source)) AS k ON k.record = r.record
ORDER BY k.block_key, r.record
