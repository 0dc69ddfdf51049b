-- Reads: counted, contacts, periods, amount_bands (temporary). Writes: facts (a
-- temporary view): every event that a measure may count, under the family and the
-- class that specs/measures names. Grain: an event of a pathway, and of a study
-- where studies are counted, and family. Parameters: none.
--
-- What happened has the period of its day; who waits is there at the end of every
-- period from the one of the first day to the one before the last. Where a class
-- is not given it is the band of the amount, and none without an amount.
CREATE OR REPLACE TEMP VIEW facts AS
WITH happened AS (
    SELECT
        place,
        variable,
        person,
        unnest([
            {'family': 'received.source', 'period': received_period, 'class': source, 'amount': NULL},
            {'family': 'received.history', 'period': received_period, 'class': if(repeat_days IS NULL, 'first', 'repeat'), 'amount': NULL},
            {'family': 'repeated.gap', 'period': if(repeat_days IS NOT NULL, received_period, NULL), 'class': 'all', 'amount': repeat_days},
            {'family': 'assessed.wait', 'period': assessed_period, 'class': NULL, 'amount': assessed_days},
            {'family': 'entered.wait', 'period': entered_period, 'class': NULL, 'amount': entered_days},
            {'family': 'second.gap', 'period': second_period, 'class': NULL, 'amount': second_days},
            {'family': 'ended.code', 'period': ended_period, 'class': end_code, 'amount': NULL},
            {'family': 'ended.fate', 'period': ended_period, 'class': fate, 'amount': NULL},
            {'family': 'ended.treated', 'period': ended_period, 'class': treated, 'amount': NULL},
            {'family': 'ended.depression', 'period': ended_period, 'class': NULL, 'amount': depression_first},
            {'family': 'ended.anxiety', 'period': ended_period, 'class': NULL, 'amount': general_first},
            {'family': 'finished.outcome', 'period': finished_period, 'class': outcome, 'amount': NULL},
            {'family': 'finished.wait', 'period': finished_period, 'class': NULL, 'amount': entered_days},
            {'family': 'finished.sessions', 'period': finished_period, 'class': NULL, 'amount': treatments},
            {'family': 'finished.pairing', 'period': finished_period, 'class': pairing, 'amount': NULL}
        ], recursive := true)
    FROM counted
),
waited AS (
    SELECT
        place,
        variable,
        person,
        unnest([
            {'family': 'unassessed.wait', 'since': received, 'first_period': waits_from_period, 'until_period': assessment_period},
            {'family': 'untreated.wait', 'since': received, 'first_period': waits_from_period, 'until_period': treatment_period},
            {'family': 'inactive.gap', 'since': last_on, 'first_period': inactive_from_period, 'until_period': discharged_period}
        ], recursive := true)
    FROM counted
),
met AS (
    SELECT
        c.place,
        c.variable,
        c.person,
        t.period,
        t.contacts,
        unnest([
            {'family': 'contact.attendance', 'class': t.attendance},
            {'family': 'contact.mechanism', 'class': t.mechanism}
        ], recursive := true)
    FROM contacts AS t
    JOIN counted AS c
        ON c.pathway = t.pathway
),
events AS (
    SELECT period, place, variable, person, family, class, 1 AS n, CAST(amount AS INTEGER) AS amount
    FROM happened
    WHERE period IS NOT NULL
    UNION ALL
    SELECT e.period, w.place, w.variable, w.person, w.family, NULL AS class, 1 AS n, CAST(e.last_day - w.since AS INTEGER) AS amount
    FROM waited AS w
    JOIN periods AS e
        ON e.period >= w.first_period
        AND e.period < w.until_period
    UNION ALL
    SELECT period, place, variable, person, family, class, contacts AS n, NULL AS amount
    FROM met
)
SELECT
    e.period,
    e.place,
    e.variable,
    e.person,
    e.family,
    coalesce(e.class, b.label, 'none') AS class,
    e.n,
    e.amount
FROM events AS e
LEFT JOIN amount_bands AS b
    ON b.family = e.family
    AND b.amount = e.amount
