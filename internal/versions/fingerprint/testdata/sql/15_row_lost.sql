-- Writes: main.row_lost: one row is lost.
-- Grain: a row. Parameters: none.
CREATE TABLE row_lost AS
SELECT i % 1000 AS person, 'c' || (i % 7) AS code, DATE '2020-01-01' + CAST(i % 31 AS INTEGER) AS seen, CASE WHEN i % 5 > 0 THEN i % 9 END AS score FROM range(4999) AS t(i)
