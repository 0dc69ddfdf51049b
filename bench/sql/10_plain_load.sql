-- Reads: coded_scored_assessments.csv of version 3. Writes: plain_scores.
-- Grain: a row of the file. Parameters: path.
--
-- What a careful engineer would type by hand: the same file, the same types.
CREATE OR REPLACE TABLE plain_scores AS
SELECT *
FROM read_csv(
    $path,
    header = true,
    delim = ',',
    quote = '"',
    escape = '"',
    columns = {
        'cohortkey_e': 'VARCHAR',
        'pathwayid': 'VARCHAR',
        'extract_start_date': 'DATE',
        'extract_end_date': 'DATE',
        'extract_date': 'DATE',
        'avail_from_dt': 'DATE',
        'nic_number': 'VARCHAR',
        'recordnumber': 'VARCHAR',
        'unique_monthid': 'SMALLINT',
        'orgid_provider': 'VARCHAR',
        'unique_carecontactid': 'VARCHAR',
        'unique_careactivityid': 'VARCHAR',
        'codedasstooltype': 'VARCHAR',
        'codedasstooltype_fsn': 'VARCHAR',
        'persscore': 'VARCHAR',
        'asstoolcompdate': 'DATE',
        'asstoolcomptime': 'TIMESTAMP',
        'age_assessmentcompletion_date': 'SMALLINT'
    }
)
