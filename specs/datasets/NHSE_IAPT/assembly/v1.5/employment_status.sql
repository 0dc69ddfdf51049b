-- Reads: v1_5_visits. Grain: what an appointment of data set v1.5 recorded of a
-- person's employment, in an extract period. Parameters: none.
SELECT
    visit.iapt_person_id AS cohortkey_e,
    visit.extract_start_date,
    visit.extract_end_date,
    visit.extract_date,
    visit.available_from AS avail_from_dt,
    visit.iapt_record_number AS recordnumber,
    visit.month AS unique_monthid,
    visit.empstatus AS employstatus,
    visit.appointment AS employstatusrecdate,
    visit.sspind,
    visit.empsupportind,
    CAST(visit.empsupportreferral AS DATE) AS empsupportreferral
FROM v1_5_visits AS visit
WHERE coalesce(visit.empstatus, visit.sspind, visit.empsupportind) IS NOT NULL
    OR visit.empsupportreferral IS NOT NULL
