-- Reads: plain_pathways, plain_repeats, plain_periods (temporary). Writes:
-- plain_received (temporary): referrals, as typed by hand. Grain: a month and
-- organisation. Parameters: level.
CREATE OR REPLACE TEMP TABLE plain_received AS
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
    count(*) AS m001,
    count(*) FILTER (sourceofreferraliapt = 'B1') AS m002,
    count(*) FILTER (sourceofreferraliapt = 'A1') AS m003,
    count(*) FILTER (sourceofreferraliapt = 'A2') AS m004,
    count(*) FILTER (sourceofreferraliapt = 'A3') AS m005,
    count(*) FILTER (sourceofreferraliapt = 'A4') AS m345,
    count(*) FILTER (sourceofreferraliapt = 'B2') AS m006,
    count(*) FILTER (sourceofreferraliapt = 'P1') AS m014,
    count(*) FILTER (sourceofreferraliapt = 'Q1') AS m287,
    count(*) FILTER (sourceofreferraliapt LIKE 'C%') AS m007,
    count(*) FILTER (sourceofreferraliapt LIKE 'D%') AS m008,
    count(*) FILTER (sourceofreferraliapt LIKE 'E%') AS m009,
    count(*) FILTER (sourceofreferraliapt LIKE 'F%') AS m010,
    count(*) FILTER (sourceofreferraliapt LIKE 'G%') AS m011,
    count(*) FILTER (sourceofreferraliapt LIKE 'H%') AS m012,
    count(*) FILTER (sourceofreferraliapt LIKE 'I%') AS m013,
    count(*) FILTER (sourceofreferraliapt LIKE 'M%') AS m017,
    count(*) FILTER (sourceofreferraliapt LIKE 'N%') AS m018,
    count(*) FILTER (r.days IS NULL) AS ttfirst,
    count(r.days) AS ttrepeat,
    avg(r.days) AS ttrepeatmean,
    median(r.days) AS ttrepeatmedian
FROM plain_pathways AS s
JOIN plain_periods AS p
    ON s.referralrequestreceiveddate BETWEEN p.first_day AND p.last_day
LEFT JOIN plain_repeats AS r
    ON r.pathwayid = s.pathwayid
GROUP BY p.first_day, organisation
