-- Writes: main.rows_exchange_cells: cells have changed rows.
-- Grain: a row. Parameters: none.
CREATE TABLE rows_exchange_cells AS
SELECT person, code, seen, score FROM (SELECT person, seen, score, row_number() OVER () AS n FROM (SELECT i % 1000 AS person, 'c' || (i % 7) AS code, DATE '2020-01-01' + CAST(i % 31 AS INTEGER) AS seen, CASE WHEN i % 5 > 0 THEN i % 9 END AS score FROM range(5000) AS t(i))) JOIN (SELECT code, row_number() OVER () % 5000 + 1 AS n FROM (SELECT i % 1000 AS person, 'c' || (i % 7) AS code, DATE '2020-01-01' + CAST(i % 31 AS INTEGER) AS seen, CASE WHEN i % 5 > 0 THEN i % 9 END AS score FROM range(5000) AS t(i))) USING (n)
