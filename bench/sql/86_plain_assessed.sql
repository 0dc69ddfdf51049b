-- Reads: plain_pathways, plain_periods (temporary). Writes: plain_assessed
-- (temporary): assessments, as typed by hand. Grain: a month and organisation.
-- Parameters: level.
CREATE OR REPLACE TEMP TABLE plain_assessed AS
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
    count(*) FILTER (assessment_firstdate - referralrequestreceiveddate <= 28) AS m024,
    count(*) FILTER (assessment_firstdate - referralrequestreceiveddate BETWEEN 29 AND 56) AS m025,
    count(*) FILTER (assessment_firstdate - referralrequestreceiveddate BETWEEN 57 AND 90) AS m026,
    count(*) FILTER (assessment_firstdate - referralrequestreceiveddate > 90) AS m027
FROM plain_pathways AS s
JOIN plain_periods AS p
    ON s.assessment_firstdate BETWEEN p.first_day AND p.last_day
GROUP BY p.first_day, organisation
