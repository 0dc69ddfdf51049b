-- Reads: permissions (temporary). Grain: something wrong with a row.
-- Parameters: studies, the codes that are known.
--
-- Identifiers and values are not selected: a record number and a rule are.
WITH repeated AS (
    SELECT
        record,
        study_id_e,
        row_number() OVER (PARTITION BY study_id_e ORDER BY record) AS occurrence
    FROM permissions
    WHERE study_id_e <> ''
)
SELECT record, 'cohort' AS column_name, 'PRM001' AS code, 'the study is not one that specs/cohorts.toml lists' AS message
FROM permissions
WHERE NOT list_contains($studies, study)
UNION ALL
SELECT record, 'study_id_e', 'PRM002', 'the study id is empty'
FROM permissions
WHERE study_id_e = ''
UNION ALL
SELECT record, 'study_id_e', 'PRM003', 'this study id was there before: one participant has one row'
FROM repeated
WHERE occurrence > 1
UNION ALL
SELECT record, 'ukllc_status', 'PRM004', 'the flag is not 0, 1, 9 or empty'
FROM permissions
WHERE ukllc_status NOT IN ('0', '1', '9', '')
UNION ALL
SELECT record, 'nhs_e_linkage_permission', 'PRM004', 'the flag is not 0, 1, 9 or empty'
FROM permissions
WHERE nhs_e_linkage_permission NOT IN ('0', '1', '9', '')
UNION ALL
SELECT record, 'national_opt_out', 'PRM004', 'the flag is not 0, 1, 9 or empty'
FROM permissions
WHERE national_opt_out NOT IN ('0', '1', '9', '')
ORDER BY ALL
