-- The submissions that count, as somebody would write it by hand. Reads: staged
-- headers. Writes: hand_accepted (temporary). Grain: a provider and month.
-- Parameters: none.
CREATE OR REPLACE TEMP TABLE hand_accepted AS
SELECT
    h.*,
    make_date(CAST(year(reportingperiodstartdate - INTERVAL 3 MONTH) AS INTEGER), 4, 1) AS extract_start_date,
    max(reportingperiodenddate) OVER (PARTITION BY year(reportingperiodstartdate - INTERVAL 3 MONTH)) AS extract_end_date,
    CAST(max(effective_from) OVER (PARTITION BY year(reportingperiodstartdate - INTERVAL 3 MONTH)) AS DATE) AS extract_date,
    DATE '2024-04-26' AS avail_from_dt
FROM (
    SELECT *
    FROM v2_1_ids000header
    QUALIFY row_number() OVER (PARTITION BY orgidprov, reportingperiodstartdate ORDER BY file_type = 'Refresh' DESC, datetimedatsetcreate DESC) = 1
) AS h
