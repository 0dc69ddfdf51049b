-- Reads: a file as read (temporary). Grain: something wrong with a row's id.
-- Parameters: table; id, the column of ids.
--
-- Ids are not selected: a row number and a rule are.
WITH ids AS (
    SELECT _row_number_ AS row_number, COLUMNS(lambda c: c = $id) AS id
    FROM query_table($table)
), repeated AS (
    SELECT
        row_number,
        row_number() OVER (PARTITION BY trim(id) ORDER BY row_number) AS occurrence
    FROM ids
    WHERE trim(id) <> ''
)
SELECT row_number, 'LNK001' AS code, 'the id is empty' AS message
FROM ids
WHERE coalesce(trim(id), '') = ''
UNION ALL
SELECT row_number, 'LNK002', 'this id was there before: a record has one id of its own'
FROM repeated
WHERE occurrence > 1
ORDER BY ALL
