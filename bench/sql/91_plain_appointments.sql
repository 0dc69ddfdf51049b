-- Reads: plain_contacts, plain_periods (temporary). Writes: plain_appointments
-- (temporary): appointments, as typed by hand. Grain: a month and organisation.
-- Parameters: level.
CREATE OR REPLACE TEMP TABLE plain_appointments AS
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
    count(*) AS m082,
    count(*) FILTER (attendordnacode = '2') AS m083,
    count(*) FILTER (attendordnacode = '3') AS m084,
    count(*) FILTER (attendordnacode = '4') AS m085,
    count(*) FILTER (attendordnacode = '5') AS m086,
    count(*) FILTER (attendordnacode = '6') AS m087,
    count(*) FILTER (attendordnacode = '7') AS m088,
    count(*) FILTER (consmechanism = '01') AS cm01,
    count(*) FILTER (consmechanism = '02') AS cm02,
    count(*) FILTER (consmechanism = '04') AS cm04,
    count(*) FILTER (consmechanism = '05') AS cm05,
    count(*) FILTER (consmechanism = '09') AS cm09,
    count(*) FILTER (consmechanism = '10') AS cm10,
    count(*) FILTER (consmechanism = '11') AS cm11,
    count(*) FILTER (consmechanism = '12') AS cm12,
    count(*) FILTER (consmechanism = '13') AS cm13,
    count(*) FILTER (consmechanism = '98') AS cm98
FROM plain_contacts AS s
JOIN plain_periods AS p
    ON s.carecontdate BETWEEN p.first_day AND p.last_day
GROUP BY p.first_day, organisation
