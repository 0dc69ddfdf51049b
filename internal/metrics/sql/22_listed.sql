-- Reads: linkage.listed. Grain: a study of a freeze with a positive list.
-- Parameters: freeze.
SELECT
    study,
    matched_section_251
FROM linkage.listed
WHERE freeze_number = $freeze
ORDER BY study
