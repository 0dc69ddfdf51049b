-- Reads: linkage.spine. Grain: a study and a group of its people.
-- Parameters: earlier, later, two freezes.
--
-- The groups are those that a freeze's funnel shows and the differences of two
-- that are shown beside each other. People are counted as the funnel counts
-- them: enrolments until they are linked, person keys from then on.
WITH members AS (
    SELECT freeze_number, study, 'enrolled' AS people, study_id_e AS member
    FROM linkage.spine
    UNION ALL
    SELECT freeze_number, study, 'permitted', study_id_e
    FROM linkage.spine
    WHERE permitted
    UNION ALL
    SELECT freeze_number, study, 'not permitted', study_id_e
    FROM linkage.spine
    WHERE NOT permitted
    UNION ALL
    SELECT freeze_number, study, 'linked', cohortkey_e
    FROM linkage.spine
    WHERE linked
    UNION ALL
    SELECT freeze_number, study, 'linked by ' || basis, cohortkey_e
    FROM linkage.spine
    WHERE linked
    UNION ALL
    SELECT freeze_number, study, 'permitted, not linked', study_id_e
    FROM linkage.spine
    WHERE permitted AND NOT linked
),
standing AS (
    SELECT
        study,
        people,
        member,
        bool_or(freeze_number = $earlier) AS before,
        bool_or(freeze_number = $later) AS after
    FROM members
    WHERE freeze_number IN ($earlier, $later)
    GROUP BY study, people, member
)
SELECT
    study,
    people,
    count(*) FILTER (before) AS before,
    count(*) FILTER (after) AS after,
    count(*) FILTER (before AND after) AS stayed,
    count(*) FILTER (after AND NOT before) AS joined,
    count(*) FILTER (before AND NOT after) AS departed
FROM standing
GROUP BY study, people
ORDER BY study, people
