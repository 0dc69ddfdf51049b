-- Reads: the staged headers of data set v1.5, and what its persons and referrals say
-- of submissions without a header. Grain: a provider and month.
-- Parameters: available_from, the day of the version.
--
-- Of what a provider sent for a month, a refresh stands over a primary submission,
-- then the one processed later, then the one with the higher id. Where the delivery
-- has no header of a submission, nobody says which kind it is or when it was made.
--
-- The extract period is a financial year: it ends with the last month that the
-- delivery has of it, and was cut on the day of the latest processing.
WITH headers AS (
    SELECT
        header_id AS uniquesubmissionid,
        orgcodeprovider AS provider,
        coalesce(lower(trim(file_type)) = 'refresh', false) AS is_refresh,
        start_date AS period_start,
        end_processing_date AS created_at
    FROM v1_5_header_v15
    WHERE header_id IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY header_id
        ORDER BY created_at DESC, period_start DESC, provider, is_refresh DESC
    ) = 1
),
without_header AS (
    SELECT
        person.header_id AS uniquesubmissionid,
        min(person.orgcodeprovider) AS provider,
        false AS is_refresh,
        CAST(max(referral.ic_rp_start_date) AS DATE) AS period_start,
        CAST(NULL AS TIMESTAMP) AS created_at
    FROM v1_5_person_v15 AS person
    JOIN v1_5_referral_v15 AS referral USING (iapt_record_number)
    WHERE person.header_id NOT IN (SELECT uniquesubmissionid FROM headers)
    GROUP BY person.header_id
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
    'v1.5' AS generation,
    provider,
    CAST(1429 + date_diff('month', DATE '2019-04-01', period_start) AS SMALLINT) AS month,
    uniquesubmissionid,
    is_refresh,
    CAST(date_trunc('month', period_start) AS DATE) AS period_start,
    last_day(period_start) AS period_end,
    created_at,
    extract_start_date,
    max(last_day(period_start)) OVER (PARTITION BY extract_start_date) AS extract_end_date,
    CAST(max(created_at) OVER (PARTITION BY extract_start_date) AS DATE) AS extract_date,
    CAST($available_from AS DATE) AS available_from
FROM dated
