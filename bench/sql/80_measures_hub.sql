-- Writes: nhsd.iapt_demographics_and_referral_v0003: the columns of a hub that
-- measures read, synthetic, over three years. Grain: a pathway.
-- Parameters: pathways, how many.
CREATE OR REPLACE TABLE nhsd.iapt_demographics_and_referral_v0003 AS
WITH drawn AS (
    SELECT
        i,
        CAST(hash(i, 1) % 1095 AS INTEGER) AS day,
        CAST(hash(i, 2) % 100 AS INTEGER) AS course,
        CAST(hash(i, 3) % 106 AS INTEGER) AS area,
        CAST(hash(i, 4) % 60 AS INTEGER) AS wait
    FROM range($pathways) AS t(i)
)
SELECT
    'K' || (i // 2) AS cohortkey_e,
    'P' || i AS pathwayid,
    DATE '2022-04-01' AS extract_start_date,
    DATE '2025-03-31' AS extract_end_date,
    DATE '2025-05-01' AS extract_date,
    CAST(i AS VARCHAR) AS recordnumber,
    true AS usepathway_flag,
    'Y' || (area % 7) AS commissioningregion,
    'Q' || (area % 42) AS orgidicbgppractice_e,
    'S' || area AS orgidsubicblocgp_e,
    'R' || (area + hash(i, 5) % 9) AS orgid_provider,
    CAST(18 + hash(i, 6) % 70 AS SMALLINT) AS age_referralrequest_receiveddate,
    CAST(1 + hash(i, 7) % 2 AS VARCHAR) AS gender,
    chr(65 + CAST(hash(i, 8) % 18 AS INTEGER)) AS validated_ethniccategory,
    CAST(1 + hash(i, 9) % 10 AS TINYINT) AS indicesofdeprivationdecile,
    '304891004' AS therapytype_last,
    ['B1', 'B1', 'A1', 'C1', 'D1', 'H1', 'N4'][1 + CAST(hash(i, 10) % 7 AS INTEGER)] AS sourceofreferraliapt,
    DATE '2022-04-01' + day AS referralrequestreceiveddate,
    CASE WHEN course < 64 THEN DATE '2022-04-01' + day + wait // 2 END AS assessment_firstdate,
    CASE WHEN course < 61 THEN DATE '2022-04-01' + day + wait END AS therapysession_firstdate,
    CASE WHEN course < 33 THEN DATE '2022-04-01' + day + wait + 21 END AS therapysession_seconddate,
    CASE WHEN course < 61 THEN DATE '2022-04-01' + day + wait + 60 END AS therapysession_lastdate,
    CASE WHEN hash(i, 11) % 10 > 0 THEN DATE '2022-04-01' + day + wait + 90 END AS servdischdate,
    ['46', '47', '48', '50', '10', '16', '95'][1 + CAST(hash(i, 12) % 7 AS INTEGER)] AS endcode,
    CAST(CASE WHEN course < 64 THEN 1 + course % 9 ELSE 0 END AS SMALLINT) AS carecontact_count,
    CAST(CASE WHEN course < 33 THEN 2 + course % 9 WHEN course < 61 THEN 1 ELSE 0 END AS SMALLINT) AS treatmentcarecontact_count,
    course < 33 AS completedtreatment_flag,
    hash(i, 13) % 20 > 0 AS caseness_flag,
    hash(i, 13) % 20 = 0 AS notcaseness_flag,
    hash(i, 13) % 20 > 9 AS recovery_flag,
    hash(i, 14) % 3 < 2 AS reliableimprovement_flag,
    hash(i, 14) % 30 = 20 AS reliabledeterioration_flag,
    hash(i, 14) % 3 = 2 AND hash(i, 14) % 30 <> 20 AS nochange_flag,
    CAST(hash(i, 15) % 28 AS TINYINT) AS phq9_firstscore,
    CAST(hash(i, 16) % 28 AS TINYINT) AS phq9_lastscore,
    CAST(hash(i, 17) % 22 AS TINYINT) AS gad_firstscore,
    CAST(hash(i, 18) % 22 AS TINYINT) AS gad_lastscore,
    CAST(NULL AS VARCHAR) AS adsm,
    CAST(NULL AS DECIMAL(5, 2)) AS adsm_firstscore,
    CAST(NULL AS DECIMAL(5, 2)) AS adsm_lastscore
FROM drawn
