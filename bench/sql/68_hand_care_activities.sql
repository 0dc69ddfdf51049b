-- The same joins by hand: care_activities. Reads: staged IDS201CareContact,
-- IDS202CareActivity and IDS902CarePersQual, hand_accepted.
-- Writes: hand_care_activities. Grain: that of the table. Parameters: none.
CREATE OR REPLACE TABLE hand_care_activities AS
WITH contacts AS (
    SELECT x.*, s.extract_start_date, s.extract_end_date, s.extract_date, s.avail_from_dt
    FROM v2_1_ids201carecontact AS x
    JOIN hand_accepted AS s USING (uniquesubmissionid)
    QUALIFY row_number() OVER (PARTITION BY s.extract_start_date, x.unique_carecontactid ORDER BY s.unique_monthid DESC) = 1
)
SELECT
    c.person_id AS cohortkey_e,
    c.pathwayid,
    c.extract_start_date,
    c.extract_end_date,
    c.extract_date,
    c.avail_from_dt,
    c.recordnumber,
    c.unique_monthid,
    c.orgid_provider,
    c.uniqueid_ids201,
    c.unique_carecontactid,
    c.carecontdate,
    c.careconttime,
    c.orgidcomm AS orgidcomm_e,
    c.plannedcarecontindicator,
    c.attendordnacode,
    c.cancellation,
    c.clincontdurofcarecont,
    c.iaptltcserviceind,
    c.apptype,
    c.consmechanism,
    c.intenabledtherprog,
    c.carecontpatientthermode,
    c.numgrouptherparticipants,
    c.numgrouptherfacilitators,
    c.psychmed,
    c.actloctypecode,
    c.languagecodetreat,
    c.interpreterpresentind,
    c.age_carecontact_date,
    c.distancefromhome_contactlocation,
    c.time_referral_to_carecontact,
    a.unique_careactivityid,
    a.clincontactdurofcareact,
    a.codeprocandprocstatus,
    a.codeprocandprocstatus_fsn,
    a.findschemeinuse,
    a.codefind,
    a.codefind_fsn,
    a.validated_findingcode,
    a.findingcode_icd10_mapped,
    a.findingcode_icd10_master,
    a.codeobs,
    a.codeobs_fsn,
    a.obsvalue,
    a.unitmeasure,
    a.unique_carepersonnelid_local,
    q.qualattainleveliapt,
    q.qualawardeddate
FROM contacts AS c
LEFT JOIN v2_1_ids202careactivity AS a USING (uniquesubmissionid, unique_carecontactid)
LEFT JOIN (
    SELECT *
    FROM v2_1_ids902carepersqual
    QUALIFY row_number() OVER (PARTITION BY uniquesubmissionid, unique_carepersonnelid_local ORDER BY qualawardeddate DESC) = 1
) AS q ON q.uniquesubmissionid = a.uniquesubmissionid AND q.unique_carepersonnelid_local = a.unique_carepersonnelid_local
