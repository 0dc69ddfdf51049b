-- Writes: main.null_for_empty: and the other way round.
-- Grain: a row. Parameters: none.
CREATE TABLE null_for_empty AS
SELECT person, replace(code, 'c3', '') AS code, seen, score FROM (SELECT i % 1000 AS person, 'c' || (i % 7) AS code, DATE '2020-01-01' + CAST(i % 31 AS INTEGER) AS seen, CASE WHEN i % 5 > 0 THEN i % 9 END AS score FROM range(5000) AS t(i))
