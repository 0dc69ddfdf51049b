-- Reads: linkage.spine, mapping and permissions (temporary). Grain: one row.
-- Parameters: freeze.
SELECT
    (SELECT count(*) FROM linkage.spine WHERE freeze_number = $freeze AND linked) AS linked,
    (SELECT count(*) FROM linkage.spine WHERE freeze_number = $freeze AND basis = 'section 251') AS section_251,
    (SELECT count(*) FROM mapping WHERE study_id_e NOT IN (SELECT study_id_e FROM permissions)) AS unmatched
