-- Reads: withdrawals (temporary). Grain: something wrong with a row. Parameters: none.
SELECT record, 'study_id_e' AS column_name, 'WDR001' AS code, 'the study id is empty' AS message
FROM withdrawals
WHERE study_id_e = ''
UNION ALL
SELECT record, 'study_id_e', 'WDR002', 'the study id is a number that a spreadsheet has rounded'
FROM withdrawals
WHERE regexp_matches(study_id_e, '^[0-9.]+[eE][+-]?[0-9]+$')
ORDER BY ALL
