-- Reads: the hub, members, score_tools (temporary). Writes: pathways (temporary).
-- Grain: a distinct pathway: its row in the latest extract that says to use it.
-- Parameters: hub, the table; everybody, whether people of no study count; by_flag,
-- whether a finished course is one that is flagged or one of two treatment
-- contacts; depression and anxiety, tokens of questionnaires; with_clause, whether
-- a change for the better is none beside one for the worse.
--
-- A flag that was never written is false. Codes that were renamed in April 2022
-- are read by both names, and a column that a version lacks is empty. Outcomes
-- stand in three letters, as the families of the measures say, once as the flags
-- were shipped and once worked out from the scores: by the paired anxiety measure,
-- or GAD-7 where none has both scores. A score outside its range is none.
CREATE OR REPLACE TEMP TABLE pathways AS
WITH absent AS (
    SELECT
        CAST(NULL AS VARCHAR) AS sourceofreferraliapt,
        CAST(NULL AS VARCHAR) AS sourceofreferralmh,
        CAST(NULL AS VARCHAR) AS presentingcomplainthighercategory,
        CAST(NULL AS VARCHAR) AS presentingcomplaintlowercategory,
        CAST(NULL AS VARCHAR) AS primarypresentingcomplaint,
        CAST(NULL AS VARCHAR) AS secondarypresentingcomplaint,
        CAST(NULL AS VARCHAR) AS orgidsubicblocgp_e,
        CAST(NULL AS VARCHAR) AS orgid_ccg_gp_e,
        CAST(NULL AS VARCHAR) AS orgidicbgppractice_e
    WHERE false
),
hub AS (
    SELECT * FROM query_table($hub)
    UNION ALL BY NAME
    SELECT * FROM absent
),
latest AS (
    SELECT
        pathwayid AS pathway,
        cohortkey_e AS person,
        nullif(trim(commissioningregion), '') AS region,
        nullif(trim(orgidicbgppractice_e), '') AS icb,
        nullif(trim(coalesce(orgidsubicblocgp_e, orgid_ccg_gp_e)), '') AS sub_icb,
        nullif(trim(orgid_provider), '') AS provider,
        age_referralrequest_receiveddate AS age,
        upper(trim(gender)) AS gender,
        upper(trim(validated_ethniccategory)) AS ethnicity,
        coalesce(
            CASE
                WHEN coalesce(presentingcomplainthighercategory, primarypresentingcomplaint) LIKE 'Anxiety%'
                    THEN nullif(trim(coalesce(presentingcomplaintlowercategory, secondarypresentingcomplaint)), '')
            END,
            nullif(trim(coalesce(presentingcomplainthighercategory, primarypresentingcomplaint)), '')
        ) AS problem,
        indicesofdeprivationdecile AS decile,
        nullif(trim(therapytype_last), '') AS therapy,
        nullif(upper(trim(coalesce(sourceofreferraliapt, sourceofreferralmh))), '') AS source,
        referralrequestreceiveddate AS received,
        assessment_firstdate AS assessed,
        therapysession_firstdate AS entered,
        therapysession_seconddate AS second_session,
        therapysession_lastdate AS last_session,
        servdischdate AS discharged,
        nullif(trim(endcode), '') AS end_code,
        coalesce(carecontact_count, 0) AS contacts,
        coalesce(treatmentcarecontact_count, 0) AS treatments,
        carecontact_count IS NULL OR treatmentcarecontact_count IS NULL AS uncounted,
        coalesce(completedtreatment_flag, false) AS completed,
        coalesce(caseness_flag, false) AS caseness,
        coalesce(notcaseness_flag, false) AS not_caseness,
        coalesce(recovery_flag, false) AS recovery,
        coalesce(reliableimprovement_flag, false) AS improvement,
        coalesce(nochange_flag, false) AS no_change,
        coalesce(reliabledeterioration_flag, false) AS deterioration,
        phq9_firstscore AS d1,
        phq9_lastscore AS d2,
        gad_firstscore AS g1,
        gad_lastscore AS g2,
        nullif(trim(adsm), '') AS adsm,
        adsm_firstscore AS s1,
        adsm_lastscore AS s2
    FROM hub
    WHERE usepathway_flag
        AND pathwayid IS NOT NULL
        AND ($everybody OR cohortkey_e IN (SELECT person FROM members))
    QUALIFY row_number() OVER (
        PARTITION BY pathwayid
        ORDER BY extract_end_date DESC NULLS LAST, extract_date DESC NULLS LAST, recordnumber DESC NULLS LAST, cohortkey_e
    ) = 1
),
scored AS (
    SELECT
        l.*,
        depression.caseness AS depression_caseness,
        depression.change AS depression_change,
        CASE WHEN d1 BETWEEN depression.lowest AND depression.highest THEN d1 END AS depression_first,
        CASE WHEN d2 BETWEEN depression.lowest AND depression.highest THEN d2 END AS depression_last,
        coalesce(
            specific.token <> $anxiety
            AND s1 BETWEEN specific.lowest AND specific.highest
            AND s2 BETWEEN specific.lowest AND specific.highest,
            false
        ) AS by_specific,
        CASE WHEN by_specific THEN specific.caseness ELSE general.caseness END AS anxiety_caseness,
        CASE WHEN by_specific THEN specific.change ELSE general.change END AS anxiety_change,
        CASE WHEN g1 BETWEEN general.lowest AND general.highest THEN g1 END AS general_first,
        CASE WHEN by_specific THEN s1 ELSE general_first END AS anxiety_first,
        CASE WHEN by_specific THEN s2 WHEN g2 BETWEEN general.lowest AND general.highest THEN g2 END AS anxiety_last,
        coalesce(NOT d1 BETWEEN depression.lowest AND depression.highest, false)
        OR coalesce(NOT d2 BETWEEN depression.lowest AND depression.highest, false)
        OR coalesce(NOT g1 BETWEEN general.lowest AND general.highest, false)
        OR coalesce(NOT g2 BETWEEN general.lowest AND general.highest, false)
        OR coalesce(NOT s1 BETWEEN specific.lowest AND specific.highest, false)
        OR coalesce(NOT s2 BETWEEN specific.lowest AND specific.highest, false) AS out_of_range
    FROM latest AS l
    JOIN score_tools AS depression
        ON depression.token = $depression
    JOIN score_tools AS general
        ON general.token = $anxiety
    LEFT JOIN score_tools AS specific
        ON specific.token = l.adsm
),
changed AS (
    SELECT
        *,
        depression_first IS NOT NULL AND depression_last IS NOT NULL
        AND anxiety_first IS NOT NULL AND anxiety_last IS NOT NULL AS measured,
        depression_first - depression_last >= depression_change OR anxiety_first - anxiety_last >= anxiety_change AS better,
        depression_last - depression_first >= depression_change OR anxiety_last - anxiety_first >= anxiety_change AS worse
    FROM scored
)
SELECT
    pathway,
    person,
    region,
    icb,
    sub_icb,
    provider,
    age,
    gender,
    ethnicity,
    problem,
    decile,
    therapy,
    source,
    received,
    assessed,
    entered,
    second_session,
    last_session,
    discharged,
    end_code,
    contacts,
    treatments,
    uncounted,
    completed,
    CASE WHEN $by_flag THEN completed ELSE treatments >= 2 END AS finishes,
    adsm,
    depression_first,
    general_first,
    out_of_range,
    caseness AND not_caseness
    OR recovery AND not_caseness
    OR CAST(improvement AS INTEGER) + CAST(no_change AS INTEGER) + CAST(deterioration AS INTEGER) > 1 AS contradictory,
    CASE WHEN not_caseness THEN 'N' WHEN caseness THEN 'C' ELSE '-' END
    || CASE
        WHEN improvement AND deterioration THEN 'B'
        WHEN improvement THEN 'I'
        WHEN deterioration THEN 'D'
        WHEN no_change THEN 'S'
        ELSE '-'
    END
    || CASE WHEN recovery THEN 'R' ELSE '-' END AS shipped,
    CASE
        WHEN depression_first IS NULL OR anxiety_first IS NULL THEN '-'
        WHEN depression_first >= depression_caseness OR anxiety_first >= anxiety_caseness THEN 'C'
        ELSE 'N'
    END
    || CASE
        WHEN NOT measured OR anxiety_change IS NULL THEN '-'
        WHEN better AND worse AND NOT $with_clause THEN 'B'
        WHEN better AND NOT worse THEN 'I'
        WHEN worse AND NOT better THEN 'D'
        ELSE 'S'
    END
    || CASE
        WHEN measured
            AND (depression_first >= depression_caseness OR anxiety_first >= anxiety_caseness)
            AND depression_last < depression_caseness
            AND anxiety_last < anxiety_caseness THEN 'R'
        ELSE '-'
    END AS recomputed,
    CASE
        WHEN out_of_range THEN 'a score is out of its range'
        WHEN NOT measured THEN 'a first or last score is missing'
        WHEN anxiety_change IS NULL THEN 'no size of reliable change is known of the anxiety measure'
        WHEN by_specific THEN 'judged by an anxiety disorder specific measure'
        ELSE 'judged by PHQ-9 and GAD-7'
    END AS reason
FROM changed
