-- Reads: a file of people as read (temporary), and the macro calendar_date.
-- Writes: {{table}} (temporary). Grain: a person. Parameters: source, the table of the
-- file; birth, its column of dates of birth; year, month and day on which ages are taken.
--
-- Ten years a band; ninety and over are one. A date that is none is in no band.
CREATE OR REPLACE TEMP TABLE {{table}} AS
WITH born AS (
    SELECT *, try_cast(left(calendar_date(trim(COLUMNS(lambda c: c = $birth))), 8) AS INTEGER) AS _born_
    FROM query_table($source)
), aged AS (
    SELECT *, ($year * 10000 + $month * 100 + $day - _born_) // 10000 AS _age_
    FROM born
)
SELECT
    * EXCLUDE (_born_, _age_),
    CASE
        WHEN _born_ < 18000101 OR _age_ < 0 OR _age_ > 130 THEN NULL
        WHEN _age_ >= 90 THEN '90+'
        ELSE printf('%02d-%02d', _age_ // 10 * 10, _age_ // 10 * 10 + 9)
    END AS age_band
FROM aged
