-- Writes: the CSV file at path. Grain: a synthetic person.
-- Parameters: path; people, how many; mistakes, in how many of a thousand cells.
--
-- Names are made of syllables, a few of them common and most of them rare, as names
-- are. The same number is the same person in every file; mistakes depend on the file.
COPY (
    WITH drawn AS (
        SELECT
            i,
            CAST(300 * pow((hash(i, 'given') % 1000000) / 1e6, 2) AS BIGINT) AS given,
            CAST(40000 * pow((hash(i, 'surname') % 1000000) / 1e6, 3) AS BIGINT) AS surname,
            DATE '1930-01-01' + CAST(hash(i, 'born') % 29000 AS INTEGER) AS born,
            hash(i, 'postcode') % greatest($people // 30, 1) AS postcode,
            [(hash(i, $path, c) % 1000 < $mistakes) FOR c IN range(8)] AS wrong
        FROM range($people) AS people(i)
    ), named AS (
        SELECT
            *,
            ['ba', 'ce', 'di', 'fo', 'gu', 'ha', 'je', 'ki', 'lo', 'mu', 'na', 'pe', 'ri', 'so', 'tu', 'va', 'we', 'xi', 'yo', 'zu'] AS syllables
        FROM drawn
    )
    SELECT
        printf('%s%09d', CASE WHEN $mistakes > 0 THEN 'B' ELSE 'A' END, i) AS id,
        CASE WHEN wrong[1] THEN 'x' ELSE '' END || syllables[given % 20 + 1] || syllables[given // 20 % 20 + 1] || CASE WHEN given % 3 = 0 THEN 'n' ELSE 'lie' END AS given_name,
        syllables[surname % 20 + 1] || CASE WHEN wrong[2] THEN 'q' ELSE '' END || syllables[surname // 20 % 20 + 1] || syllables[surname // 400 % 20 + 1] || CASE WHEN surname % 5 < 2 THEN 'son' ELSE 'ton' END AS surname,
        CASE WHEN wrong[3] THEN born + 10 ELSE born END AS date_of_birth,
        CASE WHEN wrong[4] THEN NULL ELSE 1 + hash(i, 'sex') % 2 END AS sex,
        CASE WHEN wrong[5] THEN NULL ELSE chr(65 + CAST(postcode % 26 AS INTEGER)) || chr(65 + CAST(postcode // 26 % 26 AS INTEGER)) || (postcode // 676 % 99 + 1) || ' ' || (postcode // 67600 % 10) || 'AB' END AS postcode,
        CASE WHEN wrong[6] THEN NULL ELSE CAST(hash(i, 'number') % 10000000 AS VARCHAR) || i END AS identifier
    FROM named
    ORDER BY hash(i, $path)
) TO $path (FORMAT csv, HEADER true)
