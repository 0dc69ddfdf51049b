-- Reads: classes of participants, which a query gives. Grain: one row.
-- Parameters: few, the size under which a class is small; most_unique, a
-- percentage, and smallest_class, the limits (NULL for none); those of the query.
-- Shares are judged here so that no exact number has to leave.
SELECT
    coalesce(sum(size), 0)::BIGINT AS participants,
    count(*) FILTER (size = 1) AS alone,
    coalesce(sum(size) FILTER (size < $few), 0)::BIGINT AS in_small_classes,
    coalesce(min(size), 0) AS smallest_class,
    coalesce(100 * count(*) FILTER (size = 1) > CAST($most_unique AS DOUBLE) * sum(size), false) AS too_many_alone,
    coalesce(min(size) < CAST($smallest_class AS BIGINT), false) AS class_too_small
FROM ({{query}})
