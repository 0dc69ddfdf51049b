-- Writes: main.row_three_times: one row is there three times, as a plain xor would not see.
-- Grain: a row. Parameters: none.
CREATE TABLE row_three_times AS
SELECT i % 1000 AS person, 'c' || (i % 7) AS code, DATE '2020-01-01' + CAST(i % 31 AS INTEGER) AS seen, CASE WHEN i % 5 > 0 THEN i % 9 END AS score FROM (SELECT i FROM range(5000) AS t(i) UNION ALL SELECT 17 UNION ALL SELECT 17) AS t(i)
