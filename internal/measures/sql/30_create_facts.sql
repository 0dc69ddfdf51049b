-- Reads: counted, contacts, periods, day_bands (temporary). Writes: facts (a
-- temporary view): every event that a measure may count, under the family and the
-- class that specs/measures names. Grain: an event of a pathway, and of a study
-- where studies are counted. Parameters: none.
CREATE OR REPLACE TEMP VIEW facts AS
SELECT
    c.received_period AS period,
    c.place,
    c.variable,
    c.person AS person,
    'received.source' AS family,
    c.source AS class,
    1 AS n,
    CAST(NULL AS INTEGER) AS amount
FROM counted AS c
WHERE c.received_period IS NOT NULL
UNION ALL
SELECT
    c.assessed_period AS period,
    c.place,
    c.variable,
    c.person AS person,
    'assessed.wait' AS family,
    coalesce(b.label, 'none') AS class,
    1 AS n,
    CAST(c.assessed_days AS INTEGER) AS amount
FROM counted AS c
LEFT JOIN day_bands AS b
    ON b.days = c.assessed_days
WHERE c.assessed_period IS NOT NULL
UNION ALL
SELECT
    c.entered_period AS period,
    c.place,
    c.variable,
    c.person AS person,
    'entered.wait' AS family,
    coalesce(b.label, 'none') AS class,
    1 AS n,
    CAST(c.entered_days AS INTEGER) AS amount
FROM counted AS c
LEFT JOIN day_bands AS b
    ON b.days = c.entered_days
WHERE c.entered_period IS NOT NULL
UNION ALL
SELECT
    c.second_period AS period,
    c.place,
    c.variable,
    c.person AS person,
    'second.gap' AS family,
    coalesce(b.label, 'none') AS class,
    1 AS n,
    CAST(c.second_days AS INTEGER) AS amount
FROM counted AS c
LEFT JOIN day_bands AS b
    ON b.days = c.second_days
WHERE c.second_period IS NOT NULL
UNION ALL
SELECT
    c.ended_period AS period,
    c.place,
    c.variable,
    c.person AS person,
    'ended.code' AS family,
    c.end_code AS class,
    1 AS n,
    CAST(NULL AS INTEGER) AS amount
FROM counted AS c
WHERE c.ended_period IS NOT NULL
UNION ALL
SELECT
    c.ended_period AS period,
    c.place,
    c.variable,
    c.person AS person,
    'ended.fate' AS family,
    c.fate AS class,
    1 AS n,
    CAST(NULL AS INTEGER) AS amount
FROM counted AS c
WHERE c.ended_period IS NOT NULL
UNION ALL
SELECT
    c.ended_period AS period,
    c.place,
    c.variable,
    c.person AS person,
    'ended.treated' AS family,
    c.treated AS class,
    1 AS n,
    CAST(NULL AS INTEGER) AS amount
FROM counted AS c
WHERE c.ended_period IS NOT NULL
UNION ALL
SELECT
    c.finished_period AS period,
    c.place,
    c.variable,
    c.person AS person,
    'finished.outcome' AS family,
    c.outcome AS class,
    1 AS n,
    CAST(NULL AS INTEGER) AS amount
FROM counted AS c
WHERE c.finished_period IS NOT NULL
UNION ALL
SELECT
    c.finished_period AS period,
    c.place,
    c.variable,
    c.person AS person,
    'finished.wait' AS family,
    coalesce(b.label, 'none') AS class,
    1 AS n,
    CAST(c.entered_days AS INTEGER) AS amount
FROM counted AS c
LEFT JOIN day_bands AS b
    ON b.days = c.entered_days
WHERE c.finished_period IS NOT NULL
UNION ALL
SELECT
    c.finished_period AS period,
    c.place,
    c.variable,
    c.person AS person,
    'finished.sessions' AS family,
    'all' AS class,
    1 AS n,
    CAST(c.treatments AS INTEGER) AS amount
FROM counted AS c
WHERE c.finished_period IS NOT NULL
UNION ALL
SELECT
    c.finished_period AS period,
    c.place,
    c.variable,
    c.person AS person,
    'finished.pairing' AS family,
    c.pairing AS class,
    1 AS n,
    CAST(NULL AS INTEGER) AS amount
FROM counted AS c
WHERE c.finished_period IS NOT NULL
UNION ALL
SELECT
    w.period AS period,
    c.place,
    c.variable,
    c.person AS person,
    'unassessed.wait' AS family,
    coalesce(b.label, 'none') AS class,
    1 AS n,
    CAST(w.last_day - c.received AS INTEGER) AS amount
FROM counted AS c
JOIN periods AS w
    ON w.period BETWEEN c.waits_from_period AND c.assessment_period - 1
LEFT JOIN day_bands AS b
    ON b.days = w.last_day - c.received
UNION ALL
SELECT
    w.period AS period,
    c.place,
    c.variable,
    c.person AS person,
    'untreated.wait' AS family,
    coalesce(b.label, 'none') AS class,
    1 AS n,
    CAST(w.last_day - c.received AS INTEGER) AS amount
FROM counted AS c
JOIN periods AS w
    ON w.period BETWEEN c.waits_from_period AND c.treatment_period - 1
LEFT JOIN day_bands AS b
    ON b.days = w.last_day - c.received
UNION ALL
SELECT
    w.period AS period,
    c.place,
    c.variable,
    c.person AS person,
    'inactive.gap' AS family,
    coalesce(b.label, 'none') AS class,
    1 AS n,
    CAST(w.last_day - c.last_on AS INTEGER) AS amount
FROM counted AS c
JOIN periods AS w
    ON w.period BETWEEN c.inactive_from_period AND c.discharged_period - 1
LEFT JOIN day_bands AS b
    ON b.days = w.last_day - c.last_on
UNION ALL
SELECT
    t.period AS period,
    c.place,
    c.variable,
    c.person AS person,
    'contact.attendance' AS family,
    t.attendance AS class,
    t.contacts AS n,
    CAST(NULL AS INTEGER) AS amount
FROM contacts AS t
JOIN counted AS c
    ON c.pathway = t.pathway
UNION ALL
SELECT
    t.period AS period,
    c.place,
    c.variable,
    c.person AS person,
    'contact.mechanism' AS family,
    t.mechanism AS class,
    t.contacts AS n,
    CAST(NULL AS INTEGER) AS amount
FROM contacts AS t
JOIN counted AS c
    ON c.pathway = t.pathway
