-- Reads: staged IDS004 employment of data set v2.0, accepted_submissions. Grain: what
-- a provider recorded of a person's employment on a day, in an extract period.
-- Parameters: none.
--
-- An event that is reported in several months of a financial year is kept as it was
-- reported last. A row that is there twice, by its id, counts once.
SELECT
    employment.person_id AS cohortkey_e,
    submission.extract_start_date,
    submission.extract_end_date,
    submission.extract_date,
    submission.available_from AS avail_from_dt,
    submission.month AS unique_monthid,
    employment.recordnumber,
    employment.employstatus,
    employment.employstatusrecdate,
    employment.weekhoursworked,
    employment.selfemployind,
    employment.sickabsenceind,
    employment.sspind,
    employment.benefitrecind,
    employment.jsaind,
    employment.esaind,
    employment.ucind,
    employment.pipind,
    employment.otherbenefitind,
    employment.empsupportind,
    employment.empsupportreferral
FROM v2_0_ids004empstatus AS employment
JOIN accepted_submissions AS submission
    ON submission.generation = 'v2.0'
    AND submission.uniquesubmissionid = employment.uniquesubmissionid
WINDOW event AS (
    PARTITION BY
        submission.extract_start_date,
        employment.orgid_provider,
        coalesce(employment.person_id, employment.recordnumber),
        employment.employstatusrecdate
    ORDER BY submission.month DESC, employment.uniqueid_ids004, hash(employment)
)
QUALIFY first_value(submission.month) OVER event = submission.month
    AND (employment.uniqueid_ids004 IS NULL OR lag(employment.uniqueid_ids004) OVER event IS DISTINCT FROM employment.uniqueid_ids004)
