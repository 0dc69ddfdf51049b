-- Reads: pathways (temporary). Grain: a fault of the data that the measures meet,
-- the pathways that have it and, where people are asked for, the distinct people
-- behind them. Parameters: people.
SELECT
    unnest([
        'no day of referral: counted in no measure',
        'assessed before the referral: the assessment is not counted',
        'treated before the referral: the treatment is not counted',
        'second treatment before the first: the second is not counted',
        'last treatment before the first',
        'treated after discharge',
        'discharged before the referral: the end is not counted',
        'a reason without a discharge',
        'flagged as finished with fewer than two treatments, or not discharged',
        'discharged after two treatments and not flagged as finished',
        'more treatments than contacts',
        'no count of contacts or of treatments: taken as none',
        'flags of outcomes contradict one another',
        'a score out of its range: not used',
        'no organisation: counted under the code for unknown ones',
        'no person: counted as a first referral'
    ]) AS fault,
    unnest([
        count(*) FILTER (received IS NULL),
        count(*) FILTER (assessed < received),
        count(*) FILTER (entered < received),
        count(*) FILTER (second_session < entered),
        count(*) FILTER (last_session < entered),
        count(*) FILTER (last_session > discharged),
        count(*) FILTER (discharged < received),
        count(*) FILTER (discharged IS NULL AND end_code IS NOT NULL),
        count(*) FILTER (completed AND (treatments < 2 OR discharged IS NULL)),
        count(*) FILTER (NOT completed AND treatments >= 2 AND discharged IS NOT NULL),
        count(*) FILTER (treatments > contacts),
        count(*) FILTER (uncounted),
        count(*) FILTER (contradictory),
        count(*) FILTER (out_of_range),
        count(*) FILTER (region IS NULL OR icb IS NULL OR sub_icb IS NULL OR provider IS NULL),
        count(*) FILTER (person IS NULL)
    ]) AS pathways,
    unnest([
        count(DISTINCT person) FILTER ($people AND (received IS NULL)),
        count(DISTINCT person) FILTER ($people AND (assessed < received)),
        count(DISTINCT person) FILTER ($people AND (entered < received)),
        count(DISTINCT person) FILTER ($people AND (second_session < entered)),
        count(DISTINCT person) FILTER ($people AND (last_session < entered)),
        count(DISTINCT person) FILTER ($people AND (last_session > discharged)),
        count(DISTINCT person) FILTER ($people AND (discharged < received)),
        count(DISTINCT person) FILTER ($people AND (discharged IS NULL AND end_code IS NOT NULL)),
        count(DISTINCT person) FILTER ($people AND (completed AND (treatments < 2 OR discharged IS NULL))),
        count(DISTINCT person) FILTER ($people AND (NOT completed AND treatments >= 2 AND discharged IS NOT NULL)),
        count(DISTINCT person) FILTER ($people AND (treatments > contacts)),
        count(DISTINCT person) FILTER ($people AND (uncounted)),
        count(DISTINCT person) FILTER ($people AND (contradictory)),
        count(DISTINCT person) FILTER ($people AND (out_of_range)),
        count(DISTINCT person) FILTER ($people AND (region IS NULL OR icb IS NULL OR sub_icb IS NULL OR provider IS NULL)),
        count(DISTINCT person) FILTER ($people AND (person IS NULL))
    ]) AS people
FROM pathways
ORDER BY fault
