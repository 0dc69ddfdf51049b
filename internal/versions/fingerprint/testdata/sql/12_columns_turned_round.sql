-- Writes: main.columns_turned_round: the same columns in another order.
-- Grain: a row. Parameters: none.
CREATE TABLE columns_turned_round AS
SELECT score, seen, code, person FROM (SELECT i % 1000 AS person, 'c' || (i % 7) AS code, DATE '2020-01-01' + CAST(i % 31 AS INTEGER) AS seen, CASE WHEN i % 5 > 0 THEN i % 9 END AS score FROM range(5000) AS t(i))
