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
UNION ALL
SELECT record, 'study_id_e', 'MAP004', 'the study id is a number that a spreadsheet has rounded'
FROM mapping
WHERE regexp_matches(study_id_e, '^[0-9.]+[eE][+-]?[0-9]+$')
UNION ALL
SELECT record, 'cohortkey_e', 'MAP004', 'the person key is a number that a spreadsheet has rounded'
FROM mapping
WHERE regexp_matches(cohortkey_e, '^[0-9.]+[eE][+-]?[0-9]+$')
ORDER BY ALL
