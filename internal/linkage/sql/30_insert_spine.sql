-- Reads: permissions, mapping (temporary). Writes: linkage.spine.
-- Grain: a participant's enrolment in a study.
-- Parameters: freeze; linkable, the studies linked to NHS England at all.
--
-- National opt-out 1 does not mean opted out: it means that the participant
-- flows under section 251, so that NHS England applies the opt-out; 0 means
-- consent. With neither there is no basis and no linkage. The person key is
-- kept only for those who are linked.
INSERT INTO linkage.spine (freeze_number, study, study_id_e, cohortkey_e, permitted, basis, linked)
WITH permitted AS (
    SELECT
        study,
        study_id_e,
        ukllc_status = '1'
            AND nhs_e_linkage_permission = '1'
            AND list_contains($linkable, study) AS permitted,
        CASE national_opt_out
            WHEN '0' THEN 'consent'
            WHEN '1' THEN 'section 251'
        END AS basis
    FROM permissions
)
SELECT
    $freeze AS freeze_number,
    p.study,
    p.study_id_e,
    CASE WHEN p.permitted AND p.basis IS NOT NULL THEN m.cohortkey_e END AS cohortkey_e,
    p.permitted,
    CASE WHEN p.permitted THEN p.basis END AS basis,
    p.permitted AND p.basis IS NOT NULL AND m.cohortkey_e IS NOT NULL AS linked
FROM permitted AS p
LEFT JOIN mapping AS m ON m.study_id_e = p.study_id_e
ORDER BY p.study, p.study_id_e
