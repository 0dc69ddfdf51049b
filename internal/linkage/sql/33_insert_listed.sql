-- Reads: linkage.spine, mapping (temporary). Writes: linkage.listed.
-- Grain: a study of the freeze. Parameters: freeze.
INSERT INTO linkage.listed (freeze_number, study, matched_section_251)
SELECT
    $freeze AS freeze_number,
    s.study,
    count(DISTINCT m.cohortkey_e) AS matched_section_251
FROM linkage.spine AS s
JOIN mapping AS m ON m.study_id_e = s.study_id_e
WHERE s.freeze_number = $freeze
    AND s.basis = 'section 251'
GROUP BY s.study
ORDER BY s.study
