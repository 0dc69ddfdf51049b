-- Reads: plain_pathways, plain_periods (temporary). Writes: plain_second
-- (temporary): second treatments, as typed by hand. Grain: a month and organisation.
-- Parameters: level.
CREATE OR REPLACE TEMP TABLE plain_second AS
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
    count(*) AS ttsec,
    count(*) FILTER (therapysession_seconddate - therapysession_firstdate > 28) AS m046,
    count(*) FILTER (therapysession_seconddate - therapysession_firstdate > 90) AS m047
FROM plain_pathways AS s
JOIN plain_periods AS p
    ON s.therapysession_seconddate BETWEEN p.first_day AND p.last_day
GROUP BY p.first_day, organisation
