-- Reads: the staged headers of data set v2.1, and what its referrals and persons say
-- of submissions without a header. Grain: a provider and month.
-- Parameters: available_from, the day of the version.
--
-- Of what a provider sent for a month, a refresh stands over a primary submission,
-- then the one made later, then the one with the higher id. Where the delivery has no
-- header of a submission, nobody says which kind it is or when it was made.
--
-- The extract period is a financial year: it ends with the last month that the
-- delivery has of it, and was cut on the day of the latest submission or of its
-- processing.
WITH headers AS (
    SELECT
        uniquesubmissionid,
        orgidprov AS provider,
        coalesce(lower(trim(file_type)) = 'refresh', false) AS is_refresh,
        coalesce(reportingperiodstartdate, CAST(DATE '2019-04-01' + to_months(unique_monthid - 1429) AS DATE)) AS period_start,
        datetimedatsetcreate AS created_at,
        greatest(datetimedatsetcreate, effective_from) AS cut_at
    FROM v2_1_ids000header
    WHERE uniquesubmissionid IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY uniquesubmissionid
        ORDER BY created_at DESC, period_start DESC, provider, is_refresh DESC, cut_at DESC
    ) = 1
),
reported AS (
    SELECT uniquesubmissionid, orgid_provider, unique_monthid, effective_from
    FROM v2_1_ids101referral
    UNION ALL
    SELECT uniquesubmissionid, orgid_provider, unique_monthid, effective_from
    FROM v2_1_ids001mpi
),
without_header AS (
    SELECT
        uniquesubmissionid,
        min(orgid_provider) AS provider,
        false AS is_refresh,
        CAST(DATE '2019-04-01' + to_months(max(unique_monthid) - 1429) AS DATE) AS period_start,
        CAST(NULL AS TIMESTAMP) AS created_at,
        max(effective_from) AS cut_at
    FROM reported
    ANTI JOIN headers USING (uniquesubmissionid)
    WHERE uniquesubmissionid IS NOT NULL
    GROUP BY uniquesubmissionid
),
accepted AS (
    SELECT *
    FROM (
        FROM headers
        UNION ALL BY NAME
        FROM without_header
    )
    WHERE period_start IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY provider, date_trunc('month', period_start)
        ORDER BY is_refresh DESC, created_at DESC, length(uniquesubmissionid) DESC, uniquesubmissionid DESC
    ) = 1
),
dated AS (
    SELECT
        *,
        make_date(CAST(year(period_start - INTERVAL 3 MONTH) AS INTEGER), 4, 1) AS extract_start_date
    FROM accepted
)
SELECT
    'v2.1' AS generation,
    provider,
    CAST(1429 + date_diff('month', DATE '2019-04-01', period_start) AS SMALLINT) AS month,
    uniquesubmissionid,
    is_refresh,
    CAST(date_trunc('month', period_start) AS DATE) AS period_start,
    last_day(period_start) AS period_end,
    created_at,
    extract_start_date,
    max(last_day(period_start)) OVER (PARTITION BY extract_start_date) AS extract_end_date,
    CAST(max(cut_at) OVER (PARTITION BY extract_start_date) AS DATE) AS extract_date,
    CAST($available_from AS DATE) AS available_from
FROM dated
