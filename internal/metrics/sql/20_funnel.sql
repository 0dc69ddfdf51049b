-- Reads: linkage.spine. Grain: a study.
-- Parameters: freeze.
SELECT
    study,
    count(DISTINCT study_id_e) AS enrolled,
    count(DISTINCT study_id_e) FILTER (permitted) AS permitted,
    count(DISTINCT cohortkey_e) FILTER (linked AND basis = 'consent') AS linked_consent,
    count(DISTINCT cohortkey_e) FILTER (linked AND basis = 'section 251') AS linked_section_251
FROM linkage.spine
WHERE freeze_number = $freeze
GROUP BY study
ORDER BY study
