-- Writes: main.rows_turned_round: the same rows in another order.
-- Grain: a row. Parameters: none.
CREATE TABLE rows_turned_round AS
SELECT i % 1000 AS person, 'c' || (i % 7) AS code, DATE '2020-01-01' + CAST(i % 31 AS INTEGER) AS seen, CASE WHEN i % 5 > 0 THEN i % 9 END AS score FROM range(5000) AS t(i) ORDER BY hash(i)
