-- Writes: main.cell_changed: one cell is another.
-- Grain: a row. Parameters: none.
CREATE TABLE cell_changed AS
SELECT person, code, seen, CASE WHEN person = 1 AND score = 5 THEN 6 ELSE score END AS score FROM (SELECT i % 1000 AS person, 'c' || (i % 7) AS code, DATE '2020-01-01' + CAST(i % 31 AS INTEGER) AS seen, CASE WHEN i % 5 > 0 THEN i % 9 END AS score FROM range(5000) AS t(i))
