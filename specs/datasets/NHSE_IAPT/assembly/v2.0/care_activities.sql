-- Reads: staged IDS201 contacts, IDS202 activities, IDS902 qualifications of
-- data set v2.0, v2_0_pathways, accepted_submissions. Grain: an activity, or a contact
-- without one, in an extract period. Parameters: none.
--
-- A contact that is reported in several months of a financial year is kept as it was
-- reported last, with the activities reported then. An activity whose submission lacks
-- its contact is kept without one. A row that is there twice, by its id, counts once.
-- Of a therapist with several qualifications the one awarded last is shown, then the
-- one with the higher id.
WITH contacts AS (
    SELECT
        contact.*,
        submission.month,
        submission.extract_start_date,
        submission.extract_end_date,
        submission.extract_date,
        submission.available_from,
        first_value(submission.month) OVER event = submission.month AS is_latest
    FROM v2_0_ids201carecontact AS contact
    JOIN accepted_submissions AS submission
        ON submission.generation = 'v2.0'
        AND submission.uniquesubmissionid = contact.uniquesubmissionid
    WINDOW event AS (
        PARTITION BY submission.extract_start_date, coalesce(contact.unique_carecontactid, contact.uniqueid_ids201)
        ORDER BY submission.month DESC, contact.uniqueid_ids201, hash(contact)
    )
    QUALIFY contact.uniqueid_ids201 IS NULL OR lag(contact.uniqueid_ids201) OVER event IS DISTINCT FROM contact.uniqueid_ids201
),
activities AS (
    SELECT
        activity.*,
        submission.month,
        submission.extract_start_date,
        submission.extract_end_date,
        submission.extract_date,
        submission.available_from,
        first_value(submission.month) OVER event = submission.month AS is_latest
    FROM v2_0_ids202careactivity AS activity
    JOIN accepted_submissions AS submission
        ON submission.generation = 'v2.0'
        AND submission.uniquesubmissionid = activity.uniquesubmissionid
    WINDOW event AS (
        PARTITION BY submission.extract_start_date, coalesce(activity.unique_careactivityid, activity.uniqueid_ids202)
        ORDER BY submission.month DESC, activity.uniqueid_ids202, hash(activity)
    )
    QUALIFY activity.uniqueid_ids202 IS NULL OR lag(activity.uniqueid_ids202) OVER event IS DISTINCT FROM activity.uniqueid_ids202
),
qualifications AS (
    SELECT uniquesubmissionid, unique_carepersonnelid_local, qualattainleveliapt, qualawardeddate
    FROM v2_0_ids902carepersqual
    WHERE unique_carepersonnelid_local IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY uniquesubmissionid, unique_carepersonnelid_local
        ORDER BY qualawardeddate DESC, length(uniqueid_ids902) DESC, uniqueid_ids902 DESC, qualattainleveliapt
    ) = 1
)
SELECT
    coalesce(contact.person_id, activity.person_id) AS cohortkey_e,
    pathway.pathwayid,
    coalesce(contact.extract_start_date, activity.extract_start_date) AS extract_start_date,
    coalesce(contact.extract_end_date, activity.extract_end_date) AS extract_end_date,
    coalesce(contact.extract_date, activity.extract_date) AS extract_date,
    coalesce(contact.available_from, activity.available_from) AS avail_from_dt,
    coalesce(contact.recordnumber, activity.recordnumber) AS recordnumber,
    coalesce(contact.month, activity.month) AS unique_monthid,
    coalesce(contact.orgid_provider, activity.orgid_provider) AS orgid_provider,
    coalesce(contact.unique_carecontactid, activity.unique_carecontactid) AS unique_carecontactid,
    contact.uniqueid_ids201,
    contact.carecontdate,
    contact.careconttime,
    contact.orgidcomm AS orgidcomm_e,
    contact.plannedcarecontindicator,
    contact.attendordnacode,
    contact.cancellation,
    contact.clincontdurofcarecont,
    contact.iaptltcserviceind,
    contact.apptype,
    contact.consmediumused,
    contact.intenabledtherprog,
    contact.carecontpatientthermode,
    contact.numgrouptherparticipants,
    contact.numgrouptherfacilitators,
    contact.psychmed,
    contact.actloctypecode,
    contact.languagecodetreat,
    contact.interpreterpresentind,
    contact.age_carecontact_date,
    contact.distancefromhome_contactlocation,
    contact.time_referral_to_carecontact,
    activity.unique_careactivityid,
    activity.clincontactdurofcareact,
    activity.codeprocandprocstatus,
    activity.findschemeinuse,
    activity.codefind,
    activity.validated_findingcode,
    activity.findingcode_icd10_mapped,
    activity.findingcode_icd10_master,
    activity.codeobs,
    activity.obsvalue,
    activity.unitmeasure,
    activity.unique_carepersonnelid_local,
    qualification.qualattainleveliapt,
    qualification.qualawardeddate
FROM contacts AS contact
FULL JOIN activities AS activity
    ON activity.uniquesubmissionid = contact.uniquesubmissionid
    AND activity.unique_carecontactid = contact.unique_carecontactid
LEFT JOIN qualifications AS qualification
    ON qualification.uniquesubmissionid = activity.uniquesubmissionid
    AND qualification.unique_carepersonnelid_local = activity.unique_carepersonnelid_local
LEFT JOIN v2_0_pathways AS pathway
    ON pathway.uniquesubmissionid = coalesce(contact.uniquesubmissionid, activity.uniquesubmissionid)
    AND pathway.unique_servicerequestid = coalesce(contact.unique_servicerequestid, activity.unique_servicerequestid)
WHERE coalesce(contact.is_latest, activity.is_latest)
