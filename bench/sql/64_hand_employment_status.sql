-- The same joins by hand: employment_status. Reads: staged IDS004EmpStatus, hand_accepted.
-- Writes: hand_employment_status. Grain: that of the table. Parameters: none.
CREATE OR REPLACE TABLE hand_employment_status AS
SELECT
    x.person_id AS cohortkey_e,
    s.extract_start_date,
    s.extract_end_date,
    s.extract_date,
    s.avail_from_dt,
    x.recordnumber,
    x.unique_monthid,
    x.employstatus,
    x.employstatusrecdate,
    x.weekhoursworked,
    x.selfemployind,
    x.sickabsenceind,
    x.sspind,
    x.benefitrecind,
    x.esaind,
    x.ucind,
    x.pipind,
    x.empsupportind,
    x.empsupportreferral,
    x.empsupportdischargedate
FROM v2_1_ids004empstatus AS x
JOIN hand_accepted AS s USING (uniquesubmissionid)
QUALIFY row_number() OVER (PARTITION BY s.extract_start_date, x.orgid_provider, x.person_id, x.employstatusrecdate ORDER BY s.unique_monthid DESC) = 1
