-- Reads: scope (a temporary view), places, period_days, variable_values,
-- due_measures, repeats (temporary). Writes: counted (temporary): what the families
-- are made of. Grain: a pathway, or a pathway and study.
-- Parameters: variable, or empty for none; recomputed, whether outcomes are those
-- worked out from the scores; first_day, of all periods.
--
-- A day before the referral, or a second session before the first, is no day: what
-- it would have told is not counted, and 50_faults names it. Whether somebody is
-- still waiting goes by the days as they were recorded, so that a wrong one does
-- not make a pathway wait for ever. Periods before the first are 0, those
-- after the last 32767.
CREATE OR REPLACE TEMP TABLE counted AS
WITH dated AS (
    SELECT
        s.*,
        CASE WHEN assessed >= received THEN assessed END AS assessed_on,
        CASE WHEN entered >= received THEN entered END AS entered_on,
        CASE WHEN second_session >= entered AND entered >= received THEN second_session END AS second_on,
        CASE WHEN last_session >= received THEN last_session END AS last_on,
        CASE WHEN discharged >= received THEN discharged END AS ended_on,
        CASE $variable
            WHEN 'AgeBand' THEN CAST(age AS VARCHAR)
            WHEN 'Gender' THEN gender
            WHEN 'EthnicGroup' THEN ethnicity
            WHEN 'ProblemDescriptor' THEN problem
            WHEN 'DeprivationDecile' THEN CAST(decile AS VARCHAR)
            WHEN 'TherapyType' THEN therapy
            WHEN 'ReferralSource' THEN source
        END AS recorded
    FROM scope AS s
    WHERE received IS NOT NULL
),
spanned AS (
    SELECT
        *,
        greatest(received, CAST($first_day AS DATE)) AS waits_from,
        least(discharged, assessed) AS assessment_until,
        least(discharged, entered) AS treatment_until,
        CASE WHEN last_on IS NOT NULL THEN greatest(last_on, CAST($first_day AS DATE)) END AS inactive_from
    FROM dated
)
SELECT
    d.pathway,
    d.person,
    p.place,
    CASE WHEN $variable = '' THEN 'Total' ELSE coalesce(v.value_name, 'Unknown') END AS variable,
    d.received,
    d.last_on,
    coalesce(d.source, 'none') AS source,
    coalesce(d.end_code, 'none') AS end_code,
    CASE
        WHEN d.treatments >= 2 THEN 'finished'
        WHEN d.treatments = 1 THEN 'treated once'
        WHEN d.contacts = 0 THEN 'not seen'
        ELSE 'seen'
    END AS fate,
    CASE WHEN d.entered IS NULL THEN 'no' ELSE 'yes' END AS treated,
    CASE WHEN $recomputed THEN d.recomputed ELSE d.shipped END AS outcome,
    CASE WHEN u.token IS NULL THEN 'none' WHEN u.token = d.adsm THEN 'paired' ELSE 'due' END AS pairing,
    d.treatments,
    d.depression_first,
    d.general_first,
    r.days AS repeat_days,
    received_in.period AS received_period,
    assessed_in.period AS assessed_period,
    entered_in.period AS entered_period,
    second_in.period AS second_period,
    ended_in.period AS ended_period,
    CASE WHEN d.finishes THEN ended_in.period END AS finished_period,
    d.assessed_on - d.received AS assessed_days,
    d.entered_on - d.received AS entered_days,
    d.second_on - d.entered_on AS second_days,
    coalesce(waits_in.period, 32767) AS waits_from_period,
    CASE
        WHEN d.assessment_until < CAST($first_day AS DATE) THEN 0
        ELSE coalesce(assessment_in.period, 32767)
    END AS assessment_period,
    CASE
        WHEN d.treatment_until < CAST($first_day AS DATE) THEN 0
        ELSE coalesce(treatment_in.period, 32767)
    END AS treatment_period,
    coalesce(inactive_in.period, 32767) AS inactive_from_period,
    CASE
        WHEN d.discharged < CAST($first_day AS DATE) THEN 0
        ELSE coalesce(discharged_in.period, 32767)
    END AS discharged_period
FROM spanned AS d
JOIN places AS p
    ON p.study IS NOT DISTINCT FROM d.study
    AND p.region IS NOT DISTINCT FROM d.region
    AND p.icb IS NOT DISTINCT FROM d.icb
    AND p.sub_icb IS NOT DISTINCT FROM d.sub_icb
    AND p.provider IS NOT DISTINCT FROM d.provider
LEFT JOIN variable_values AS v
    ON v.recorded = d.recorded
LEFT JOIN due_measures AS u
    ON u.pathway = d.pathway
LEFT JOIN repeats AS r
    ON r.pathway = d.pathway
LEFT JOIN period_days AS received_in
    ON received_in.day = d.received
LEFT JOIN period_days AS assessed_in
    ON assessed_in.day = d.assessed_on
LEFT JOIN period_days AS entered_in
    ON entered_in.day = d.entered_on
LEFT JOIN period_days AS second_in
    ON second_in.day = d.second_on
LEFT JOIN period_days AS ended_in
    ON ended_in.day = d.ended_on
LEFT JOIN period_days AS waits_in
    ON waits_in.day = d.waits_from
LEFT JOIN period_days AS assessment_in
    ON assessment_in.day = d.assessment_until
LEFT JOIN period_days AS treatment_in
    ON treatment_in.day = d.treatment_until
LEFT JOIN period_days AS inactive_in
    ON inactive_in.day = d.inactive_from
LEFT JOIN period_days AS discharged_in
    ON discharged_in.day = d.discharged
