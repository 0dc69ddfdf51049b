-- Reads: v1_5_referrals, v1_5_persons, v1_5_therapies, staged headers and disabilities
-- of data set v1.5. Grain: a pathway in an extract period. Parameters: none.
--
-- Disabilities are the first three different ones in the order of their rows. A
-- therapy type is shown as the SNOMED CT code that v2.0 has for it, if any. The scores
-- on trauma are those of the Impact of Events scale, which v1.5 had. Employment
-- support counts sessions of either intensity.
WITH headers AS (
    SELECT header_id, file_type
    FROM v1_5_header_v15
    QUALIFY row_number() OVER (PARTITION BY header_id ORDER BY end_processing_date DESC, file_type DESC) = 1
),
distinct_disabilities AS (
    SELECT
        iapt_record_number,
        disability AS code,
        min(struct_pack(digits := length(disability_id), id := disability_id)) AS first_row
    FROM v1_5_disability_v15
    SEMI JOIN v1_5_referrals USING (iapt_record_number)
    WHERE disability IS NOT NULL
    GROUP BY iapt_record_number, disability
),
disabilities AS (
    SELECT
        iapt_record_number,
        list(struct_pack(id := first_row.id, code := code) ORDER BY first_row, code) AS reported,
        reported[1].id AS uniqueid_ids007,
        reported[1].code AS disabcode,
        reported[2].code AS disabcode_2,
        reported[3].code AS disabcode_3
    FROM distinct_disabilities
    GROUP BY iapt_record_number
)
SELECT
    referral.iapt_person_id AS cohortkey_e,
    referral.ic_pathway_id AS pathwayid,
    referral.extract_start_date,
    referral.extract_end_date,
    referral.extract_date,
    referral.available_from AS avail_from_dt,
    referral.iapt_record_number AS recordnumber,
    referral.header_id AS uniquesubmissionid,
    referral.month AS unique_monthid,
    referral.orgcodeprovider AS orgid_provider,
    referral.ic_serviceid AS unique_servicerequestid,
    '1.5' AS datsetver,
    header.file_type,
    referral.period_start AS reportingperiodstartdate,
    referral.period_end AS reportingperiodenddate,
    person.nhsnostatus AS nhsnumberstatus,
    person.gender,
    person.ethnicity AS ethniccategory,
    person.ic_ethnicity AS validated_ethniccategory,
    person.bafindicator AS exbafindicator,
    person.age_start_reporting_period AS age_rp_startdate,
    person.age_end_reporting_period AS age_rp_enddate,
    person.ccg_of_residence AS orgid_ccg_residence_e,
    person.lsoa AS lsoa_e,
    person.lad_ua AS localauthority_e,
    person.county AS county_e,
    person.electoral_ward_of_usual_address AS electoralward_e,
    referral.ic_indices_of_dep_decile AS indicesofdeprivationdecile,
    person.gmpc AS gmpcodereg_e,
    person.ccg_of_gp_practice AS orgid_ccg_gp_e,
    disability.uniqueid_ids007,
    disability.disabcode,
    disability.disabcode_2,
    disability.disabcode_3,
    referral.orgcodecomm AS orgidcomm_e,
    referral.refrecdate AS referralrequestreceiveddate,
    referral.sourcereferral AS sourceofreferralmh,
    referral.onsetdate,
    referral.recurind AS prevdiagcondind,
    referral.endcode,
    referral.enddate AS servdischdate,
    referral.referral_id AS uniqueid_ids101,
    referral.age_at_ref_received_date AS age_referralrequest_receiveddate,
    referral.age_at_ref_end_date AS age_servicedischarge_date,
    referral.ic_use_pathway_flag AS usepathway_flag,
    referral.ic_use_qtr_referral_flag AS usequarterreferral_flag,
    referral.ic_first_empstatus AS employmentstatus_first,
    referral.ic_last_empstatus AS employmentstatus_last,
    referral.ic_first_sickpay_indicator AS sickpayindicator_first,
    referral.ic_last_sickpay_indicator AS sickpayindicator_last,
    referral.ic_first_psychotropic_indicator AS psychotropicindicator_first,
    referral.ic_last_psychotropic_indicator AS psychotropicindicator_last,
    referral.ic_date_first_assessment AS assessment_firstdate,
    referral.ic_date_last_assessment AS assessment_lastdate,
    referral.ic_date_first_therapeutic_session AS therapysession_firstdate,
    referral.ic_date_second_therapeutic_session AS therapysession_seconddate,
    referral.ic_date_last_therapeutic_session AS therapysession_lastdate,
    referral.ic_count_appointments AS carecontact_count,
    referral.ic_count_treatment_appointments AS treatmentcarecontact_count,
    referral.ic_date_first_hi_therapy AS highintensitytherapy_firstdate,
    referral.ic_date_first_li_therapy AS lowintensitytherapy_firstdate,
    first_therapy.code AS therapytype_first,
    last_therapy.code AS therapytype_last,
    referral.ic_v1_5_count_applied_relaxation AS appliedrelaxation_count,
    referral.ic_v1_5_count_brf_psychodyn_psychother AS briefpsychodynamicpsychotherapy_count,
    referral.ic_v1_5_count_cbt_sessions AS cognitivebehaviourtherapy_count,
    referral.ic_v1_5_count_collaborative_care AS collaborativecare_count,
    referral.ic_v1_5_count_counselling_depress AS counsellingdepression_count,
    referral.ic_v1_5_count_couples_therapy_depress AS couplestherapydepression_count,
    CAST(
        coalesce(referral.ic_v1_5_count_employ_supp_high_int + referral.ic_v1_5_count_employ_supp_low_int, referral.ic_v1_5_count_employ_supp_high_int, referral.ic_v1_5_count_employ_supp_low_int)
        AS TINYINT
    ) AS employmentsupport_count,
    referral.ic_v1_5_count_eye_movement_desens AS eyemovementdesensitisationreprocessing_count,
    referral.ic_v1_5_count_guid_slf_hlp_book AS guidedselfhelp_book_count,
    referral.ic_v1_5_count_guid_slf_hlp_comp AS guidedselfhelp_computer_count,
    referral.ic_v1_5_count_ipt_sessions AS interpersonalpsychotherapy_count,
    referral.ic_v1_5_count_mindfulness_sessions AS mindfulness_count,
    referral.ic_v1_5_count_non_guid_slf_hlp_book AS nonguidedselfhelp_book_count,
    referral.ic_v1_5_count_non_guid_slf_hlp_comp AS nonguidedselfhelp_computer_count,
    referral.ic_v1_5_count_other_high_intensity AS otherhighintensity_count,
    referral.ic_v1_5_count_other_low_intensity AS otherlowintensity_count,
    referral.ic_v1_5_count_psychoed_peer_support AS psychoeducationalpeersupport_count,
    referral.ic_v1_5_count_struct_phys_activity AS structuredphysicalactivity_count,
    referral.ic_completed_treatment_flag AS completedtreatment_flag,
    referral.ic_first_gad AS gad_firstscore,
    referral.ic_last_gad AS gad_lastscore,
    referral.ic_first_phq9 AS phq9_firstscore,
    referral.ic_last_phq9 AS phq9_lastscore,
    referral.ic_first_agora_mob_alone AS agoraalone_firstscore,
    referral.ic_last_agora_mob_alone AS agoraalone_lastscore,
    referral.ic_first_agora_mob_accom AS agoraaccom_firstscore,
    referral.ic_last_agora_mob_accom AS agoraaccom_lastscore,
    referral.ic_first_social_phobia_inventory AS socialphobia_firstscore,
    referral.ic_last_social_phobia_inventory AS socialphobia_lastscore,
    referral.ic_first_panic_disorder AS panicdisorder_firstscore,
    referral.ic_last_panic_disorder AS panicdisorder_lastscore,
    referral.ic_first_ocd AS ocd_firstscore,
    referral.ic_last_ocd AS ocd_lastscore,
    referral.ic_first_penn_state AS pswq_firstscore,
    referral.ic_last_penn_state AS pswq_lastscore,
    referral.ic_adsm AS adsm,
    referral.ic_first_adsm_score AS adsm_firstscore,
    referral.ic_last_adsm_score AS adsm_lastscore,
    referral.ic_first_wasashm AS wasas_homemanagement_firstscore,
    referral.ic_first_wasaspla AS wasas_privateleisureactivities_firstscore,
    referral.ic_first_wasasr AS wasas_relationships_firstscore,
    referral.ic_first_wasassla AS wasas_socialleisureactivities_firstscore,
    referral.ic_first_wasasw AS wasas_work_firstscore,
    referral.ic_last_wasashm AS wasas_homemanagement_lastscore,
    referral.ic_last_wasaspla AS wasas_privateleisureactivities_lastscore,
    referral.ic_last_wasasr AS wasas_relationships_lastscore,
    referral.ic_last_wasassla AS wasas_socialleisureactivities_lastscore,
    referral.ic_last_wasasw AS wasas_work_lastscore,
    referral.ic_first_anxiety_inventory AS anxietyinventory_firstscore,
    referral.ic_last_anxiety_inventory AS anxietyinventory_lastscore,
    referral.ic_caseness_flag AS caseness_flag,
    referral.ic_not_caseness_flag AS notcaseness_flag,
    referral.ic_recovery_flag AS recovery_flag,
    referral.ic_reliable_improv_flag AS reliableimprovement_flag,
    referral.ic_no_change_flag AS nochange_flag,
    referral.ic_reliable_deter_flag AS reliabledeterioration_flag,
    referral.ic_cr AS commissioningregion,
    referral.ic_first_ptsd AS iesptsd_firstscore,
    referral.ic_last_ptsd AS iesptsd_lastscore
FROM v1_5_referrals AS referral
LEFT JOIN v1_5_persons AS person
    ON person.iapt_record_number = referral.iapt_record_number
LEFT JOIN headers AS header
    ON header.header_id = referral.header_id
LEFT JOIN disabilities AS disability
    ON disability.iapt_record_number = referral.iapt_record_number
LEFT JOIN v1_5_therapies AS first_therapy
    ON first_therapy.thertype = referral.ic_v1_5_first_therapy_type
LEFT JOIN v1_5_therapies AS last_therapy
    ON last_therapy.thertype = referral.ic_v1_5_last_therapy_type
