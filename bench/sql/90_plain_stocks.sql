-- Reads: plain_pathways, plain_periods (temporary). Writes: plain_stocks
-- (temporary): those waiting, as typed by hand. Grain: a month and organisation.
-- Parameters: level.
CREATE OR REPLACE TEMP TABLE plain_stocks AS
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
    count(*) FILTER ((assessment_firstdate IS NULL OR assessment_firstdate > p.last_day)) AS m029,
    count(*) FILTER ((assessment_firstdate IS NULL OR assessment_firstdate > p.last_day) AND p.last_day - referralrequestreceiveddate > 90) AS m030,
    count(*) FILTER ((therapysession_firstdate IS NULL OR therapysession_firstdate > p.last_day)) AS m038,
    count(*) FILTER ((therapysession_firstdate IS NULL OR therapysession_firstdate > p.last_day) AND p.last_day - referralrequestreceiveddate <= 14) AS m039,
    count(*) FILTER ((therapysession_firstdate IS NULL OR therapysession_firstdate > p.last_day) AND p.last_day - referralrequestreceiveddate <= 28) AS m040,
    count(*) FILTER ((therapysession_firstdate IS NULL OR therapysession_firstdate > p.last_day) AND p.last_day - referralrequestreceiveddate <= 42) AS m041,
    count(*) FILTER ((therapysession_firstdate IS NULL OR therapysession_firstdate > p.last_day) AND p.last_day - referralrequestreceiveddate <= 84) AS m042,
    count(*) FILTER ((therapysession_firstdate IS NULL OR therapysession_firstdate > p.last_day) AND p.last_day - referralrequestreceiveddate <= 126) AS m043,
    count(*) FILTER (therapysession_lastdate <= p.last_day AND p.last_day - therapysession_lastdate <= 60) AS m019,
    count(*) FILTER (therapysession_lastdate <= p.last_day AND p.last_day - therapysession_lastdate BETWEEN 61 AND 90) AS m020,
    count(*) FILTER (therapysession_lastdate <= p.last_day AND p.last_day - therapysession_lastdate BETWEEN 91 AND 120) AS m021,
    count(*) FILTER (therapysession_lastdate <= p.last_day AND p.last_day - therapysession_lastdate > 120) AS m022
FROM plain_pathways AS s
JOIN plain_periods AS p
    ON s.referralrequestreceiveddate <= p.last_day AND (s.servdischdate IS NULL OR s.servdischdate > p.last_day)
GROUP BY p.first_day, organisation
