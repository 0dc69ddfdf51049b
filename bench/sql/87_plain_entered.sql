-- Reads: plain_pathways, plain_periods (temporary). Writes: plain_entered
-- (temporary): first treatments, as typed by hand. Grain: a month and organisation.
-- Parameters: level.
CREATE OR REPLACE TEMP TABLE plain_entered AS
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
    count(*) AS m031,
    count(*) FILTER (therapysession_firstdate - referralrequestreceiveddate <= 28) AS m032,
    count(*) FILTER (therapysession_firstdate - referralrequestreceiveddate BETWEEN 29 AND 56) AS m033,
    count(*) FILTER (therapysession_firstdate - referralrequestreceiveddate BETWEEN 57 AND 90) AS m034,
    count(*) FILTER (therapysession_firstdate - referralrequestreceiveddate > 90) AS m035,
    count(*) FILTER (therapysession_firstdate - referralrequestreceiveddate <= 42) AS m036,
    count(*) FILTER (therapysession_firstdate - referralrequestreceiveddate <= 126) AS m037,
    count(*) FILTER (therapysession_firstdate - referralrequestreceiveddate <= 14) AS tt2w,
    count(*) FILTER (therapysession_firstdate - referralrequestreceiveddate <= 84) AS tt12w,
    avg(therapysession_firstdate - referralrequestreceiveddate) AS m048,
    median(therapysession_firstdate - referralrequestreceiveddate) AS m049
FROM plain_pathways AS s
JOIN plain_periods AS p
    ON s.therapysession_firstdate BETWEEN p.first_day AND p.last_day
GROUP BY p.first_day, organisation
