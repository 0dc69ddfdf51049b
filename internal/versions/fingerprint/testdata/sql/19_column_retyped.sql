-- Writes: main.column_retyped: one column has another type.
-- Grain: a row. Parameters: none.
CREATE TABLE column_retyped AS
SELECT person, code, seen, CAST(score AS INTEGER) AS score FROM (SELECT i % 1000 AS person, 'c' || (i % 7) AS code, DATE '2020-01-01' + CAST(i % 31 AS INTEGER) AS seen, CASE WHEN i % 5 > 0 THEN i % 9 END AS score FROM range(5000) AS t(i))
