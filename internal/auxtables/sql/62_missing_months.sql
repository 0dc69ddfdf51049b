-- Reads: accepted_submissions (temporary). Grain: a provider and month without a submission,
-- between its first and its last. Parameters: none.
WITH spans AS (
    SELECT
        provider,
        min(date_trunc('month', period_start)) AS first_month,
        max(date_trunc('month', period_start)) AS last_month
    FROM accepted_submissions
    GROUP BY provider
),

months AS (
    SELECT
        provider,
        unnest(generate_series(CAST(first_month AS TIMESTAMP), CAST(last_month AS TIMESTAMP), INTERVAL 1 MONTH)) AS month
    FROM spans
)

SELECT
    coalesce(provider, '') AS provider,
    strftime(month, '%Y-%m') AS month
FROM months
ANTI JOIN accepted_submissions AS a
    ON a.provider = months.provider AND date_trunc('month', a.period_start) = months.month
ORDER BY provider, month
