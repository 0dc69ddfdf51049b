-- Reads: the staged IDS000 headers, IDS001 persons, IDS002 practices, IDS007
-- disabilities, IDS011 circumstances, IDS012 visitor categories, IDS101 referrals of
-- data set v2.0, accepted_submissions. Grain: a pathway in an extract period.
-- Parameters: none.
--
-- A pathway is reported every month while it is open: kept is what the last month of
-- the financial year says, then the submission made later, then the higher row id.
-- Where a person has several rows, the one dated last is kept, then the one with the
-- higher row id: of practices by registration, of visitor categories by their date, of
-- circumstances by the day recorded within each kind. Disabilities are the first three
-- different ones in the order of their rows. A referral without its person's row is
-- kept without one.
--
-- A circumstance is one SNOMED CT code: its kind is told by the code. What is not
-- recognised is another circumstance.
WITH referrals AS (
    SELECT
        referral.*,
        submission.month,
        submission.period_start,
        submission.period_end,
        submission.extract_start_date,
        submission.extract_end_date,
        submission.extract_date,
        submission.available_from
    FROM v2_0_ids101referral AS referral
    JOIN accepted_submissions AS submission
        ON submission.generation = 'v2.0'
        AND submission.uniquesubmissionid = referral.uniquesubmissionid
    QUALIFY row_number() OVER (
        PARTITION BY submission.extract_start_date, coalesce(referral.pathwayid, referral.unique_servicerequestid, referral.uniqueid_ids101)
        ORDER BY submission.month DESC, submission.created_at DESC, length(referral.uniqueid_ids101) DESC, referral.uniqueid_ids101 DESC, hash(referral)
    ) = 1
),
headers AS (
    SELECT *
    FROM v2_0_ids000header AS reported
    QUALIFY row_number() OVER (
        PARTITION BY uniquesubmissionid
        ORDER BY datetimedatsetcreate DESC, length(uniqueid_ids000) DESC, uniqueid_ids000 DESC, hash(reported)
    ) = 1
),
persons AS (
    SELECT *
    FROM v2_0_ids001mpi AS reported
    SEMI JOIN referrals USING (recordnumber)
    QUALIFY row_number() OVER (
        PARTITION BY recordnumber
        ORDER BY length(uniqueid_ids001) DESC, uniqueid_ids001 DESC, hash(reported)
    ) = 1
),
practices AS (
    SELECT *
    FROM v2_0_ids002gp AS reported
    SEMI JOIN referrals USING (recordnumber)
    QUALIFY row_number() OVER (
        PARTITION BY recordnumber
        ORDER BY startdategmpregistration DESC, length(uniqueid_ids002) DESC, uniqueid_ids002 DESC, hash(reported)
    ) = 1
),
distinct_disabilities AS (
    SELECT
        recordnumber,
        disabcode,
        min(struct_pack(digits := length(uniqueid_ids007), id := uniqueid_ids007)) AS first_row
    FROM v2_0_ids007disabilitytype
    SEMI JOIN referrals USING (recordnumber)
    WHERE disabcode IS NOT NULL
    GROUP BY recordnumber, disabcode
),
disabilities AS (
    SELECT
        recordnumber,
        list(struct_pack(id := first_row.id, code := disabcode) ORDER BY first_row, disabcode) AS reported,
        reported[1].id AS uniqueid_ids007,
        reported[1].code AS disabcode,
        reported[2].code AS disabcode_2,
        reported[3].code AS disabcode_3
    FROM distinct_disabilities
    GROUP BY recordnumber
),
kinds_of_circumstance AS (
    SELECT
        recordnumber,
        uniqueid_ids011,
        socpercircumstance,
        socpercircumstancerecdate,
        CASE
            WHEN socpercircumstance IN ('20430005', '38628009', '42035005', '76102007', '89217008', '440583007', '699042003', '765288000', '766822004', '1064711000000100') THEN 'sexorien'
            WHEN socpercircumstance IN ('8517006', '77176002', '266919005', '405746006') THEN 'smokingstatus'
            WHEN socpercircumstance IN ('390790000', '446654005') THEN 'asylumstatus'
            WHEN socpercircumstance IN ('219006', '7200002', '15167005', '105542008') THEN 'alcoholusestatus'
            WHEN socpercircumstance IN ('26416006', '191816009', '228367002', '361055000') THEN 'drugusestatus'
            WHEN socpercircumstance IN ('18085000') THEN 'gamblingstatus'
            WHEN socpercircumstance IN ('160936005') THEN 'debtstatus'
            WHEN socpercircumstance IN ('160542002', '160567000', '309687009', '428506007') THEN 'religion'
            ELSE 'other'
        END AS kind
    FROM v2_0_ids011socpercircumstances AS reported
    SEMI JOIN referrals USING (recordnumber)
    WHERE socpercircumstance IS NOT NULL
    WINDOW latest AS (
        PARTITION BY recordnumber, kind
        ORDER BY socpercircumstancerecdate DESC, length(uniqueid_ids011) DESC, uniqueid_ids011 DESC, hash(reported)
    )
    QUALIFY row_number() OVER latest = 1
),
circumstances AS (
    SELECT
        recordnumber,
        max(struct_pack(recorded := coalesce(socpercircumstancerecdate, DATE '0001-01-01'), digits := length(uniqueid_ids011), id := uniqueid_ids011)).id AS uniqueid_ids011,
        max(socpercircumstance) FILTER (kind = 'religion') AS religion_socpercircumstance,
        max(socpercircumstancerecdate) FILTER (kind = 'religion') AS religion_socpercircumstancerecdate,
        max(socpercircumstance) FILTER (kind = 'sexorien') AS sexorien_socpercircumstance,
        max(socpercircumstancerecdate) FILTER (kind = 'sexorien') AS sexorien_socpercircumstancerecdate,
        max(socpercircumstance) FILTER (kind = 'smokingstatus') AS smokingstatus_socpercircumstance,
        max(socpercircumstancerecdate) FILTER (kind = 'smokingstatus') AS smokingstatus_socpercircumstancerecdate,
        max(socpercircumstance) FILTER (kind = 'asylumstatus') AS asylumstatus_socpercircumstance,
        max(socpercircumstancerecdate) FILTER (kind = 'asylumstatus') AS asylumstatus_socpercircumstancerecdate,
        max(socpercircumstance) FILTER (kind = 'alcoholusestatus') AS alcoholusestatus_socpercircumstance,
        max(socpercircumstancerecdate) FILTER (kind = 'alcoholusestatus') AS alcoholusestatus_socpercircumstancerecdate,
        max(socpercircumstance) FILTER (kind = 'drugusestatus') AS drugusestatus_socpercircumstance,
        max(socpercircumstancerecdate) FILTER (kind = 'drugusestatus') AS drugusestatus_socpercircumstancerecdate,
        max(socpercircumstance) FILTER (kind = 'gamblingstatus') AS gamblingstatus_socpercircumstance,
        max(socpercircumstancerecdate) FILTER (kind = 'gamblingstatus') AS gamblingstatus_socpercircumstancerecdate,
        max(socpercircumstance) FILTER (kind = 'debtstatus') AS debtstatus_socpercircumstance,
        max(socpercircumstancerecdate) FILTER (kind = 'debtstatus') AS debtstatus_socpercircumstancerecdate,
        max(socpercircumstance) FILTER (kind = 'other') AS other_socpercircumstance,
        max(socpercircumstancerecdate) FILTER (kind = 'other') AS other_socpercircumstancerecdate
    FROM kinds_of_circumstance
    GROUP BY recordnumber
),
visitors AS (
    SELECT *
    FROM v2_0_ids012overseasvisitorchargcat AS reported
    SEMI JOIN referrals USING (recordnumber)
    QUALIFY row_number() OVER (
        PARTITION BY recordnumber
        ORDER BY ovsvischcatappdate DESC, length(uniqueid_ids012) DESC, uniqueid_ids012 DESC, hash(reported)
    ) = 1
)
SELECT
    referral.person_id AS cohortkey_e,
    referral.pathwayid,
    referral.extract_start_date,
    referral.extract_end_date,
    referral.extract_date,
    referral.available_from AS avail_from_dt,
    referral.recordnumber,
    referral.uniquesubmissionid,
    referral.month AS unique_monthid,
    referral.orgid_provider,
    referral.unique_servicerequestid,
    header.datsetver,
    header.file_type,
    header.orgidsubmit AS orgidsubmit_e,
    header.primsysteminuse,
    referral.period_start AS reportingperiodstartdate,
    referral.period_end AS reportingperiodenddate,
    person.uniqueid_ids001,
    person.nhsnumberstatus,
    person.gender,
    person.ethniccategory,
    person.validated_ethniccategory,
    person.exbafindicator,
    person.languagecodepreferred,
    person.eduestabtypeiapt,
    person.age_rp_startdate,
    person.age_rp_enddate,
    person.validpostcode_flag,
    person.orgid_ccg_residence AS orgid_ccg_residence_e,
    person.orgidresidenceresp AS orgidresidenceresp_e,
    person.lsoa AS lsoa_e,
    person.census_year,
    person.localauthority AS localauthority_e,
    person.county AS county_e,
    person.electoralward AS electoralward_e,
    person.indicesofdeprivationdecile,
    person.indicesofdeprivationquartile,
    person.imd_year,
    person.mostrecentrecordrp_patient,
    practice.uniqueid_ids002,
    practice.gmpcodereg AS gmpcodereg_e,
    practice.startdategmpregistration,
    practice.enddategmpregistration,
    practice.orgid_ccg_gp AS orgid_ccg_gp_e,
    practice.orgidgpprac AS orgidgpprac_e,
    practice.distancefromhome_gp,
    disability.uniqueid_ids007,
    disability.disabcode,
    disability.disabcode_2,
    disability.disabcode_3,
    circumstance.uniqueid_ids011,
    circumstance.religion_socpercircumstance,
    circumstance.religion_socpercircumstancerecdate,
    circumstance.sexorien_socpercircumstance,
    circumstance.sexorien_socpercircumstancerecdate,
    circumstance.smokingstatus_socpercircumstance,
    circumstance.smokingstatus_socpercircumstancerecdate,
    circumstance.asylumstatus_socpercircumstance,
    circumstance.asylumstatus_socpercircumstancerecdate,
    circumstance.alcoholusestatus_socpercircumstance,
    circumstance.alcoholusestatus_socpercircumstancerecdate,
    circumstance.drugusestatus_socpercircumstance,
    circumstance.drugusestatus_socpercircumstancerecdate,
    circumstance.gamblingstatus_socpercircumstance,
    circumstance.gamblingstatus_socpercircumstancerecdate,
    circumstance.debtstatus_socpercircumstance,
    circumstance.debtstatus_socpercircumstancerecdate,
    circumstance.other_socpercircumstance,
    circumstance.other_socpercircumstancerecdate,
    visitor.uniqueid_ids012,
    visitor.ovsvischcat,
    visitor.ovsvischcatappdate,
    referral.orgidcomm AS orgidcomm_e,
    referral.referralrequestreceiveddate,
    referral.sourceofreferralmh,
    referral.onsetdate,
    referral.prevdiagcondind,
    referral.endcode,
    referral.servdischdate,
    referral.uniqueid_ids101,
    referral.age_referralrequest_receiveddate,
    referral.age_servicedischarge_date,
    referral.usepathway_flag,
    referral.usequarterreferral_flag,
    referral.employmentstatus_first,
    referral.employmentstatus_last,
    referral.sickpayindicator_first,
    referral.sickpayindicator_last,
    referral.psychotropicindicator_first,
    referral.psychotropicindicator_last,
    referral.primarypresentingcomplaint,
    referral.secondarypresentingcomplaint,
    referral.assessment_firstdate,
    referral.assessment_lastdate,
    referral.therapysession_firstdate,
    referral.therapysession_seconddate,
    referral.therapysession_lastdate,
    referral.carecontact_count,
    referral.treatmentcarecontact_count,
    referral.highintensitytherapy_firstdate,
    referral.lowintensitytherapy_firstdate,
    referral.therapytype_first,
    referral.therapytype_last,
    referral.appliedrelaxation_count,
    referral.briefpsychodynamicpsychotherapy_count,
    referral.cognitivebehaviourtherapy_count,
    referral.collaborativecare_count,
    referral.counsellingdepression_count,
    referral.couplestherapydepression_count,
    referral.employmentsupport_count,
    referral.eyemovementdesensitisationreprocessing_count,
    referral.guidedselfhelp_book_count,
    referral.guidedselfhelp_computer_count,
    referral.interpersonalpsychotherapy_count,
    referral.mindfulness_count,
    referral.nonguidedselfhelp_book_count,
    referral.nonguidedselfhelp_computer_count,
    referral.otherhighintensity_count,
    referral.otherlowintensity_count,
    referral.psychoeducationalpeersupport_count,
    referral.structuredphysicalactivity_count,
    referral.communitysignposting_count,
    referral.completedtreatment_flag,
    referral.gad_firstscore,
    referral.gad_lastscore,
    referral.phq9_firstscore,
    referral.phq9_lastscore,
    referral.agoraalone_firstscore,
    referral.agoraalone_lastscore,
    referral.agoraaccom_firstscore,
    referral.agoraaccom_lastscore,
    referral.socialphobia_firstscore,
    referral.socialphobia_lastscore,
    referral.panicdisorder_firstscore,
    referral.panicdisorder_lastscore,
    referral.ocd_firstscore,
    referral.ocd_lastscore,
    referral.ptsd_firstscore,
    referral.ptsd_lastscore,
    referral.biq_firstscore,
    referral.biq_lastscore,
    referral.bpi_firstscore,
    referral.bpi_lastscore,
    referral.cat_firstscore,
    referral.cat_lastscore,
    referral.dds_firstscore,
    referral.dds_lastscore,
    referral.ibs_firstscore,
    referral.ibs_lastscore,
    referral.phq15_firstscore,
    referral.phq15_lastscore,
    referral.pswq_firstscore,
    referral.pswq_lastscore,
    referral.adsm,
    referral.adsm_firstscore,
    referral.adsm_lastscore,
    referral.wasas_homemanagement_firstscore,
    referral.wasas_privateleisureactivities_firstscore,
    referral.wasas_relationships_firstscore,
    referral.wasas_socialleisureactivities_firstscore,
    referral.wasas_work_firstscore,
    referral.wasas_homemanagement_lastscore,
    referral.wasas_privateleisureactivities_lastscore,
    referral.wasas_relationships_lastscore,
    referral.wasas_socialleisureactivities_lastscore,
    referral.wasas_work_lastscore,
    referral.anxietyinventory_firstscore,
    referral.anxietyinventory_lastscore,
    referral.caseness_flag,
    referral.notcaseness_flag,
    referral.recovery_flag,
    referral.reliableimprovement_flag,
    referral.nochange_flag,
    referral.reliabledeterioration_flag,
    referral.integratedcontact_firstdate,
    referral.integratedtreatment_firstdate,
    referral.empsupport_firstdate,
    referral.empsupport_lastdate,
    referral.empstatus_firstdate,
    referral.internetenabledtherapy_count,
    referral.commissioningregion,
    referral.iesptsd_firstscore,
    referral.iesptsd_lastscore,
    referral.cfs_firstscore,
    referral.cfs_lastscore,
    referral.adsm_firstscoreatcaseness,
    referral.adsm_firstscorenotatcaseness,
    referral.adsm_lastscorenotatcaseness,
    referral.ppsm,
    referral.ppsm_firstscore,
    referral.ppsm_lastscore,
    referral.recordstartdate,
    referral.recordenddate
FROM referrals AS referral
LEFT JOIN headers AS header
    ON header.uniquesubmissionid = referral.uniquesubmissionid
LEFT JOIN persons AS person
    ON person.recordnumber = referral.recordnumber
LEFT JOIN practices AS practice
    ON practice.recordnumber = referral.recordnumber
LEFT JOIN disabilities AS disability
    ON disability.recordnumber = referral.recordnumber
LEFT JOIN circumstances AS circumstance
    ON circumstance.recordnumber = referral.recordnumber
LEFT JOIN visitors AS visitor
    ON visitor.recordnumber = referral.recordnumber
