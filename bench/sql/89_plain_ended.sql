-- Reads: plain_pathways, plain_periods (temporary). Writes: plain_ended
-- (temporary): endings, as typed by hand. Grain: a month and organisation.
-- Parameters: level.
CREATE OR REPLACE TEMP TABLE plain_ended AS
SELECT
    p.first_day,
    CASE $level
        WHEN 'Region' THEN commissioningregion
        WHEN 'ICB' THEN orgidicbgppractice_e
        WHEN 'SubICB' THEN orgidsubicblocgp_e
        WHEN 'Provider' THEN orgid_provider
        WHEN 'SubICB-Provider' THEN orgidsubicblocgp_e || orgid_provider
        ELSE 'all'
    END AS organisation,
    count(*) AS m056,
    count(*) FILTER (endcode = '10') AS m057,
    count(*) FILTER (endcode = '11') AS m058,
    count(*) FILTER (endcode = '12') AS m059,
    count(*) FILTER (endcode = '13') AS m060,
    count(*) FILTER (endcode = '14') AS m061,
    count(*) FILTER (endcode = '16') AS m340,
    count(*) FILTER (endcode = '17') AS m062,
    count(*) FILTER (endcode = '95') AS m063,
    count(*) FILTER (endcode = '46') AS m066,
    count(*) FILTER (endcode = '47') AS m344,
    count(*) FILTER (endcode = '48') AS m341,
    count(*) FILTER (endcode = '49') AS m069,
    count(*) FILTER (endcode = '96') AS m070,
    count(*) FILTER (endcode = '50') AS m342,
    count(*) FILTER (endcode NOT IN ('10', '11', '12', '13', '14', '16', '17', '95', '46', '47', '48', '49', '96', '50')) AS m071,
    count(*) FILTER (endcode IS NULL) AS m072,
    count(*) FILTER (carecontact_count = 0) AS m073,
    count(*) FILTER (treatmentcarecontact_count = 0 AND carecontact_count <> 0) AS m074,
    count(*) FILTER (treatmentcarecontact_count = 1) AS m075,
    count(*) FILTER (therapysession_firstdate IS NULL) AS m153,
    count(*) FILTER (treatmentcarecontact_count >= 2) AS m076,
    count(*) FILTER (treatmentcarecontact_count >= 2 AND therapysession_firstdate - referralrequestreceiveddate <= 42) AS m052,
    count(*) FILTER (treatmentcarecontact_count >= 2 AND therapysession_firstdate - referralrequestreceiveddate <= 126) AS m054,
    count(*) FILTER (treatmentcarecontact_count >= 2 AND notcaseness_flag) AS m179,
    count(*) FILTER (treatmentcarecontact_count >= 2 AND reliableimprovement_flag) AS m185,
    count(*) FILTER (treatmentcarecontact_count >= 2 AND nochange_flag) AS m187,
    count(*) FILTER (treatmentcarecontact_count >= 2 AND reliabledeterioration_flag) AS m189,
    count(*) FILTER (treatmentcarecontact_count >= 2 AND recovery_flag AND NOT notcaseness_flag) AS m191,
    count(*) FILTER (treatmentcarecontact_count >= 2 AND recovery_flag AND reliableimprovement_flag AND NOT notcaseness_flag) AS m193,
    count(*) FILTER (treatmentcarecontact_count = 2) AS ttdose2,
    count(*) FILTER (treatmentcarecontact_count BETWEEN 3 AND 4) AS ttdose3,
    count(*) FILTER (treatmentcarecontact_count BETWEEN 5 AND 6) AS ttdose5,
    count(*) FILTER (treatmentcarecontact_count BETWEEN 7 AND 8) AS ttdose7,
    count(*) FILTER (treatmentcarecontact_count BETWEEN 9 AND 12) AS ttdose9,
    count(*) FILTER (treatmentcarecontact_count BETWEEN 13 AND 16) AS ttdose13,
    count(*) FILTER (treatmentcarecontact_count BETWEEN 17 AND 20) AS ttdose17,
    count(*) FILTER (treatmentcarecontact_count >= 21) AS ttdose21,
    count(*) FILTER (phq9_firstscore BETWEEN 0 AND 4) AS ttphq0,
    count(*) FILTER (phq9_firstscore BETWEEN 5 AND 9) AS ttphq5,
    count(*) FILTER (phq9_firstscore BETWEEN 10 AND 14) AS ttphq10,
    count(*) FILTER (phq9_firstscore BETWEEN 15 AND 19) AS ttphq15,
    count(*) FILTER (phq9_firstscore BETWEEN 20 AND 27) AS ttphq20,
    count(*) FILTER (phq9_firstscore IS NULL) AS ttphqnone,
    count(*) FILTER (gad_firstscore BETWEEN 0 AND 4) AS ttgad0,
    count(*) FILTER (gad_firstscore BETWEEN 5 AND 9) AS ttgad5,
    count(*) FILTER (gad_firstscore BETWEEN 10 AND 14) AS ttgad10,
    count(*) FILTER (gad_firstscore BETWEEN 15 AND 21) AS ttgad15,
    count(*) FILTER (gad_firstscore IS NULL) AS ttgadnone,
    avg(therapysession_firstdate - referralrequestreceiveddate) FILTER (treatmentcarecontact_count >= 2) AS m050,
    avg(treatmentcarecontact_count) FILTER (treatmentcarecontact_count >= 2) AS m141,
    median(treatmentcarecontact_count) FILTER (treatmentcarecontact_count >= 2) AS m142
FROM plain_pathways AS s
JOIN plain_periods AS p
    ON s.servdischdate BETWEEN p.first_day AND p.last_day
GROUP BY p.first_day, organisation
