-- Reads: v1_5_visits, v1_5_therapies. Grain: a therapy of an appointment of data set
-- v1.5, or an appointment without one, in an extract period. Parameters: none.
--
-- The four therapy types of an appointment become its activities, with the SNOMED CT
-- code of the same therapy in v2.0.
WITH given AS (
    SELECT DISTINCT appointment_id, extract_start_date, unnest([thertype1, thertype2, thertype3, thertype4]) AS thertype
    FROM v1_5_visits
)
SELECT
    visit.iapt_person_id AS cohortkey_e,
    visit.ic_pathway_id AS pathwayid,
    visit.extract_start_date,
    visit.extract_end_date,
    visit.extract_date,
    visit.available_from AS avail_from_dt,
    visit.iapt_record_number AS recordnumber,
    visit.month AS unique_monthid,
    visit.orgcodeprovider AS orgid_provider,
    visit.appointment_id AS unique_carecontactid,
    visit.appointment AS carecontdate,
    visit.attendance AS attendordnacode,
    visit.cancellation,
    visit.contactduration AS clincontdurofcarecont,
    visit.apptype,
    visit.consmedium AS consmediumused,
    visit.psychmed,
    therapy.code AS codeprocandprocstatus
FROM v1_5_visits AS visit
LEFT JOIN given
    ON given.thertype IS NOT NULL
    AND given.appointment_id = visit.appointment_id
    AND given.extract_start_date = visit.extract_start_date
LEFT JOIN v1_5_therapies AS therapy
    ON therapy.thertype = given.thertype
