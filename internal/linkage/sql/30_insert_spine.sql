-- Reads: permissions, mapping, positive_list (temporary),
-- linkage.withdrawn_participants. Writes: linkage.spine.
-- Grain: a participant's enrolment in a study.
-- Parameters: freeze; linkable, the studies linked to NHS England at all; listed,
-- whether there is a positive list.
--
-- National opt-out 1 does not mean opted out: it means that the participant
-- flows under section 251, so that NHS England applies the opt-out; 0 means
-- consent. With neither there is no basis and no linkage. A positive list says
-- nothing of those who consent. Who has withdrawn permits nothing, whatever the
-- permissions say. The person key is kept only for those who are linked.
INSERT INTO linkage.spine (freeze_number, study, study_id_e, cohortkey_e, permitted, basis, linked)
WITH permitted AS (
    SELECT
        study,
        study_id_e,
        ukllc_status = '1'
            AND nhs_e_linkage_permission = '1'
            AND list_contains($linkable, study)
            AND NOT EXISTS (SELECT 1 FROM linkage.withdrawn_participants AS w WHERE w.study_id_e = permissions.study_id_e) AS permitted,
        CASE national_opt_out
            WHEN '0' THEN 'consent'
            WHEN '1' THEN 'section 251'
        END AS basis
    FROM permissions
),
matched AS (
    SELECT
        p.study,
        p.study_id_e,
        m.cohortkey_e,
        p.permitted,
        CASE WHEN p.permitted THEN p.basis END AS basis,
        NOT $listed OR EXISTS (SELECT 1 FROM positive_list AS l WHERE l.person_key = m.cohortkey_e) AS cleared
    FROM permitted AS p
    LEFT JOIN mapping AS m ON m.study_id_e = p.study_id_e
),
decided AS (
    SELECT
        *,
        basis IS NOT NULL AND cohortkey_e IS NOT NULL AND (basis = 'consent' OR cleared) AS linked
    FROM matched
)
SELECT
    $freeze AS freeze_number,
    study,
    study_id_e,
    CASE WHEN linked THEN cohortkey_e END AS cohortkey_e,
    permitted,
    basis,
    linked
FROM decided
ORDER BY study, study_id_e
