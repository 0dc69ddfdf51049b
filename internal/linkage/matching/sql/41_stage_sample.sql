-- Reads: staged records (temporary). Writes: {{table}} (temporary).
-- Grain: a record drawn at random. Parameters: source, the table of the records; drawn,
-- how many there are to be.
--
-- Whether a record is drawn depends on its id alone, and on nothing else in the
-- files or the machine. All that are drawn are one component: each is compared with each.
CREATE OR REPLACE TEMP TABLE {{table}} AS
SELECT *, CAST(0 AS UBIGINT) AS component
FROM query_table($source)
ORDER BY md5_number_lower(id), id
LIMIT $drawn
