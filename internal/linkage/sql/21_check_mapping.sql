-- Reads: mapping (temporary). Grain: something wrong with a row. Parameters: none.
WITH repeated AS (
    SELECT
        record,
        row_number() OVER (PARTITION BY study_id_e ORDER BY record) AS occurrence
    FROM mapping
    WHERE study_id_e <> ''
)
SELECT record, 'study_id_e' AS column_name, 'MAP001' AS code, 'the study id is empty' AS message
FROM mapping
WHERE study_id_e = ''
UNION ALL
SELECT record, 'cohortkey_e', 'MAP002', 'the person key is empty'
FROM mapping
WHERE cohortkey_e = ''
UNION ALL
SELECT record, 'study_id_e', 'MAP003', 'this study id was there before: one participant is one person'
FROM repeated
WHERE occurrence > 1
ORDER BY ALL
