-- Reads: one auxiliary table. Grain: one row: the rows whose score is none that its
-- tool gives, of tools that have a scale, and the people of these.
-- Parameters: table; tool and score, columns; person; tools, which have a scale;
-- range_tools, lowest, highest and decimals, a range of a scale in each place of
-- all; text_tools and texts, a text of a scale in each place of both.
--
-- Different scores are few, so each is judged once.
WITH scored AS (
    SELECT
        CAST(COLUMNS(lambda c: c = $tool) AS VARCHAR) AS tool,
        CAST(COLUMNS(lambda c: c = $score) AS VARCHAR) AS score,
        COLUMNS(lambda c: c = $person) AS person
    FROM query_table($table)
),
scores AS (
    SELECT
        tool,
        score,
        count(*) AS score_rows,
        CASE
            WHEN regexp_matches(score, '^[0-9]{1,6}([.][0-9]{1,6})?$') THEN CAST(score AS DOUBLE)
        END AS number,
        length(split_part(score, '.', 2)) AS places
    FROM scored
    WHERE score IS NOT NULL
        AND list_contains($tools, tool)
    GROUP BY tool, score
),
ranges AS (
    SELECT
        unnest(CAST($range_tools AS VARCHAR[])) AS tool,
        unnest(CAST($lowest AS DOUBLE[])) AS lowest,
        unnest(CAST($highest AS DOUBLE[])) AS highest,
        unnest(CAST($decimals AS INTEGER[])) AS decimals
),
words AS (
    SELECT
        unnest(CAST($text_tools AS VARCHAR[])) AS tool,
        unnest(CAST($texts AS VARCHAR[])) AS text
),
wrong AS (
    SELECT tool, score, score_rows
    FROM scores AS s
    WHERE NOT EXISTS (
            FROM ranges AS r
            WHERE r.tool = s.tool
                AND s.number BETWEEN r.lowest AND r.highest
                AND s.places <= r.decimals
        )
        AND NOT EXISTS (FROM words AS w WHERE w.tool = s.tool AND w.text = s.score)
)
SELECT
    count(*) AS broken,
    count(DISTINCT scored.person) AS people
FROM scored
JOIN wrong
    ON wrong.tool = scored.tool
    AND wrong.score = scored.score
